namespace RollbackOps.Deployments;

/// <summary>How far a deployment came on its platform.</summary>
public enum DeploymentState
{
    /// <summary>The platform does not say, or what it says cannot be read. Never eligible.</summary>
    Unknown,

    /// <summary>Waiting to be built.</summary>
    Queued,

    /// <summary>Being built or put in place.</summary>
    Building,

    /// <summary>Complete; it can serve.</summary>
    Ready,

    /// <summary>It failed to build or to deploy.</summary>
    Failed,

    /// <summary>It was cancelled.</summary>
    Canceled,
}
