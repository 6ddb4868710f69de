namespace RollbackOps.Decisions;

/// <summary>What the deployment before did in its last hour.</summary>
/// <param name="Requests">Its requests.</param>
/// <param name="Errors">Errors among them.</param>
/// <param name="Minutes">How many minutes were counted.</param>
internal sealed record BaselineCounts(long Requests, long Errors, double Minutes)
{
    private const double Confidence = 0.995;

    /// <summary>The exact one-sided 99.5 % upper bound of its rate; null where it had too few requests (decisions.md §3).</summary>
    public double? Bound { get; } =
        Requests >= TrafficNumbers.LeastForABound ? Binomial.UpperBound(Errors, Requests, Confidence) : null;
}
