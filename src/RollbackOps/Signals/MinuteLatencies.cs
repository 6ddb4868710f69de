using System.Numerics;

namespace RollbackOps.Signals;

/// <summary>
/// Answer times by the minute, for charts: in buckets of an eighth of their octave up to two minutes, 800 bytes for each
/// minute, so that a quantile is at most 6 % off.
/// </summary>
internal sealed class MinuteLatencies
{
    private const int Bits = 3;
    private const int Octaves = 24;
    private const int Buckets = (Octaves + 1) << Bits;
    private readonly Dictionary<long, int[]> _minutes = [];
    private long _last = -1;
    private int[] _inLast = [];

    /// <param name="minute">The minute's number.</param>
    /// <param name="microseconds">How long the answer took.</param>
    public void Add(long minute, long microseconds)
    {
        if (minute != _last)
        {
            (_last, _inLast) = (minute, Of(minute));
        }

        _inLast[Bucket(microseconds)]++;
    }

    /// <summary>Adds another's.</summary>
    public void Add(MinuteLatencies other)
    {
        foreach (var (minute, counts) in other._minutes)
        {
            var mine = Of(minute);
            for (var i = 0; i < counts.Length; i++)
            {
                mine[i] += counts[i];
            }
        }
    }

    /// <summary>A minute's 95th percentile by nearest rank; null without an answer.</summary>
    public TimeSpan? P95(long minute)
    {
        if (!_minutes.TryGetValue(minute, out var counts))
        {
            return null;
        }

        var all = 0L;
        foreach (var count in counts)
        {
            all += count;
        }

        var rank = ((95 * all) + 99) / 100;
        var seen = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            seen += counts[i];
            if (seen >= rank)
            {
                return TimeSpan.FromTicks((long)(Middle(i) * TimeSpan.TicksPerMicrosecond));
            }
        }

        return null;
    }

    private int[] Of(long minute)
    {
        if (!_minutes.TryGetValue(minute, out var counts))
        {
            _minutes[minute] = counts = new int[Buckets];
        }

        return counts;
    }

    private static int Bucket(long value)
    {
        value = Math.Clamp(value, 0, (1L << (Octaves + Bits)) - 1);
        var octave = Math.Max(0, 63 - BitOperations.LeadingZeroCount((ulong)value | 1) - Bits);
        return (int)((octave << Bits) + (value >> octave));
    }

    private static double Middle(int bucket)
    {
        var octave = Math.Max(0, (bucket >> Bits) - 1);
        var first = (long)(bucket - (octave << Bits)) << octave;
        return first + (((1L << octave) - 1) / 2.0);
    }
}
