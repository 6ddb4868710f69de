using System.Numerics;

namespace RollbackOps.Signals;

/// <summary>
/// Answer times in microseconds, in buckets of 1/1024 of their octave: exact below 2 ms, and at most 0.05 % off above.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int Bits = 10;
    private const int Octaves = 32;
    private const int Buckets = (Octaves + 1) << Bits;
    private long[] _counts = [];

    /// <summary>How many there are.</summary>
    public long Count { get; private set; }

    public void Add(long microseconds)
    {
        if (Count++ == 0)
        {
            _counts = new long[Buckets];
        }

        _counts[Bucket(microseconds)]++;
    }

    public void Add(LatencyHistogram other)
    {
        if (other.Count == 0)
        {
            return;
        }

        if (Count == 0)
        {
            _counts = new long[Buckets];
        }

        for (var i = 0; i < other._counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
    }

    /// <summary>The quantile with its intervals, or null without an answer time.</summary>
    public Quantile? Quantile(double percent)
    {
        if (Count == 0)
        {
            return null;
        }

        var ranks = QuantileRanks.Of(Count, percent);
        return new Quantile
        {
            Percent = percent,
            Value = AtRank(ranks.Value),
            Lower = ranks.Interval is { } interval ? AtRank(interval.Lower) : null,
            Upper = ranks.Interval is { } both ? AtRank(both.Upper) : null,
            UpperBound = ranks.Bound is { } bound ? AtRank(bound) : null,
        };
    }

    private TimeSpan AtRank(long rank)
    {
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return TimeSpan.FromTicks((long)(Middle(i) * TimeSpan.TicksPerMicrosecond));
            }
        }

        return TimeSpan.Zero;
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
