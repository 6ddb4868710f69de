namespace RollbackOps.Decisions;

/// <summary>
/// When trouble began: the border between two rates, the later one higher, that makes the cells likeliest, and how much
/// likelier than any border that go-live could explain (decisions.md §4).
/// </summary>
/// <param name="Cell">The first cell of the trouble, counted from the first of the cells before go-live.</param>
/// <param name="Ratio">The likelihood ratio against the best border no earlier than go-live less the tolerance.</param>
internal readonly record struct ChangePoint(int Cell, double Ratio)
{
    /// <summary>Finds it.</summary>
    /// <param name="before">The cells before go-live.</param>
    /// <param name="since">The cells since.</param>
    /// <param name="tolerance">How many cells before go-live still count as go-live.</param>
    /// <returns>The best border among those earlier than the tolerance; null where there is none.</returns>
    public static ChangePoint? Earlier(CellSeries before, CellSeries since, int tolerance)
    {
        var count = before.Count + since.Count;
        var (earliest, explained) = (double.NegativeInfinity, double.NegativeInfinity);
        var best = -1;
        for (var at = 0; at <= count; at++)
        {
            var (n1, k1) = Counts(before, since, 0, at);
            var (n2, k2) = Counts(before, since, at, count);
            // Where nothing lies on one side, or the later rate is not the higher one, there is no border.
            if (at > 0 && at < count && (n1 == 0 || n2 == 0 || (double)k2 * n1 <= (double)k1 * n2))
            {
                continue;
            }

            var value = Likelihood(n1, k1) + Likelihood(n2, k2);
            if (at > 0 && at < before.Count - tolerance)
            {
                (earliest, best) = value > earliest ? (value, at) : (earliest, best);
            }
            else if (at >= before.Count - tolerance)
            {
                explained = Math.Max(explained, value);
            }
        }

        return best < 0 ? null : new ChangePoint(best, Math.Exp(Math.Min(700, earliest - explained)));
    }

    private static (long Requests, long Errors) Counts(CellSeries before, CellSeries since, int from, int to)
    {
        var middle = before.Count;
        var (b1, b2) = (Math.Min(from, middle), Math.Min(to, middle));
        var (s1, s2) = (Math.Max(from - middle, 0), Math.Max(to - middle, 0));
        return (before.Requests(b1, b2) + since.Requests(s1, s2), before.Errors(b1, b2) + since.Errors(s1, s2));
    }

    /// <summary>ln of the greatest likelihood of counts at one rate.</summary>
    private static double Likelihood(long requests, long errors) => requests == 0 ? 0
        : Part(errors, requests) + Part(requests - errors, requests);

    private static double Part(long part, long whole) => part == 0 ? 0 : part * Math.Log((double)part / whole);
}
