namespace RollbackOps.Decisions;

/// <summary>The tiers below Assess (decisions.md §4): a sample must be able to carry "not worse".</summary>
internal static class LowTier
{
    private const double Confidence = 0.95;
    private const int Minutes = 5;
    private const int MostMinutes = 60;

    /// <summary>The last 5 min, extended back to 149 requests, at most 60 min and never before the series' begin.</summary>
    public static (int From, long Requests, long Errors) Window(CellSeries cells, int at, TrafficNumbers numbers)
    {
        var (from, least) = (Math.Max(0, at - numbers.Minutes(Minutes)), Math.Max(0, at - numbers.Minutes(MostMinutes)));
        while (from > least && cells.Requests(from, at) < TrafficNumbers.LeastForABound)
        {
            from--;
        }

        return (from, cells.Requests(from, at), cells.Errors(from, at));
    }

    /// <summary>The tier that a window's counts carry.</summary>
    public static Verdict Of(CellSeries cells, int at, TrafficNumbers numbers)
    {
        var (_, requests, errors) = Window(cells, at, numbers);
        return Of(requests, errors, numbers.Policy);
    }

    /// <summary>The tier that counts carry: FixForward, Monitor or InsufficientData.</summary>
    public static Verdict Of(long requests, long errors, Configuration.PolicySettings policy) =>
        !LiteralRule.Reaches(requests, errors, policy.MonitorErrorRatePercent, isStrict: false)
            && IsBelow(requests, errors, policy.AssessErrorRatePercent) ? Verdict.FixForward
        : !LiteralRule.Reaches(requests, errors, policy.AssessErrorRatePercent, isStrict: false)
            && IsBelow(requests, errors, policy.ImmediateErrorRatePercent) ? Verdict.Monitor
        : Verdict.InsufficientData;

    /// <summary>u, the exact one-sided 95 % upper bound of a rate.</summary>
    public static double Bound(long requests, long errors) => Binomial.UpperBound(errors, requests, Confidence);

    /// <summary>
    /// How many more requests without an error would bring u below a rate; null where u is below it already.
    /// </summary>
    public static long? Missing(long requests, long errors, double percent)
    {
        if (IsBelow(requests, errors, percent))
        {
            return null;
        }

        var (low, high) = (requests, Math.Max(1024, 4 * requests));
        while (!IsBelow(high, errors, percent))
        {
            high *= 2;
        }

        while (low + 1 < high)
        {
            var middle = (low + high) / 2;
            (low, high) = IsBelow(middle, errors, percent) ? (low, middle) : (middle, high);
        }

        return high - requests;
    }

    /// <summary>Whether u is below a rate: one tail instead of a search for the bound.</summary>
    private static bool IsBelow(long requests, long errors, double percent) =>
        requests > errors && Binomial.AtMost(errors, requests, percent / 100) < 1 - Confidence;
}
