namespace RollbackOps.Signals;

/// <summary>Opens configured sources.</summary>
internal static class MeasurementSources
{
    /// <summary>Whether a source knows nothing of before it was opened.</summary>
    public static bool IsLive(SignalSource source) => source is SignalSource.RuntimeLog or SignalSource.Probes;

    /// <summary>A source, not read yet.</summary>
    public static IMeasurementSource Open(SignalSource source, RollbackContext context) => source switch
    {
        SignalSource.RuntimeLog => new RuntimeLogSource(context),
        SignalSource.Probes => new ProbeSource(context),
        _ => new MetricsSource(context),
    };
}
