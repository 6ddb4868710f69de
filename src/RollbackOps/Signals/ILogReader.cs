namespace RollbackOps.Signals;

/// <summary>Measures the requests that logs tell of.</summary>
public interface ILogReader
{
    /// <summary>Measures files.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.LogNotFound"/>; <see cref="ErrorId.LogUnreadable"/>.</exception>
    Measurement Measure(LogQuery query, CancellationToken cancellationToken);

    /// <summary>Measures a stream of lines, standard input for example.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.LogUnreadable"/>.</exception>
    Measurement Measure(Stream lines, string source, LogQuery query, CancellationToken cancellationToken);

    /// <summary>A log's bytes; those of a packed one (.gz, .zst) are unpacked while they are read.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.LogNotFound"/>; <see cref="ErrorId.LogUnreadable"/>.</exception>
    Stream OpenUnpacked(string path);

    /// <summary>Begins to measure lines that are handed in one by one.</summary>
    ILogLines Open(LogQuery query);
}
