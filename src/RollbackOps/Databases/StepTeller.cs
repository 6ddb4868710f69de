using System.Globalization;
using RollbackOps.Rollbacks;

namespace RollbackOps.Databases;

/// <summary>Tells how far a database command is: steps, and bytes within a step.</summary>
internal sealed class StepTeller
{
    private readonly Action<RollbackProgress> _tell;
    private readonly TimeProvider _clock;
    private readonly long _begun;
    private (int Number, int Count) _step;

    public StepTeller(Action<RollbackProgress> tell, TimeProvider clock)
    {
        _tell = tell;
        _clock = clock;
        _begun = clock.GetTimestamp();
    }

    /// <summary>Monotonic time since it was made.</summary>
    public TimeSpan Elapsed => _clock.GetElapsedTime(_begun);

    /// <summary>A step begins.</summary>
    public void Begin(int number, int count, string text)
    {
        _step = (number, count);
        Tell(ProgressKind.Step, text);
    }

    /// <summary>How far the step is.</summary>
    public void Bytes(ByteProgress progress) => Tell(ProgressKind.Bytes, progress.Total is { } total and > 0
        ? $"{Size(progress.Done)} of {Size(total)}"
        : Size(progress.Done));

    /// <summary>How far the step is, in words.</summary>
    public void Progress(string text) => Tell(ProgressKind.Bytes, text);

    /// <summary>A detail.</summary>
    public void Detail(string text) => Tell(ProgressKind.Detail, text);

    /// <summary>Something a person should know at once.</summary>
    public void Warn(string text) => Tell(ProgressKind.Warning, text);

    /// <summary>A size for people.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} kB"),
        < 10_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB"),
    };

    private void Tell(ProgressKind kind, string text) =>
        _tell(new RollbackProgress(kind, text, _step.Number, _step.Count, Elapsed));
}
