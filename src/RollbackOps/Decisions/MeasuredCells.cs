using RollbackOps.Signals;

namespace RollbackOps.Decisions;

/// <summary>A measurement's cells on a grid: those since go-live, judged, and those of the deployment before.</summary>
internal sealed class MeasuredCells
{
    private const double GatewayShare = 0.5;
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private MeasuredCells(
        Measurement measurement, DecisionInputs inputs, Measurement? baseline, Action<MeasuredCells>? looked)
    {
        var cell = measurement.Cells[0].Length;
        var goLive = inputs.GoLive is { } live && live > measurement.From && live < measurement.To ? live : (DateTimeOffset?)null;
        IsAnchored = goLive is not null || inputs.GoLive == measurement.From;
        Begin = Aligned(measurement.Cells[0].At, cell, goLive ?? measurement.From);
        // Younger cells may still grow (decisions.md §1).
        var complete = inputs.At - inputs.Policy.Lag;
        var end = measurement.To < complete ? measurement.To : complete;
        var clients = new ClientNames();
        Fill(Cells, clients.Add, measurement.Cells, cell, Begin, end);
        if (goLive is { } since)
        {
            BeforeBegin = Aligned(measurement.Cells[0].At, cell, since - s_hour < measurement.From ? measurement.From : since - s_hour);
            Fill(Before, clients.AddBefore, measurement.Cells, cell, BeforeBegin, since);
        }

        Baseline = baseline is { Requests: { } requests, Errors: { } errors }
            ? new BaselineCounts(requests, errors, baseline.Length.TotalMinutes)
            : Before.Count > 0
                ? new BaselineCounts(Before.Requests(0, Before.Count), Before.Errors(0, Before.Count), Before.Count * cell.TotalMinutes)
                : null;
        Numbers = new TrafficNumbers(inputs.Policy, cell, Baseline);
        Clients = clients;
        // A gateway hides who is behind it (decisions.md §5 (d)).
        IsGateway = clients.IsKnown && clients.LargestShare(Before.Count > 0) > GatewayShare;
        Rule = new TrafficRule(Numbers, Cells, IsAnchored, clients.IsKnown && !IsGateway ? clients : null);
        var carried = IsAnchored ? null : Carried(inputs);
        for (var at = 0; at < Cells.Count; at++)
        {
            if (carried is { } tier && at == Math.Max(0, tier.LastHeld))
            {
                Rule.AssessTier.Resume(tier.Entered, tier.LastHeld);
            }

            Rule.Look();
            looked?.Invoke(this);
        }
    }

    /// <summary>When the first cell begins, UTC.</summary>
    public DateTimeOffset Begin { get; }

    /// <summary>When the first cell before go-live begins, UTC.</summary>
    public DateTimeOffset BeforeBegin { get; }

    /// <summary>Whether the cells begin at go-live.</summary>
    public bool IsAnchored { get; }

    /// <summary>The cells since go-live, or of the whole window.</summary>
    public CellSeries Cells { get; } = new();

    /// <summary>The cells of the last hour before go-live.</summary>
    public CellSeries Before { get; } = new();

    /// <summary>What went before, or null.</summary>
    public BaselineCounts? Baseline { get; }

    public TrafficNumbers Numbers { get; }

    public ClientNames Clients { get; }

    /// <summary>Whether one client stands for many.</summary>
    public bool IsGateway { get; }

    /// <summary>The rule, after its last look.</summary>
    public TrafficRule Rule { get; }

    /// <summary>The time of a look.</summary>
    public DateTimeOffset TimeOf(int look) => Begin + (look * Numbers.Cell);

    /// <summary>The cells of a measurement, judged; null when it has none of one length that divides a minute.</summary>
    /// <param name="measurement">The measurement.</param>
    /// <param name="inputs">What else the verdict follows from.</param>
    /// <param name="looked">Is told of every look, or null.</param>
    public static MeasuredCells? Of(Measurement measurement, DecisionInputs inputs, Action<MeasuredCells>? looked = null)
    {
        if (measurement.Cells.Count == 0)
        {
            return null;
        }

        var length = measurement.Cells[0].Length;
        var isEven = length > TimeSpan.Zero && TimeSpan.FromMinutes(1).Ticks % length.Ticks == 0
            && measurement.Cells.All(cell => cell.Length == length);
        return isEven ? new MeasuredCells(measurement, inputs, inputs.Baseline, looked) : null;
    }

    /// <summary>
    /// The tier by errors that an earlier look was in, as looks of this series: a window that does not reach back to
    /// go-live cannot know of it (decisions.md §6). What the deployment before was in is nothing to this one.
    /// </summary>
    private (int Entered, int LastHeld)? Carried(DecisionInputs inputs) =>
        inputs.Prior is { ErrorsHeldAt: { } held, ErrorsSince: { } since } && !(held <= inputs.GoLive) && held <= inputs.At
            ? (LookAt(since), LookAt(held))
            : null;

    private int LookAt(DateTimeOffset time) => (int)Math.Floor((time - Begin) / Numbers.Cell);

    /// <summary>The first cell border at or after a time.</summary>
    private static DateTimeOffset Aligned(DateTimeOffset border, TimeSpan cell, DateTimeOffset time)
    {
        var rest = (time - border).Ticks % cell.Ticks;
        return rest == 0 ? time : rest > 0 ? time.AddTicks(cell.Ticks - rest) : time.AddTicks(-rest);
    }

    private static void Fill(
        CellSeries series, Action<TrafficCell?> take, IReadOnlyList<TrafficCell> cells, TimeSpan length, DateTimeOffset from, DateTimeOffset to)
    {
        var count = (int)((to - from).Ticks / length.Ticks);
        var at = 0;
        foreach (var cell in InOrder(cells))
        {
            var place = (cell.At - from).Ticks / length.Ticks;
            if (cell.At < from || place >= count || place < at)
            {
                continue;
            }

            for (; at < place; at++)
            {
                series.AddGap();
                take(null);
            }

            series.Add(cell.Requests, cell.Errors, cell.Slow);
            take(cell);
            at++;
        }

        for (; at < count; at++)
        {
            series.AddGap();
            take(null);
        }
    }

    private static IEnumerable<TrafficCell> InOrder(IReadOnlyList<TrafficCell> cells)
    {
        for (var i = 1; i < cells.Count; i++)
        {
            if (cells[i].At < cells[i - 1].At)
            {
                return cells.OrderBy(cell => cell.At);
            }
        }

        return cells;
    }
}
