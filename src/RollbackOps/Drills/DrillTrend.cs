namespace RollbackOps.Drills;

/// <summary>Where a scenario's drills are going.</summary>
public enum DrillDirection
{
    /// <summary>There is nothing to compare with.</summary>
    First,

    /// <summary>A higher score, or the same and users helped sooner.</summary>
    Better,

    /// <summary>The same score within the time's usual spread.</summary>
    Same,

    /// <summary>A lower score, or the same and users helped later.</summary>
    Worse,
}

/// <summary>A scenario's drills over time, like with like: the same time scale, the same hands.</summary>
public sealed record DrillTrend
{
    // Less than this share is within what a busy machine makes of it.
    private const double Spread = 0.2;

    internal DrillTrend()
    {
    }

    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>The newest one.</summary>
    public required DrillResult Newest { get; init; }

    /// <summary>Every drill of the scenario that was kept, newest first.</summary>
    public required IReadOnlyList<DrillResult> Results { get; init; }

    /// <summary>How many are compared, the newest included.</summary>
    public required int Count { get; init; }

    /// <summary>The median of the scores before; null without any.</summary>
    public double? ScoreBefore { get; init; }

    /// <summary>The median of the times until users got good answers again, before; null without any.</summary>
    public TimeSpan? MitigatedBefore { get; init; }

    /// <summary>Where it goes.</summary>
    public required DrillDirection Direction { get; init; }

    /// <summary>The trend in one line.</summary>
    public override string ToString() => $"{Scenario}: {Direction}";

    /// <summary>The trends of a history, one a scenario.</summary>
    /// <param name="history">Every result, in any order.</param>
    internal static IReadOnlyList<DrillTrend> Of(IEnumerable<DrillResult> history) =>
    [
        .. history.GroupBy(one => one.Scenario, StringComparer.OrdinalIgnoreCase)
            .Select(group => Of([.. group.OrderBy(one => one.StartedAt)]))
            .OrderBy(trend => trend.Scenario, StringComparer.Ordinal),
    ];

    private static DrillTrend Of(List<DrillResult> oldestFirst)
    {
        var newest = oldestFirst[^1];
        var before = oldestFirst.SkipLast(1).Where(one => one.TimeScale == newest.TimeScale && one.IsInteractive == newest.IsInteractive
            && one.Chaos.Count > 0 == newest.Chaos.Count > 0 && one.Status != DrillStatus.Stopped).ToList();
        var score = Median(before.Select(one => (double)one.Score));
        var mitigated = Median(before.Select(one => one.TimeOf(DrillMarkKind.Mitigated)?.TotalSeconds).OfType<double>());
        return new DrillTrend
        {
            Scenario = newest.Scenario,
            Newest = newest,
            Results = [.. Enumerable.Reverse(oldestFirst)],
            Count = before.Count + 1,
            ScoreBefore = score,
            MitigatedBefore = mitigated is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Direction = score is not { } was ? DrillDirection.First
                : newest.Score != was ? newest.Score > was ? DrillDirection.Better : DrillDirection.Worse
                : newest.TimeOf(DrillMarkKind.Mitigated)?.TotalSeconds is not { } now || mitigated is not { } former ? DrillDirection.Same
                : now < former * (1 - Spread) ? DrillDirection.Better
                : now > former * (1 + Spread) ? DrillDirection.Worse
                : DrillDirection.Same,
        };
    }

    private static double? Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToList();
        return ordered.Count == 0 ? null
            : ordered.Count % 2 == 1 ? ordered[ordered.Count / 2]
            : (ordered[(ordered.Count / 2) - 1] + ordered[ordered.Count / 2]) / 2;
    }
}
