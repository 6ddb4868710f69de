using Microsoft.Win32.SafeHandles;
using RollbackOps.Adapters.Packing;
using RollbackOps.Signals;
using ZstdSharp;

namespace RollbackOps.Adapters.Logs;

/// <summary>Measures the requests that log files tell of.</summary>
internal sealed unsafe class LogReader : ILogReader
{
    private const long LeastBlock = 256 * 1024;
    private const long MostBlock = 4 * 1024 * 1024;

    /// <inheritdoc />
    public Measurement Measure(LogQuery query, CancellationToken cancellationToken)
    {
        var counts = new LogCounts(query);
        using var files = new OpenLogs();
        foreach (var path in query.Paths)
        {
            Guard(path, () => files.Add(path));
        }

        foreach (var (path, file) in files.All)
        {
            Guard(path, () => ReadFile(path, file, query, counts, cancellationToken));
        }

        return counts.ToMeasurement(string.Join(", ", query.Paths.Select(Path.GetFileName)));
    }

    /// <inheritdoc />
    public Measurement Measure(Stream lines, string source, LogQuery query, CancellationToken cancellationToken)
    {
        var counts = new LogCounts(query);
        ReadStream(lines, source, query, counts, cancellationToken);
        return counts.ToMeasurement(source);
    }

