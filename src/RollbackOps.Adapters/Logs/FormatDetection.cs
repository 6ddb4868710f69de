using RollbackOps.Signals;

namespace RollbackOps.Adapters.Logs;

/// <summary>Finds out how a log is written: the format that finds most requests in its first lines.</summary>
internal static unsafe class FormatDetection
{
    /// <summary>So much of a log is looked at.</summary>
    public const int SampleSize = 64 * 1024;

    private static readonly LogFormat[] s_formats = [LogFormat.Json, LogFormat.Vercel, LogFormat.Pino, LogFormat.Serilog, LogFormat.Common];

    /// <summary>The format, or null when none finds a request.</summary>
    public static LogFormat? Of(ReadOnlyMemory<byte> sample, LogQuery query, LineFeed feed)
    {
        LogFormat? best = null;
        var most = 0L;
        foreach (var format in s_formats)
        {
            var counter = new LineCounter(query with { IsTotalsOnly = true, ExcludedPaths = [] }, LogFields.Of(format));
            using var stream = new MemoryStream(sample.ToArray());
            feed.Read(new StreamBytes(stream), isInside: false, long.MaxValue,
                (line, length, quotes, isPlain, isTorn) =>
                {
                    if (length > 0)
                    {
                        counter.Take(line, length, quotes, isPlain, isTorn);
                    }

                    return true;
                }, CancellationToken.None);
            if (counter.Requests > most)
            {
                (best, most) = (format, counter.Requests);
            }
        }

        return best;
    }
}
