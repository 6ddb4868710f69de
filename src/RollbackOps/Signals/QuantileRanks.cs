using RollbackOps.Decisions;

namespace RollbackOps.Signals;

/// <summary>The ranks that a quantile and its bounds have in a sample (decisions.md §3), from 1.</summary>
/// <param name="Value">The quantile's own, by nearest rank.</param>
/// <param name="Interval">Those of the two-sided 95 % interval; null while the sample is too small.</param>
/// <param name="Bound">That of the one-sided upper 95 % bound; null while the sample is too small.</param>
internal readonly record struct QuantileRanks(long Value, (long Lower, long Upper)? Interval, long? Bound)
{
    public static QuantileRanks Of(long count, double percent)
    {
        var p = percent / 100;
        // The interval between the order statistics l and u covers the quantile with P[l ≤ Bin(n, p) < u].
        var lower = Least(count, p, 0.025) - 1;
        var upper = Least(count, p, 0.975);
        var bound = Least(count, p, 0.95);
        return new QuantileRanks(
            Math.Max(1, (long)Math.Ceiling(p * count)),
            lower >= 1 && upper <= count ? (lower, upper) : null,
            bound <= count ? bound : null);
    }

    /// <summary>The least rank r with P[Bin(n, p) ≤ r − 1] ≥ share, n + 1 where there is none below the sample's end.</summary>
    private static long Least(long count, double p, double share)
    {
        var (low, high) = (1L, count + 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Binomial.AtMost(middle - 1, count, p) >= share ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
