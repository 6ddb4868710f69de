using System.IO.Compression;
using System.Text;
using RollbackOps.Adapters.Logs;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Tests.Logs;

/// <summary>Files as they are found: cut, growing, rotated, packed, by other clocks.</summary>
public sealed class LogFileTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Measure_FirstAndLastLineTorn_AreNoUnreadableLines()
    {
        var path = _folder.Write("a.log", LogFolder.Line(1, 500)[20..] + LogFolder.Line(2) + LogFolder.Line(3, 500) + LogFolder.Line(4)[..30]);

        var measured = LogFolder.Measure(LogFolder.Hour(path) with { MaxUnreadablePercent = 0 });

        Assert.Equal((2, 1), (measured.Requests, measured.Errors));
        Assert.Equal("2 torn at the begin or end", Assert.Single(measured.Skipped).ToString());
    }

    [Fact]
    public void Measure_NothingButATornLine_IsNoZero()
    {
        var path = _folder.Write("a.log", LogFolder.Line(1)[20..]);

        var failure = Assert.Throws<RollbackOpsException>(() => LogFolder.Measure(LogFolder.Hour(path) with { Format = LogFormat.Json }));

        Assert.Equal(ErrorId.LogUnreadable, failure.Id);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\n\n")]
    [InlineData(" \t\r\n")]
    public void Measure_LastLineWithoutItsEnd_IsCounted(string end)
    {
        var text = string.Concat(Enumerable.Range(0, 200).Select(i => LogFolder.Line(i, i % 7 == 0 ? 500 : 200).TrimEnd() + end));

        var measured = LogFolder.Measure(LogFolder.Hour(_folder.Write("a.log", "\uFEFF" + text.TrimEnd())) with { MaxUnreadablePercent = 0 });

        Assert.Equal((200, 29), (measured.Requests, measured.Errors));
        Assert.Empty(measured.Skipped);
    }

    [Fact]
    public void Measure_Empty_IsAMeasurementOfNothing()
    {
        var measured = LogFolder.Measure(LogFolder.Hour(_folder.Write("a.log", ""), _folder.Write("b.log", "\r\n\n")));

        Assert.Equal((0, null), (measured.Requests, measured.ErrorRatePercent));
        Assert.Null(measured.Newest);
    }

    [Fact]
    public void Measure_NoFile_SaysSo()
    {
        var failure = Assert.Throws<RollbackOpsException>(() => LogFolder.Measure(LogFolder.Hour("/nowhere/a.log")));

        Assert.Equal((ErrorId.LogNotFound, ErrorKind.NotFound), (failure.Id, failure.Kind));
    }

    [Fact]
    public void Measure_LineLongerThanFourMegabytes_IsSkippedAloneAndCounted()
    {
        var around = string.Concat(Enumerable.Range(1, 30).Select(i => LogFolder.Line(i)));
        var large = LogFolder.Line(31, 500, path: "/" + new string('x', 3_000_000));
        var huge = LogFolder.Line(31, 500, path: "/" + new string('x', 5_000_000));
        var path = _folder.Write("a.log", around + large + huge + around);

        var measured = LogFolder.Measure(LogFolder.Hour(path));

        Assert.Equal((61, 1), (measured.Requests, measured.Errors));
        Assert.Equal("1 longer than 4 MB", Assert.Single(measured.Skipped).ToString());
    }

    [Fact]
    public void Measure_ClockAhead_IsSaid()
    {
        var path = _folder.Write("a.log", LogFolder.Line(3590) + LogFolder.Line(3601) + LogFolder.Line(3700));

        var measured = LogFolder.Measure(LogFolder.Hour(path));

        Assert.Equal(1, measured.Requests);
        Assert.Equal("2 ahead of the window's end", Assert.Single(measured.Skipped).ToString());
        Assert.Equal(TimeSpan.FromSeconds(10), measured.Age);
    }

    [Fact]
    public void Measure_ClockBehind_ShowsAsAge()
    {
        var path = _folder.Write("a.log", LogFolder.Line(-600) + LogFolder.Line(-120));

        var measured = LogFolder.Measure(LogFolder.Hour(path));

        Assert.Equal(0, measured.Requests);
        Assert.Equal(TimeSpan.FromMinutes(62), measured.Age);
    }

    [Fact]
    public async Task Measure_FileThatGrows_HasWhatWasThereAndMaybeMore()
    {
        var path = _folder.Write("a.log", string.Concat(Enumerable.Range(0, 1000).Select(i => LogFolder.Line(i, 500))));
        var written = 1000L;
        using var stop = new CancellationTokenSource();
        var writer = Task.Factory.StartNew(() =>
        {
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            while (!stop.IsCancellationRequested && written < 20_000)
            {
                // In two writes, so that the last line is often seen half.
                var line = Encoding.UTF8.GetBytes(LogFolder.Line(1000, 500));
                file.Write(line, 0, 40);
                file.Write(line, 40, line.Length - 40);
                Interlocked.Increment(ref written);
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        for (var i = 0; i < 50 || (Interlocked.Read(ref written) < 1100 && !writer.IsCompleted); i++)
        {
            var before = Interlocked.Read(ref written);
            var measured = LogFolder.Measure(LogFolder.Hour(path) with { MaxUnreadablePercent = 0 });
            Assert.InRange(measured.Requests!.Value, before, Interlocked.Read(ref written) + 1);
            Assert.Equal(measured.Requests, measured.Errors);
        }

        await stop.CancelAsync();
        await writer;
        Assert.True(written >= 1100);
    }

    [Fact]
    public async Task Measure_FileRotatedUnderUs_CountsNoLineTwice()
    {
        const int Lines = 500;
        var path = _folder.Write("a.log", string.Concat(Enumerable.Range(0, Lines).Select(i => LogFolder.Line(i))));
        var older = _folder.Write("a.log.1", LogFolder.Line(0, 500));
        using var stop = new CancellationTokenSource();
        var rotated = 0;
        var rotator = Task.Factory.StartNew(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                File.Move(path, older, overwrite: true);
                File.WriteAllText(path + ".new", string.Concat(Enumerable.Range(0, Lines).Select(i => LogFolder.Line(i))));
                File.Move(path + ".new", path);
                Interlocked.Increment(ref rotated);
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        for (var i = 0; i < 300 || (Volatile.Read(ref rotated) < 20 && !rotator.IsCompleted); i++)
        {
            try
            {
                var measured = LogFolder.Measure(LogFolder.Hour(path, older) with { MaxUnreadablePercent = 0 });
                Assert.Contains(measured.Requests!.Value, new long[] { Lines, Lines + 1, 2 * Lines });
            }
            catch (RollbackOpsException failure) when (failure.Id == ErrorId.LogNotFound)
            {
                // The moment between the two renames.
            }
        }

        await stop.CancelAsync();
        await rotator;
        Assert.True(rotated >= 20);
    }

    [Fact]
    public void Measure_OneFileUnderTwoNames_CountsOnce()
    {
        var path = _folder.Write("a.log", LogFolder.Line(1) + LogFolder.Line(2));
        File.CreateSymbolicLink(path + ".1", path);

        Assert.Equal(2, LogFolder.Measure(LogFolder.Hour(path, path + ".1")).Requests);
    }

    [Fact]
    public void Measure_PackedFileCutOff_IsAnError()
    {
        var packed = Gzip(string.Concat(Enumerable.Range(0, 5000).Select(i => LogFolder.Line(i % 3600, path: $"/{i * 7919}"))));
        using var zstd = new ZstdSharp.Compressor();
        var other = zstd.Wrap(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => LogFolder.Line(i % 3600, path: $"/{i * 7919}")))));
        foreach (var path in new[]
        {
            _folder.Write("a.log.gz", packed[..(packed.Length / 2)]), _folder.Write("b.log.gz", packed[..^1]), _folder.Write("c.log.gz", packed[..12]),
            _folder.Write("d.log.gz", [.. Gzip(LogFolder.Line(1)), .. packed[..^9]]), _folder.Write("e.log.zst", other[..(other.Length / 2)].ToArray()),
        })
        {
            var failure = Assert.Throws<RollbackOpsException>(() => LogFolder.Measure(LogFolder.Hour(path)));

            Assert.Equal(ErrorId.LogUnreadable, failure.Id);
            Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Measure_PackedInParts_IsReadWhole()
    {
        using var zstd = new ZstdSharp.Compressor();
        byte[] parts = [.. zstd.Wrap(Encoding.UTF8.GetBytes(LogFolder.Line(1))), .. zstd.Wrap(Encoding.UTF8.GetBytes(LogFolder.Line(2, 500)))];

        var measured = LogFolder.Measure(LogFolder.Hour(
            _folder.Write("a.gz", [.. Gzip(LogFolder.Line(1)), .. Gzip(LogFolder.Line(2, 500))]), _folder.Write("a.zst", parts)));

        Assert.Equal((4, 2), (measured.Requests, measured.Errors));
    }

    [Fact]
    public void Measure_PackedBeforeTheWindow_IsNotUnpacked()
    {
        var path = _folder.Write("a.gz", Encoding.UTF8.GetBytes("not packed at all"));
        File.SetLastWriteTimeUtc(path, LogFolder.Noon.AddHours(-2).UtcDateTime);

        Assert.Equal(0, LogFolder.Measure(LogFolder.Hour(path)).Requests);
    }

    [Fact]
    public void Measure_Cancelled_Stops()
    {
        var path = _folder.Write("a.log", string.Concat(Enumerable.Range(0, 100).Select(i => LogFolder.Line(i))));

        Assert.Throws<OperationCanceledException>(() => new LogReader().Measure(LogFolder.Hour(path), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Measure_OwnFields_AreRead()
    {
        var path = _folder.Write("a.log", """{"at":1795433400,"http":{"code":503,"took":0.25,"who":"x"},"code":200}""" + "\n" + """{"at":1795433401,"http":{"code":200,"took":3}}""" + "\n");

        var measured = LogFolder.Measure(LogFolder.Hour(path) with
        {
            Fields = new LogFields { Time = "at", Status = "http.code", Duration = "http.took", Client = "http.who", MicrosecondsPerUnit = 1e6 },
        });

        Assert.Equal((2, 1, 1), (measured.Requests, measured.Errors, measured.Slow));
        Assert.Equal("x: 1 of 1 failed", Assert.Single(measured.Clients).ToString());
        Assert.Equal([250, 3000, 3000], measured.Quantiles.Select(one => Math.Round(one.Value.TotalMilliseconds / 5) * 5));
    }

    [Fact]
    public void Measure_LinesHandedIn_AreMeasured()
    {
        using var lines = new LogReader().Open(LogFolder.Hour());
        for (var i = 0; i < 1000; i++)
        {
            lines.Add(LogFolder.Line(i, i % 10 == 0 ? 500 : 200).TrimEnd());
        }

        var measured = lines.Finish(CancellationToken.None);

        Assert.Equal(("pipeline", 1000, 100), (measured.Source, measured.Requests, measured.Errors));
    }

    private static byte[] Gzip(string text)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }
}
