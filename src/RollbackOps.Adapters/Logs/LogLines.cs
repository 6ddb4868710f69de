using System.Text;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Logs;

/// <summary>Lines handed in one by one: kept in a temporary file, so that memory stays small, and read at the end.</summary>
internal sealed class LogLines : ILogLines
{
    private readonly LogReader _reader;
    private readonly LogQuery _query;
    private readonly FileStream _file = new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose);

    public LogLines(LogReader reader, LogQuery query) => (_reader, _query) = (reader, query);

    /// <inheritdoc />
    public void Add(string line)
    {
        _file.Write(Encoding.UTF8.GetBytes(line));
        _file.WriteByte((byte)'\n');
    }

    /// <inheritdoc />
    public Measurement Finish(CancellationToken cancellationToken)
    {
        _file.Position = 0;
        return _reader.Measure(_file, "pipeline", _query, cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();
}
