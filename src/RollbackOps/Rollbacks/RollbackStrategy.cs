namespace RollbackOps.Rollbacks;

/// <summary>The ways to take a deployment back, from the quickest on.</summary>
public enum RollbackStrategy
{
    /// <summary>The configured order, one after the other, each only when the one before is seen to have changed nothing (S21).</summary>
    Auto,

    /// <summary>The platform switches to a deployment it still has; nothing is built.</summary>
    Instant,

    /// <summary>A workflow of the repository's host deploys the target.</summary>
    Workflow,

    /// <summary>The production branch is taken back by git, and what deploys from it deploys.</summary>
    Git,
}
