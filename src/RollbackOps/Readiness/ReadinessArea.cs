namespace RollbackOps.Readiness;

/// <summary>What part of a rollback a check is about.</summary>
public enum ReadinessArea
{
    /// <summary>The configuration and the secrets that it refers to.</summary>
    Configuration,

    /// <summary>What serves deployments and the services around it: tokens, the way back, the pin.</summary>
    Platform,

    /// <summary>The journal, the lease and the kill switch.</summary>
    State,

    /// <summary>The database, its schema and its backups.</summary>
    Database,

    /// <summary>Channels, contacts and the chain of escalation.</summary>
    People,

    /// <summary>Drills and reviews.</summary>
    Practice,

    /// <summary>This machine: programs, clock, space, the shell.</summary>
    Machine,
}
