using Microsoft.Win32.SafeHandles;

namespace RollbackOps.Adapters.Logs;

/// <summary>Finds where a window begins in a file whose lines are about in the order of time, by halving.</summary>
internal sealed unsafe class WindowSearch
{
    private const int Near = 64 * 1024;

    /// <summary>Most often a line lies within so many bytes.</summary>
    private const int First = 2 * 1024;

    private readonly SafeFileHandle _file;
    private readonly long _end;
    private readonly LineCounter _reader;
    private readonly LineFeed _feed;

    public WindowSearch(SafeFileHandle file, long end, LineCounter reader, LineFeed feed) =>
        (_file, _end, _reader, _feed) = (file, end, reader, feed);

    /// <summary>A place at or before the first line of a time or later, at most a few lines before it.</summary>
    /// <param name="time">In ticks of UTC.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public long Find(long time, CancellationToken cancellationToken)
    {
        var (low, high) = (0L, _end);
        while (high - low > Near)
        {
            var middle = (low + high) / 2;
            if (FirstTime(middle, high, cancellationToken) is { } found && found < time)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>The time of the first line that has one and begins between two places, or null.</summary>
    private long? FirstTime(long from, long to, CancellationToken cancellationToken)
    {
        var stretch = First;
        for (var at = from; at < to; at += stretch, stretch = Math.Min(Near, 4 * stretch))
        {
            long? found = null;
            _feed.Read(new FileBytes(_file, at, _end), isInside: at > 0, Math.Min(to - at, stretch),
                (line, length, quotes, isPlain, isTorn) =>
                {
                    if (length > 0 && !isTorn && _reader.TryTime(line, length, quotes, isPlain, out var time))
                    {
                        found = time;
                    }

                    return found is null;
                }, cancellationToken);
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }
}
