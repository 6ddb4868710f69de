using System.Globalization;
using System.Text;

namespace RollbackOps.Adapters.Drills;

/// <summary>
/// The access log of what stands before the service: a line of JSON a request, as Measure-ErrorRate reads it; 502 where nobody
/// answers.
/// </summary>
internal sealed class AccessLog : IDisposable
{
    private readonly object _gate = new();
    private readonly FileStream _file;

    public AccessLog(string path)
    {
        Path = path;
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    public string Path { get; }

    /// <summary>Notes a request.</summary>
    public void Add(DateTimeOffset at, DrillExchange request, int status, TimeSpan duration)
    {
        var line = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $$"""{"time":"{{at.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}}","status":{{status}},"duration":{{duration.TotalMilliseconds:0.0}},"path":"{{Shown(request.Path)}}","client":"{{request.Client}}"}""") + "\n");
        lock (_gate)
        {
            if (_file.CanWrite)
            {
                _file.Write(line);
                _file.Flush();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file.Dispose();
        }
    }

    /// <summary>What belongs to one message is left out: paths are counted, and each message would be one of its own.</summary>
    private static string Shown(string path) => path.StartsWith("/api/messages", StringComparison.Ordinal) ? "/api/messages" : path.Split('?', '"', '\\')[0];
}
