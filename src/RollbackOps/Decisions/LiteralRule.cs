namespace RollbackOps.Decisions;

/// <summary>What stands against "rate ≥ θ for D".</summary>
internal enum LiteralOutcome
{
    /// <summary>Nothing: it holds.</summary>
    Holds,

    /// <summary>D has not passed yet.</summary>
    TooShort,

    /// <summary>Data are missing in D.</summary>
    Gap,

    /// <summary>There was no request in D.</summary>
    NoRequests,

    /// <summary>The rate over D is lower.</summary>
    Below,

    /// <summary>The rate is reached, but a minute of D makes it implausible.</summary>
    MinuteAgainst,
}

/// <summary>
/// The written table to the letter: "rate ≥ θ for D" (decisions.md §2). It holds when D has passed in full, there were
/// requests, the rate over the last D reaches θ, and no minute of D speaks against it.
/// </summary>
internal static class LiteralRule
{
    private const long LeastOfASilentMinute = 20;
    private const double Doubt = 0.05;

    /// <summary>Whether a rate reaches a threshold; without requests there is no rate.</summary>
    /// <param name="requests">Requests.</param>
    /// <param name="errors">Errors among them.</param>
    /// <param name="percent">θ, in percent.</param>
    /// <param name="isStrict">Whether it must be exceeded: the immediate row and p95.</param>
    public static bool Reaches(long requests, long errors, double percent, bool isStrict) =>
        requests > 0 && (isStrict ? 100.0 * errors > percent * requests : 100.0 * errors >= percent * requests);

    /// <summary>How "rate ≥ θ for D" comes out at the end of a cell.</summary>
    /// <param name="window">D's counts.</param>
    /// <param name="percent">θ, in percent.</param>
    /// <param name="isStrict">Whether θ must be exceeded.</param>
    public static LiteralOutcome Judge(in LiteralWindow window, double percent, bool isStrict)
    {
        if (window.From < 0)
        {
            return LiteralOutcome.TooShort;
        }

        if (window.Cells.HasGap(window.From, window.To))
        {
            return LiteralOutcome.Gap;
        }

        if (window.Requests == 0)
        {
            return LiteralOutcome.NoRequests;
        }

        return !Reaches(window.Requests, window.Errors, percent, isStrict) ? LiteralOutcome.Below
            : MinuteAgainst(window, percent) is null ? LiteralOutcome.Holds
            : LiteralOutcome.MinuteAgainst;
    }

    /// <summary>The first cell of the latest minute that speaks against a rate, or null; minutes are counted back from now.</summary>
    public static int? MinuteAgainst(in LiteralWindow window, double percent)
    {
        for (var to = window.To; to > window.From; to -= window.CellsPerMinute)
        {
            var from = Math.Max(window.From, to - window.CellsPerMinute);
            if (SpeaksAgainst(window.Cells.Requests(from, to), window.Bad(from, to), percent / 100))
            {
                return from;
            }
        }

        return null;
    }

    /// <summary>A minute speaks against a rate when its own count makes that rate implausible.</summary>
    public static bool SpeaksAgainst(long requests, long errors, double rate) =>
        (requests >= LeastOfASilentMinute && errors == 0)
        || (errors < rate * requests && Binomial.AtMost(errors, requests, rate) <= Doubt);
}

/// <summary>The last D of a series.</summary>
/// <param name="Cells">The series.</param>
/// <param name="From">D's first cell; below 0 when D has not passed yet.</param>
/// <param name="To">The cell after its last.</param>
/// <param name="CellsPerMinute">How many cells make a minute.</param>
/// <param name="IsSlow">Whether slow requests count in place of errors.</param>
internal readonly record struct LiteralWindow(CellSeries Cells, int From, int To, int CellsPerMinute, bool IsSlow = false)
{
    /// <summary>Requests in D.</summary>
    public long Requests => Cells.Requests(From, To);

    /// <summary>Errors, or slow requests, in D.</summary>
    public long Errors => Bad(From, To);

    public long Bad(int from, int to) => IsSlow ? Cells.Slow(from, to) : Cells.Errors(from, to);
}
