using System.Text.Json.Serialization;

namespace RollbackOps.Signals;

/// <summary>Traffic in a stretch of time; in series these are the cells that a verdict is made of (decisions.md §1).</summary>
public sealed record TrafficCell
{
    [JsonConstructor]
    internal TrafficCell()
    {
    }

    /// <summary>When it begins, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long it is; 10 s in a series.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Requests in it.</summary>
    public required long Requests { get; init; }

    /// <summary>Those answered with a status of 500 or more, or not at all.</summary>
    public required long Errors { get; init; }

    /// <summary>Those slower than the policy's slow answer.</summary>
    public long Slow { get; init; }

    /// <summary>The 95th percentile of answer times in it; null where it is not told apart. For display: at most 6 % off.</summary>
    public TimeSpan? P95 { get; init; }

    /// <summary>Those refused with 401 or 403; they are no errors (decisions.md §1).</summary>
    public long Refused { get; init; }

    /// <summary>The clients that made them; null where the source does not tell clients apart.</summary>
    public IReadOnlyList<ClientTraffic>? Clients { get; init; }
}

/// <summary>What was measured of a service over a window that ends at <see cref="To"/>.</summary>
public sealed record Measurement
{
    [JsonConstructor]
    internal Measurement()
    {
    }

    /// <summary>Where it comes from, in words.</summary>
    public required string Source { get; init; }

    /// <summary>The window's begin, UTC.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The window's end, UTC.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Requests in the window; null when only a rate was stated.</summary>
    public long? Requests { get; init; }

    /// <summary>Errors in the window; null when only a rate was stated.</summary>
    public long? Errors { get; init; }

    /// <summary>The error rate over the window in percent, 0 to 100; null when it says nothing of errors.</summary>
    public double? ErrorRatePercent { get; init; }

    /// <summary>The 95th percentile of answer times by nearest rank; null when it says nothing of them.</summary>
    public TimeSpan? P95 { get; init; }

    /// <summary>The resource in question, for example <c>memory</c>; null when it says nothing of resources.</summary>
    public string? Resource { get; init; }

    /// <summary>The resource's use in percent of its limit.</summary>
    public double? ResourcePercent { get; init; }

    /// <summary>The 95th percentile of the resource's use before, in percent of its limit; null when it is not known.</summary>
    public double? UsualResourcePercent { get; init; }

    /// <summary>The window in cells, oldest first; empty when only totals are known.</summary>
    public IReadOnlyList<TrafficCell> Cells { get; init; } = [];

    /// <summary>The window by the minute, oldest first; empty when only totals are known.</summary>
    public IReadOnlyList<TrafficCell> Minutes { get; init; } = [];

    /// <summary>Slow answers, and requests without one; null when the source does not time answers.</summary>
    public long? Slow { get; init; }

    /// <summary>An answer that takes longer is slow; null when the source does not time answers.</summary>
    public TimeSpan? SlowLimit { get; init; }

    /// <summary>Quantiles of answer times by nearest rank; empty when the source does not time answers.</summary>
    public IReadOnlyList<Quantile> Quantiles { get; init; } = [];

    /// <summary>The paths asked for, those with most errors first.</summary>
    public IReadOnlyList<PathTraffic> Paths { get; init; } = [];

    /// <summary>The clients that asked, those with most errors first.</summary>
    public IReadOnlyList<ClientTraffic> Clients { get; init; } = [];

    /// <summary>Requests refused with 401 or 403: no errors, counted apart (decisions.md §1).</summary>
    public long Refused { get; init; }

    /// <summary>Assets asked for and answered with 404: no errors, counted apart (decisions.md §1).</summary>
    public long MissingAssets { get; init; }

    /// <summary>The time of the newest request that the source has, within the window or before it; null without one.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>How old the newest request was at the window's end; null without one.</summary>
    [JsonIgnore]
    public TimeSpan? Age => To - Newest;

    /// <summary>What is to be known of how it was measured: bounds, warnings of the source, what it cannot tell.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether the source says that its answer is not whole; what it lacks may be the errors (S32).</summary>
    public bool IsPartial { get; init; }

    /// <summary>Lines read.</summary>
    public long Lines { get; init; }

    /// <summary>Lines that were not counted, and why.</summary>
    public IReadOnlyList<SkippedLines> Skipped { get; init; } = [];

    /// <summary>The window's length.</summary>
    [JsonIgnore]
    public TimeSpan Length => To - From;

    /// <summary>A measurement of counted requests.</summary>
    /// <param name="source">Where the counts come from.</param>
    /// <param name="from">The window's begin.</param>
    /// <param name="to">The window's end.</param>
    /// <param name="requests">Requests in the window.</param>
    /// <param name="errors">Errors among them.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.MeasurementInvalid"/>.</exception>
    public static Measurement FromCounts(
        string source, DateTimeOffset from, DateTimeOffset to, long requests, long errors)
    {
        if (requests < 0 || errors < 0 || errors > requests || to <= from)
        {
            throw new RollbackOpsException(ErrorId.MeasurementInvalid,
                $"{errors} errors in {requests} requests from {from:u} to {to:u} is no measurement.",
                "Errors lie between 0 and the requests, and the window ends after it begins.");
        }

        return new Measurement
        {
            Source = Inert.Line(source),
            From = from.ToUniversalTime(),
            To = to.ToUniversalTime(),
            Requests = requests,
            Errors = errors,
            ErrorRatePercent = requests == 0 ? null : 100.0 * errors / requests,
        };
    }

    /// <summary>A measurement of cells that follow each other without a gap.</summary>
    internal static Measurement FromCells(string source, IReadOnlyList<TrafficCell> cells)
    {
        var counts = FromCounts(source, cells[0].At, cells[^1].At + cells[^1].Length,
            cells.Sum(cell => cell.Requests), cells.Sum(cell => cell.Errors));
        return counts with { Cells = cells };
    }

    /// <summary>
    /// Where the cells from a time on first leave a gap: a cell without requests is none, a missing one is. Null where
    /// there is none, or no cells are told apart.
    /// </summary>
    internal DateTimeOffset? GapSince(DateTimeOffset since)
    {
        if (Cells.Count == 0)
        {
            return null;
        }

        var reached = since;
        foreach (var cell in Cells.Where(cell => cell.At >= since).OrderBy(cell => cell.At))
        {
            // Cells need not begin where the time asked for begins; the one it cuts is left out.
            var isCut = reached == since && cell.At - since < cell.Length;
            if (cell.At > reached && !isCut)
            {
                return reached;
            }

            reached = cell.At + cell.Length;
        }

        return reached < To ? reached : null;
    }

    /// <summary>The measurement in one line.</summary>
    public override string ToString() =>
        $"{Source}: {(ErrorRatePercent is { } rate ? $"{rate:0.##} % errors" : P95 is { } p95 ? $"p95 {p95.TotalSeconds:0.##} s" : $"{Resource} {ResourcePercent:0} %")} over {Length.TotalMinutes:0.#} min";
}
