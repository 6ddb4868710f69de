namespace RollbackOps.Rollbacks;

/// <summary>What sort of news it is.</summary>
public enum ProgressKind
{
    /// <summary>A step began.</summary>
    Step,

    /// <summary>An effect, a reading or an observation; told with <c>-Verbose</c>.</summary>
    Detail,

    /// <summary>How far a step is; shown as progress only.</summary>
    Bytes,

    /// <summary>Something a person should know at once.</summary>
    Warning,
}

/// <summary>News from a running rollback.</summary>
/// <param name="Kind">What sort of news it is.</param>
/// <param name="Text">The news in a sentence.</param>
/// <param name="Step">The step's number, or 0.</param>
/// <param name="StepCount">How many steps there are, or 0.</param>
/// <param name="Elapsed">Time since the act began.</param>
public sealed record RollbackProgress(ProgressKind Kind, string Text, int Step, int StepCount, TimeSpan Elapsed);
