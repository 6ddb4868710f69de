namespace RollbackOps.Readiness;

/// <summary>How it stands with one thing that a rollback will need.</summary>
public enum ReadinessStatus
{
    /// <summary>It is as it has to be.</summary>
    Ready,

    /// <summary>It works today, and somebody should know or look all the same.</summary>
    Warning,

    /// <summary>It would be in the way.</summary>
    Failed,

    /// <summary>There is nothing of the kind here.</summary>
    NotApplicable,

    /// <summary>It was not told in time, or whoever knows could not be asked: never taken for ready (S32).</summary>
    NotTold,
}
