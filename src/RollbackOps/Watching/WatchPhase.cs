namespace RollbackOps.Watching;

/// <summary>How far a watched deployment came.</summary>
public enum WatchPhase
{
    /// <summary>There is nothing to follow yet.</summary>
    Waiting,

    /// <summary>The platform cannot be read now; what is live is looked at all the same, and the platform is asked less often.</summary>
    Unseen,

    /// <summary>It waits to be built.</summary>
    Queued,

    /// <summary>It is being built or put in place.</summary>
    Building,

    /// <summary>It can serve, and is not live yet.</summary>
    Ready,

    /// <summary>It was cancelled before it went live.</summary>
    Canceled,

    /// <summary>It is live, and is looked at for its first time.</summary>
    Baking,

    /// <summary>That time is over; the verdict says how it looked at the end, and no verdict says that it is healthy.</summary>
    BakeOver,

    /// <summary>Something else went live in its place.</summary>
    Superseded,

    /// <summary>It failed to build or to deploy.</summary>
    Failed,

    /// <summary>A hard signal or decisive evidence speaks against it.</summary>
    Condemned,

    /// <summary>It is being rolled away from.</summary>
    RollingBack,

    /// <summary>What would be done was planned; nothing was (<c>-WhatIf</c>).</summary>
    Planned,

    /// <summary>The previous good version is live again and verified.</summary>
    RolledBack,

    /// <summary>It failed before it went live: what was live still is, and was verified.</summary>
    Unharmed,

    /// <summary>It is bad, and the good version is not proven to be live: somebody has to act.</summary>
    NotRolledBack,

    /// <summary>Logs and report were kept, or could not be.</summary>
    Kept,

    /// <summary>A rollback was verified in a later window.</summary>
    Verified,
}
