namespace RollbackOps.Drills;

/// <summary>
/// Holds what a drill reached against the written times. Each mark counts the same; a late one counts half; wrong target, false
/// success and lost data count as nothing reached.
/// </summary>
internal static class DrillScore
{
    private const int Whole = 100;

    /// <summary>A mark against its limit.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="at">When it was reached, or null.</param>
    /// <param name="onset">The first bad answer; null when nobody got any.</param>
    /// <param name="limit">By when it is to be reached; null for no limit.</param>
    /// <param name="isRealTime">Whether times are judged.</param>
    /// <param name="detail">What was seen.</param>
    public static DrillMark Mark(
        DrillMarkKind kind, DateTimeOffset? at, DateTimeOffset? onset, TimeSpan? limit, bool isRealTime, string? detail)
    {
        // A verdict may come before the first user noticed.
        TimeSpan? after = at is { } reached && onset is { } begin ? reached < begin ? TimeSpan.Zero : reached - begin : null;
        return new DrillMark
        {
            Kind = kind,
            After = after,
            Limit = limit,
            Detail = detail,
            Status = after is null ? DrillMarkStatus.Missed
                : limit is null || !isRealTime ? DrillMarkStatus.Reached
                : after <= limit ? DrillMarkStatus.Met
                : DrillMarkStatus.Late,
        };
    }

    /// <summary>The score of marks, 0 to 100.</summary>
    public static int Of(IReadOnlyList<DrillMark> marks, IReadOnlyList<DrillFailure> failures, IReadOnlyList<DrillChaos> chaos)
    {
        if (failures.Count > 0 || marks.Count == 0)
        {
            return 0;
        }

        var reached = marks.Sum(mark => mark.Status switch
        {
            DrillMarkStatus.Met or DrillMarkStatus.Reached => 1,
            DrillMarkStatus.Late => 0.5,
            _ => 0,
        }) + chaos.Count(one => one.IsRecovered);
        return (int)Math.Round(Whole * reached / (marks.Count + chaos.Count), MidpointRounding.ToZero);
    }

    /// <summary>How it came out.</summary>
    public static DrillStatus StatusOf(IReadOnlyList<DrillMark> marks, IReadOnlyList<DrillFailure> failures, IReadOnlyList<DrillChaos> chaos) =>
        failures.Count > 0 || chaos.Any(one => !one.IsRecovered) || marks.Count == 0 || marks.Any(mark => mark.Status == DrillMarkStatus.Missed)
            ? DrillStatus.Failed
            : marks.Any(mark => mark.Status == DrillMarkStatus.Late) ? DrillStatus.Late : DrillStatus.Passed;
}
