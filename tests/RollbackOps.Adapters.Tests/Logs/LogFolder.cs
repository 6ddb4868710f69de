using System.Text;
using RollbackOps.Adapters.Logs;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Tests.Logs;

/// <summary>Logs in a temporary folder.</summary>
internal sealed class LogFolder : IDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("logs");

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, bytes);
        // As if the last line had just been written.
        File.SetLastWriteTimeUtc(path, Noon.UtcDateTime);
        return path;
    }

    /// <summary>A line of a request, so many seconds after eleven o'clock.</summary>
    public static string Line(double second, int status = 200, double milliseconds = 10, string path = "/api", string client = "a") =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $$"""{"time":"{{Noon.AddHours(-1).AddSeconds(second):yyyy-MM-ddTHH:mm:ss.fff}}Z","status":{{status}},"duration":{{milliseconds}},"path":"{{path}}","client":"{{client}}"}""") + "\n";

    /// <summary>Measures the hour before noon.</summary>
    public static Measurement Measure(LogQuery query) => new LogReader().Measure(query, CancellationToken.None);

    public static LogQuery Hour(params string[] paths) => new() { Paths = paths, From = Noon.AddHours(-1), To = Noon };

    public void Dispose() => _folder.Delete(recursive: true);
}
