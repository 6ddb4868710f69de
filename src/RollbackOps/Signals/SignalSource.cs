namespace RollbackOps.Signals;

/// <summary>Configured sources of measurements.</summary>
public enum SignalSource
{
    /// <summary>The metrics of the prometheus section.</summary>
    Prometheus,

    /// <summary>The requests that the platform tells of while they are served; a live tail, which knows nothing of before.</summary>
    RuntimeLog,

    /// <summary>The configured health checks, round after round; from now on.</summary>
    Probes,
}
