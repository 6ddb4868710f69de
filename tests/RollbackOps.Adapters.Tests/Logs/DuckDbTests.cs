using System.Globalization;
using System.Text;
using DuckDB.NET.Data;

namespace RollbackOps.Adapters.Tests.Logs;

/// <summary>The same file by an independent reader.</summary>
public sealed class DuckDbTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Measure_GeneratedLines_AgreesWithDuckDb(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var i = 0; i < 50_000; i++)
        {
            var milliseconds = Math.Round(Math.Exp(random.NextDouble() * 10), 3);
            var status = random.Next(20) switch { 0 => 500, 1 => 404, 2 => -1, _ => 200 };
            text.Append(CultureInfo.InvariantCulture, $"{{\"m\":\"{(random.Next(3) == 0 ? "é\\\"status\\\":1\\u00e9" : "plain")}\",\"time\":\"{LogFolder.Noon.AddHours(-1).AddSeconds(i * 0.07):yyyy-MM-ddTHH:mm:ss.fff}Z\",\"x\":{{\"status\":[1,{{}}]}},");
            text.Append(CultureInfo.InvariantCulture, $"\"status\":{status},\"duration\":{milliseconds}").Append(random.Next(9) == 0 ? ",\"status\":501}\n" : "}\n");
        }

        var path = _folder.Write("a.log", text.ToString());

        var measured = LogFolder.Measure(LogFolder.Hour(path));

        using var database = new DuckDBConnection("Data Source=:memory:");
        database.Open();
        using var command = database.CreateCommand();
        // What is read of a repeated name follows from ignore_errors: without it DuckDB refuses the file.
        command.CommandText = $"""
            select count(*), count(*) filter (status >= 500 or status < 100), quantile_disc(duration, 0.5), quantile_disc(duration, 0.95), quantile_disc(duration, 0.99)
            from read_ndjson('{path}', columns = {LbRb("time: 'TIMESTAMP', status: 'INTEGER', duration: 'DOUBLE'")}, ignore_errors = true)
            """;
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal((reader.GetInt64(0), reader.GetInt64(1)), (measured.Requests, measured.Errors));
        for (var i = 0; i < 3; i++)
        {
            var exact = reader.GetDouble(2 + i);
            Assert.InRange(measured.Quantiles[i].Value.TotalMilliseconds, (exact * 0.999) - 0.0005, (exact * 1.001) + 0.0005);
        }
    }

    private static string LbRb(string text) => "{" + text + "}";
}
