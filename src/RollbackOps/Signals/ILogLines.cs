namespace RollbackOps.Signals;

/// <summary>Lines that are measured as they come.</summary>
public interface ILogLines : IDisposable
{
    /// <summary>Takes a line.</summary>
    void Add(string line);

    /// <summary>What the lines say.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.LogUnreadable"/>.</exception>
    Measurement Finish(CancellationToken cancellationToken);
}
