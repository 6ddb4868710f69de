namespace RollbackOps.Drills;

/// <summary>What shows the trouble of a drill, as it would in the incident.</summary>
public enum DrillSignal
{
    /// <summary>The health checks, probed from outside.</summary>
    Probes,

    /// <summary>The users' requests, by the service's access log.</summary>
    Traffic,

    /// <summary>The audit queries of the database.</summary>
    Database,
}
