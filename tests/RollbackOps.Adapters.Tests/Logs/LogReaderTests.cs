using System.IO.Compression;
using System.Text;

namespace RollbackOps.Adapters.Tests.Logs;

public sealed class LogReaderTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Measure_WhatCounts_IsTheRules()
    {
        var path = _folder.Write("a.log",
            LogFolder.Line(1) + LogFolder.Line(2, 500) + LogFolder.Line(3, -1) + LogFolder.Line(4, 404, path: "/x.js?v=1") + LogFolder.Line(5, 401)
            + LogFolder.Line(11, 200, 2000.5) + LogFolder.Line(12, 503, path: "/health") + "{\"msg\":\"\\\"status\\\":500\"}\n");

        var measured = LogFolder.Measure(LogFolder.Hour(path) with { ExcludedPaths = ["/health"] });

        Assert.Equal((6, 2, 2), (measured.Requests, measured.Errors, measured.Slow));
        Assert.Equal((1, 1), (measured.Refused, measured.MissingAssets));
        Assert.Equal(360, measured.Cells.Count);
        Assert.Equal((5, 2, 1), (measured.Cells[0].Requests, measured.Cells[0].Errors, measured.Cells[0].Slow));
        Assert.Equal("a: 2 of 5 failed", Assert.Single(measured.Cells[0].Clients!).ToString());
        Assert.Equal(60, measured.Minutes.Count);
        Assert.Equal(["1 telling of no request", "1 of health paths"], measured.Skipped.Select(one => one.ToString()));
        Assert.Equal(LogFolder.Noon.AddHours(-1).AddSeconds(11), measured.Newest);
    }

    [Theory]
    [InlineData(58, false, false)]
    [InlineData(59, true, false)]
    [InlineData(71, true, false)]
    [InlineData(72, true, true)]
    public void P95_SmallSample_ClaimsNoMoreThanItCan(int requests, bool isBound, bool isInterval)
    {
        var path = _folder.Write("a.log", string.Concat(Enumerable.Range(1, requests).Select(i => LogFolder.Line(i, milliseconds: i))));

        var p95 = LogFolder.Measure(LogFolder.Hour(path)).Quantiles.Single(one => one.Percent == 95);

        Assert.Equal(isBound, p95.UpperBound is not null);
        Assert.Equal((isInterval, isInterval), (p95.Lower is not null, p95.Upper is not null));
        var exact = (int)Math.Ceiling(0.95 * requests);
        Assert.InRange(p95.Value.TotalMilliseconds, exact * 0.999, exact * 1.001);
    }

    [Theory]
    [InlineData("""127.0.0.1 - frank [23/Nov/2026:12:30:00 +0100] "GET /a\"b?x HTTP/1.1" 500 2326""")]
    [InlineData("""::1 - a[b c [23/Nov/2026:11:30:00 +0000] "GET /a HTTP/1.1" 502 - "-" "curl \"x\" 200 " """)]
    [InlineData("""{"timestamp":1795433400000,"requestId":"r","proxy":{"statusCode":-1,"path":"/a","clientIp":"::1"},"statusCode":200}""")]
    [InlineData("""{"level":50,"time":1795433400000,"req":{"url":"/a","remoteAddress":"::1"},"res":{"statusCode":500},"responseTime":7}""")]
    [InlineData("""{"@t":"2026-11-23T11:30:00.1234567Z","@m":"x","StatusCode":500,"Elapsed":7.25,"RequestPath":"/a"}""")]
    [InlineData("""{"status":"500","time":1795433400.25,"x":{"status":200},"m":"\"status\":200","\u0064uration":1}""")]
    [InlineData("""{ "time" : "2026-11-23 13:30:00,5+02:00" , "status":500, "status":200 }""")]
    public void Measure_EveryFormat_IsFoundOut(string line)
    {
        var path = _folder.Write("a.log", "\uFEFF" + line + "\r\n" + line[..20]);

        var measured = LogFolder.Measure(LogFolder.Hour(path));

        Assert.Equal((1, 1), (measured.Requests, measured.Errors));
        Assert.Equal(30, measured.Minutes.ToList().FindIndex(minute => minute.Requests == 1));
        Assert.Equal("1 torn at the begin or end", Assert.Single(measured.Skipped).ToString());
    }

    [Fact]
    public void Measure_LinesOfOneRequest_AreOneRequestWithTheWorstStatus()
    {
        const string Line = """{"timestamp":1795433400000,"requestId":"ID","proxy":{"statusCode":STATUS,"path":"/a"}}""";
        var path = _folder.Write("a.log", string.Join('\n',
            new[] { ("1", "200"), ("2", "200"), ("1", "500"), ("1", "200") }.Select(one => Line.Replace("ID", one.Item1).Replace("STATUS", one.Item2))));

        var measured = LogFolder.Measure(LogFolder.Hour(path));

        Assert.Equal((2, 1), (measured.Requests, measured.Errors));
    }

    [Fact]
    public void Measure_TooManyUnreadable_IsAnError()
    {
        var path = _folder.Write("a.log", string.Concat(Enumerable.Repeat(LogFolder.Line(1), 18)) + "nonsense\n{\"time\":\"never\",\"status\":200}\n");

        var failure = Assert.Throws<RollbackOpsException>(() => LogFolder.Measure(LogFolder.Hour(path)));

        Assert.Equal(ErrorId.LogUnreadable, failure.Id);
        Assert.Contains("10 % of 20 lines", failure.Message, StringComparison.Ordinal);
        Assert.Equal(18, LogFolder.Measure(LogFolder.Hour(path) with { MaxUnreadablePercent = 10 }).Requests);
    }

    [Fact]
    public void Measure_Rotations_AreOneMeasurement()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(LogFolder.Line(1, 500)));
        }

        using var zstd = new ZstdSharp.Compressor();
        var measured = LogFolder.Measure(LogFolder.Hour(
            _folder.Write("a.log", LogFolder.Line(30)),
            _folder.Write("a.log.1.gz", packed.ToArray()),
            _folder.Write("a.log.2.zst", zstd.Wrap(Encoding.UTF8.GetBytes(LogFolder.Line(2) + LogFolder.Line(3))).ToArray())));

        Assert.Equal((4, 1), (measured.Requests, measured.Errors));
        Assert.Equal([3L, 0, 0, 1], measured.Cells.Take(4).Select(cell => cell.Requests));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Measure_WindowOfALongFile_IsTheWholeFilesAnswer(int seed)
    {
        var random = new Random(seed);
        var lines = Enumerable.Range(0, 100_000)
            .Select(i => (At: (i * 0.036) - (random.NextDouble() * 50), Text: string.Empty)).Where(one => one.At > 0).ToList();
        var path = _folder.Write("a.log", string.Concat(lines.Select((one, i) => LogFolder.Line(one.At, i % 10 == 0 ? 500 : 200))));
        var query = LogFolder.Hour(path) with { From = LogFolder.Noon.AddMinutes(-35), To = LogFolder.Noon.AddMinutes(-30) };

        var measured = LogFolder.Measure(query);
        var whole = LogFolder.Measure(query with { LookBack = TimeSpan.FromDays(1) });

        Assert.True(measured.Lines < whole.Lines / 3);
        Assert.Equal((whole.Requests, whole.Errors), (measured.Requests, measured.Errors));
        Assert.Equal(whole.Cells.Select(cell => cell.Errors), measured.Cells.Select(cell => cell.Errors));
    }

    [Fact]
    public void Measure_FileNotInOrder_IsReadWhole()
    {
        var path = _folder.Write("a.log", string.Concat(Enumerable.Range(0, 30_000).Select(i => LogFolder.Line((i * 7919) % 3600))));

        var measured = LogFolder.Measure(LogFolder.Hour(path) with { From = LogFolder.Noon.AddMinutes(-5) });

        Assert.Equal(Enumerable.Range(0, 30_000).Count(i => (i * 7919) % 3600 >= 3300), measured.Requests);
    }
}