    /// <inheritdoc />
    public Stream OpenUnpacked(string path)
    {
        Stream? log = null;
        Guard(path, () =>
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            log = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new WholeGzip(file)
                : path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? new DecompressionStream(file, leaveOpen: false)
                : file;
        });
        return log!;
    }

    /// <inheritdoc />
    public ILogLines Open(LogQuery query) => new LogLines(this, query);

    private static void Guard(string path, Action read)
    {
        try
        {
            read();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException or ZstdException)
        {
            throw new RollbackOpsException(failure is FileNotFoundException or DirectoryNotFoundException ? ErrorId.LogNotFound : ErrorId.LogUnreadable,
                $"The log '{Inert.Line(path)}' cannot be read: {failure.Message}", "Check its path and rights, or leave it out.", path, failure);
        }
    }

    private static void ReadFile(string path, SafeFileHandle file, LogQuery query, LogCounts counts, CancellationToken cancellationToken)
    {
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase))
        {
            // Packed when it was complete: one packed before the window began has nothing of it.
            if (File.GetLastWriteTimeUtc(file).Ticks < query.From.UtcTicks - query.LookBack.Ticks)
            {
                return;
            }

            using var packed = new FileStream(file, FileAccess.Read);
            using Stream unpacked = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new WholeGzip(packed) : new DecompressionStream(packed);
            ReadStream(unpacked, path, query, counts, cancellationToken);
            return;
        }

        var end = RandomAccess.GetLength(file);
        using var feed = new LineFeed();
        var fields = Fields(query, () => Sample(file, end), path, feed);
        if (end == 0 || !fields.IsKnown)
        {
            return;
        }

        var search = new WindowSearch(file, end, new LineCounter(query, fields.Value), feed);
        var from = query.From.UtcTicks - query.LookBack.Ticks;
        var begin = search.Find(from, cancellationToken);
        // Nothing in the file is newer than its last change, except by a clock that is ahead.
        var isToTheEnd = query.To.UtcTicks >= File.GetLastWriteTimeUtc(file).Ticks;
        var until = isToTheEnd
            ? end
            : Math.Min(end, search.Find(query.To.UtcTicks + query.LookBack.Ticks, cancellationToken) + (128 * 1024));
        var counter = Scan(file, begin, until, end, query, fields.Value, cancellationToken);
        if (begin > 0 && counter.Oldest < from - query.LookBack.Ticks)
        {
            // Not in the order of time after all: only the whole file tells.
            counter = Scan(file, 0, end, end, query, fields.Value, cancellationToken);
        }

        counts.Add(counter, isToTheEnd);
    }

    /// <summary>Counts the lines that begin in a stretch of a file, on all cores when it is long.</summary>
    private static LineCounter Scan(
        SafeFileHandle file, long begin, long until, long end, LogQuery query, LogFields? fields, CancellationToken cancellationToken)
    {
        // A few for each core, so that none is left alone with the last one.
        var blockSize = Math.Clamp((until - begin) / (8 * Environment.ProcessorCount), LeastBlock, MostBlock);
        var blocks = (until - begin + blockSize - 1) / blockSize;
        var next = -1L;
        LineCounter? all = null;
        var mutex = new object();
        void Work()
        {
            using var feed = new LineFeed();
            var counter = new LineCounter(query, fields);
            var take = Taker(counter);
            while (Interlocked.Increment(ref next) is var block && block < blocks)
            {
                var from = begin + (block * blockSize);
                // From the byte before: a line that begins right at the border is told by the line feed before it.
                var first = Math.Max(0, from - 1);
                var limit = Math.Min(until, from + blockSize);
                feed.Read(new FileBytes(file, first, end), isInside: from > 0, limit - first, take, cancellationToken);
            }

            lock (mutex)
            {
                all?.Add(counter);
                all ??= counter;
            }
        }

        var workers = (int)Math.Min(Environment.ProcessorCount, Math.Max(1, blocks / 2));
        if (workers == 1)
        {
            Work();
        }
        else
        {
            Task.WaitAll([.. Enumerable.Range(0, workers).Select(_ => Task.Run(Work, CancellationToken.None))], CancellationToken.None);
        }

        return all!;
    }

    private static void ReadStream(Stream stream, string source, LogQuery query, LogCounts counts, CancellationToken cancellationToken)
    {
        using var feed = new LineFeed();
        var sample = new byte[FormatDetection.SampleSize];
        var length = stream.ReadAtLeast(sample, sample.Length, throwOnEndOfStream: false);
        var fields = Fields(query, () => sample.AsMemory(0, length), source, feed);
        if (length == 0 || !fields.IsKnown)
        {
            return;
        }

        var counter = new LineCounter(query, fields.Value);
        feed.Read(new JoinedBytes(sample.AsMemory(0, length), stream), isInside: false, long.MaxValue, Taker(counter), cancellationToken);
        counts.Add(counter, isToTheEnd: false);
    }

    private static LineFeed.LineTaker Taker(LineCounter counter) => (line, length, quotes, isPlain, isTorn) =>
    {
        if (length < 0)
        {
            counter.TooLong++;
        }
        else
        {
            counter.Take(line, length, quotes, isPlain, isTorn);
        }

        return true;
    };

    /// <summary>The fields to read; none are known of a log without a single line.</summary>
    private static (bool IsKnown, LogFields? Value) Fields(LogQuery query, Func<ReadOnlyMemory<byte>> sample, string source, LineFeed feed)
    {
        if (query.Fields is not null)
        {
            return (true, query.Fields);
        }

        if (query.Format != LogFormat.Auto)
        {
            return (true, LogFields.Of(query.Format));
        }

        var bytes = sample();
        return FormatDetection.Of(bytes, query, feed) is { } format
            ? (true, LogFields.Of(format))
            : bytes.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0
                ? (false, null)
                : throw new RollbackOpsException(ErrorId.LogUnreadable, $"No request is found at the begin and end of '{source}' in any known format.",
                    "Name the format with -Format, or the fields with -TimeField, -StatusField and the like.", source);
    }

    private static byte[] Sample(SafeFileHandle file, long end)
    {
        var sample = new byte[Math.Min(end, 2 * FormatDetection.SampleSize)];
        var first = (int)Math.Min(sample.Length, FormatDetection.SampleSize);
        var read = RandomAccess.Read(file, sample.AsSpan(0, first), 0);
        read += RandomAccess.Read(file, sample.AsSpan(read), Math.Max(read, end - (sample.Length - read)));
        return sample[..read];
    }
}
