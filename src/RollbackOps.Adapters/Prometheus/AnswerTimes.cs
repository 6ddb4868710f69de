using System.Globalization;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Prometheus;

/// <summary>What a histogram's buckets say of answer times: bounds, exact only where a bucket ends at the limit.</summary>
internal sealed class AnswerTimes
{
    private readonly SortedDictionary<double, double[]> _upTo = [];

    /// <param name="counts">What each bucket counted, cell by cell.</param>
    /// <param name="unit">The unit of <c>le</c> in seconds.</param>
    public AnswerTimes(IEnumerable<(Series Series, double[] Counts)> counts, double unit)
    {
        foreach (var (series, cells) in counts)
        {
            if (!double.TryParse(series[PromQl.Bucket].Replace("+Inf", "Infinity", StringComparison.Ordinal),
                NumberStyles.Float, CultureInfo.InvariantCulture, out var end))
            {
                continue;
            }

            if (!_upTo.TryGetValue(end * unit, out var sum))
            {
                _upTo[end * unit] = sum = new double[cells.Length];
            }

            for (var cell = 0; cell < cells.Length; cell++)
            {
                sum[cell] += cells[cell];
            }
        }
    }

    /// <summary>Whether there is anything to tell: a bucket of all requests, and a smaller one.</summary>
    public bool IsKnown => _upTo.Count > 1 && _upTo.ContainsKey(double.PositiveInfinity);

    /// <summary>
    /// Slow answers, cell by cell: those that certainly took longer than the limit. Null where no bucket lies above it.
    /// </summary>
    public long[]? Slow(TimeSpan limit)
    {
        var end = EndAbove(limit);
        return double.IsFinite(end)
            ? [.. _upTo[double.PositiveInfinity].Zip(_upTo[end], (all, quick) => (long)Math.Round(Math.Max(0, all - quick)))]
            : null;
    }

    /// <summary>What is to be known of the slow ones: that they are exact, or between which numbers they lie.</summary>
    public string? NoteOf(TimeSpan limit)
    {
        var end = EndAbove(limit);
        if (end == limit.TotalSeconds)
        {
            return null;
        }

        var below = _upTo.Keys.LastOrDefault(key => key < limit.TotalSeconds);
        var most = Total(double.PositiveInfinity) - (below > 0 ? Total(below) : 0);
        var all = Total(double.PositiveInfinity);
        return double.IsFinite(end)
            ? string.Create(CultureInfo.InvariantCulture,
                $"slower than {limit.TotalSeconds:0.###} s: no bucket ends there, so those above {end:0.###} s are counted, {all - Total(end):0}; it may be {most:0}")
            : string.Create(CultureInfo.InvariantCulture,
                $"slower than {limit.TotalSeconds:0.###} s: the buckets end before that, so it cannot be told; at most {most:0}");
    }

    /// <summary>
    /// A quantile by nearest rank: it lies in a bucket, whose ends widen the interval; the value between them is
    /// interpolated. Null without an answer, or where it lies above the last bucket.
    /// </summary>
    public Quantile? QuantileOf(double percent)
    {
        var count = (long)Math.Round(Total(double.PositiveInfinity));
        if (count <= 0)
        {
            return null;
        }

        var ranks = QuantileRanks.Of(count, percent);
        var (from, to) = BucketOf(ranks.Value);
        if (double.IsInfinity(to))
        {
            return null;
        }

        var (before, upTo) = (from > 0 ? Total(from) : 0, Total(to));
        return new Quantile
        {
            Percent = percent,
            Value = TimeSpan.FromSeconds(from + ((to - from) * Math.Clamp((ranks.Value - before) / Math.Max(1, upTo - before), 0, 1))),
            Lower = ranks.Interval is { } interval ? TimeSpan.FromSeconds(BucketOf(interval.Lower).From) : null,
            Upper = ranks.Interval is { } both ? Finite(BucketOf(both.Upper).To) : null,
            UpperBound = ranks.Bound is { } bound ? Finite(BucketOf(bound).To) : null,
        };
    }

    /// <summary>
    /// The 95th percentile of some cells, for charts: interpolated within its bucket. Null without an answer, or where it lies
    /// above the last bucket.
    /// </summary>
    /// <param name="from">The first cell.</param>
    /// <param name="count">How many cells.</param>
    public TimeSpan? P95(int from, int count)
    {
        double Sum(double end) => _upTo[end].Skip(from).Take(count).Sum();

        var all = Sum(double.PositiveInfinity);
        var (begin, before) = (0.0, 0.0);
        foreach (var end in _upTo.Keys)
        {
            var upTo = Sum(end);
            if (all >= 0.5 && upTo >= 0.95 * all)
            {
                return double.IsFinite(end)
                    ? TimeSpan.FromSeconds(begin + ((end - begin) * Math.Clamp(((0.95 * all) - before) / Math.Max(1e-9, upTo - before), 0, 1)))
                    : null;
            }

            (begin, before) = (end, upTo);
        }

        return null;
    }

    private double EndAbove(TimeSpan limit) => _upTo.Keys.First(end => end >= limit.TotalSeconds);

    private double Total(double end) => _upTo[end].Sum();

    private (double From, double To) BucketOf(long rank)
    {
        var from = 0.0;
        foreach (var end in _upTo.Keys)
        {
            if (Math.Round(Total(end)) >= rank)
            {
                return (from, end);
            }

            from = end;
        }

        return (from, double.PositiveInfinity);
    }

    private static TimeSpan? Finite(double seconds) => double.IsFinite(seconds) ? TimeSpan.FromSeconds(seconds) : null;
}
