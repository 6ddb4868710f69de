using System.Diagnostics;
using System.Globalization;
using System.Text;
using DuckDB.NET.Data;
using RollbackOps.Adapters;
using RollbackOps.Signals;

namespace RollbackOps.Bench;

/// <summary>Measures a log beside DuckDB, in turn, in one run; and the last five minutes of it.</summary>
internal static class LogComparison
{
    private const int Rounds = 5;
    private static readonly DateTimeOffset s_end = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Writes a log of about so many gigabytes with 230 bytes a line, over the day before its end.</summary>
    public static void Generate(string path, double gigabytes)
    {
        var random = new Random(1);
        var lines = (long)(gigabytes * 1e9 / 230);
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 20);
        for (var i = 0L; i < lines; i++)
        {
            var at = s_end.AddTicks(-TimeSpan.TicksPerDay + (long)(TimeSpan.TicksPerDay * ((double)i / lines)));
            var status = random.Next(200) switch { 0 => 500, 1 => 404, 2 => 401, _ => 200 };
            // One agent in fifty has an escape in it.
            var agent = random.Next(50) == 0 ? """Mozilla/5.0 (\"compatible\"; a robot of some kind; +https://example.org)""" : "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101";
            file.Write(string.Create(CultureInfo.InvariantCulture,
                $$"""{"time":"{{at:yyyy-MM-ddTHH:mm:ss.fff}}Z","level":30,"id":"{{random.NextInt64():x16}}","method":"POST","path":"/api/chat/{{random.Next(40)}}","status":{{status}},"duration":{{Math.Exp(random.NextDouble() * 8):0.000}},"client":"10.0.{{random.Next(4)}}.{{random.Next(250)}}","agent":"{{agent}}"}"""));
            file.Write('\n');
        }
    }

    public static void Run(string path)
    {
        var size = new FileInfo(path).Length;
        var reader = new AdapterFactory().CreateLogReader();
        var all = new LogQuery { Paths = [path], From = s_end.AddDays(-2), To = s_end.AddDays(1), IsTotalsOnly = true, Format = LogFormat.Json };
        var (ours, theirs, whole, last) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        Measurement? measured = null;
        (long Requests, long Errors, double P50, double P95, double P99) duck = default;
        for (var round = 0; round <= Rounds; round++)
        {
            ours.Add(Time(() => measured = reader.Measure(all, CancellationToken.None)));
            theirs.Add(Time(() => duck = Duck(path)));
            whole.Add(Time(() => reader.Measure(all with { From = s_end.AddDays(-1), To = s_end, IsTotalsOnly = false }, CancellationToken.None)));
            last.Add(Time(() => reader.Measure(all with { From = s_end.AddMinutes(-5), To = s_end, IsTotalsOnly = false }, CancellationToken.None)));
        }

        Console.WriteLine($"{size / 1e9:0.00} GB, load {File.ReadAllText("/proc/loadavg").Trim()}");
        Console.WriteLine($"totals      {Median(ours):0.0} ms, {size / Median(ours) / 1e6:0.00} GB/s (best {size / ours.Min() / 1e6:0.00})");
        Console.WriteLine($"DuckDB      {Median(theirs):0.0} ms, {size / Median(theirs) / 1e6:0.00} GB/s (best {size / theirs.Min() / 1e6:0.00})");
        Console.WriteLine($"ratio       {Median([.. ours.Zip(theirs, (a, b) => b / a)]):0.00} (median of rounds)");
        Console.WriteLine($"everything  {Median(whole):0.0} ms, {size / Median(whole) / 1e6:0.00} GB/s");
        Console.WriteLine($"last 5 min  {Median(last):0.0} ms (least {last.Min():0.0})");
        Console.WriteLine($"counts      {measured!.Requests} {measured.Errors} | DuckDB {duck.Requests} {duck.Errors}");
        Console.WriteLine($"quantiles   {string.Join(", ", measured.Quantiles.Select(one => one.Value.TotalMilliseconds))} | DuckDB {duck.P50}, {duck.P95}, {duck.P99}");
    }

    /// <summary>The last five minutes alone, in a process that does nothing else: what it takes and keeps.</summary>
    public static void Last(string path)
    {
        var reader = new AdapterFactory().CreateLogReader();
        var query = new LogQuery { Paths = [path], From = s_end.AddMinutes(-5), To = s_end, Format = LogFormat.Json };
        var before = Process.GetCurrentProcess().WorkingSet64;
        var first = Time(() => reader.Measure(query, CancellationToken.None));
        // Until the code is compiled as it will stay; a session that measures again and again is in that state.
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < TimeSpan.FromSeconds(3);)
        {
            reader.Measure(query, CancellationToken.None);
        }

        var later = Enumerable.Range(0, 21).Select(_ => Time(() => reader.Measure(query, CancellationToken.None))).ToList();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var measured = reader.Measure(query, CancellationToken.None);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var process = Process.GetCurrentProcess();
        process.Refresh();
        Console.WriteLine($"{new FileInfo(path).Length / 1e9:0.00} GB, {measured.Requests} requests of {measured.Lines} lines read, load {File.ReadAllText("/proc/loadavg").Trim()}");
        Console.WriteLine($"first {first:0.0} ms, warm {Median(later):0.0} ms ({later.Min():0.0} to {later.Max():0.0})");
        Console.WriteLine($"{allocated / 1e6:0.0} MB allocated by one; peak of the process {process.PeakWorkingSet64 / 1e6:0} MB, {(process.PeakWorkingSet64 - before) / 1e6:0} MB above its begin");
    }

    private static (long Requests, long Errors, double P50, double P95, double P99) Duck(string path)
    {
        using var database = new DuckDBConnection("Data Source=:memory:");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "select count(*), count(*) filter (status >= 500 or status < 100), quantile_disc(duration, 0.5), quantile_disc(duration, 0.95), quantile_disc(duration, 0.99) "
            + $"from read_ndjson('{path}', columns = {{time: 'TIMESTAMP', status: 'INTEGER', duration: 'DOUBLE'}})";
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetDouble(2), reader.GetDouble(3), reader.GetDouble(4));
    }

    private static double Time(Action action)
    {
        var begun = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
