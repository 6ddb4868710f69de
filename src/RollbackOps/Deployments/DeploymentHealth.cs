namespace RollbackOps.Deployments;

/// <summary>What is known of a deployment's health while it served (S1).</summary>
public enum DeploymentHealth
{
    /// <summary>Nothing is known.</summary>
    Unknown,

    /// <summary>It served at least 30 minutes and nobody rolled away from it.</summary>
    Presumed,

    /// <summary>Our own verification or measurements proved it.</summary>
    Proven,
}
