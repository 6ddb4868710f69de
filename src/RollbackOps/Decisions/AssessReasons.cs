using System.Globalization;
using RollbackOps.Signals;

namespace RollbackOps.Decisions;

/// <summary>What else is a matter to assess (decisions.md §4): slow answers, resources, missing requests, a tier not left.</summary>
internal sealed class AssessReasons
{
    private const double MissingShare = 0.2;
    private const double LeastExpected = 50;

    private readonly DecisionInputs _inputs;

    public AssessReasons(DecisionInputs inputs, IReadOnlyList<Measurement> fresh, IReadOnlyList<MeasuredTraffic> traffic)
    {
        _inputs = inputs;
        foreach (var one in traffic)
        {
            Slow(one);
            if (one.Cells is { } cells)
            {
                Trend(cells);
                MissingRequests(cells);
                NotLeft(cells, one);
            }
        }

        foreach (var measurement in fresh)
        {
            Resource(measurement);
        }
    }

    /// <summary>Those that hold, in sentences.</summary>
    public List<string> Reasons { get; } = [];

    /// <summary>Those that were looked at.</summary>
    public List<string> Evidence { get; } = [];

    private bool IsSlow { get; set; }

    /// <summary>The leaf of the written tree.</summary>
    public string Leaf(bool isByErrors, bool isFailing) =>
        isByErrors ? "error rate" : isFailing ? "feature broken" : IsSlow ? "performance degraded" : "high impact";

    private void Slow(MeasuredTraffic traffic)
    {
        if (traffic.Slow is { } slow)
        {
            IsSlow |= slow.Holds;
            Note(slow.Holds, slow.Text);
        }
    }

    private void Resource(Measurement measurement)
    {
        if (measurement.ResourcePercent is not { } percent)
        {
            return;
        }

        var policy = _inputs.Policy;
        var usual = measurement.UsualResourcePercent;
        var isTwice = usual is { } before && percent >= 2 * before;
        var holds = (percent >= policy.ResourcePercent || isTwice) && measurement.Length >= policy.AssessDuration;
        Note(holds, string.Create(CultureInfo.InvariantCulture,
            $"{measurement.Resource} {percent:0.#} % against {policy.ResourcePercent:0.#} %{(usual is null ? "" : $" and twice the usual {usual:0.#} %")} for {measurement.Length.TotalMinutes:0.#} of {policy.AssessDuration.TotalMinutes:0.#} min"));
    }

    private void Trend(MeasuredCells cells)
    {
        if (cells.Rule.IsNotStabilizing)
        {
            Note(true, $"not stabilizing: in the {MeasuredTraffic.Minutes(_inputs.Policy.MonitorTimeToDecide)} to decide, the second half was no better than the first");
        }
    }

    /// <summary>
    /// What never arrives is in no log (decisions.md §1): fewer than a fifth of the baseline's requests, over a window in
    /// which at least 50 were to be expected. The baseline speaks for an hour after go-live.
    /// </summary>
    private void MissingRequests(MeasuredCells cells)
    {
        var rule = cells.Rule;
        if (!cells.IsAnchored || cells.Baseline is not { Minutes: > 0 } baseline || rule.At > cells.Numbers.Minutes(60))
        {
            return;
        }

        var perCell = baseline.Requests / baseline.Minutes / cells.Numbers.CellsPerMinute;
        var window = Math.Max(cells.Numbers.Minutes(5), (int)Math.Ceiling(LeastExpected / Math.Max(perCell, 1e-9)));
        if (window > rule.At || cells.Cells.HasGap(rule.At - window, rule.At))
        {
            return;
        }

        var (seen, expected) = (cells.Cells.Requests(rule.At - window, rule.At), perCell * window);
        if (seen < MissingShare * expected)
        {
            Note(true, string.Create(CultureInfo.InvariantCulture,
                $"requests are missing: {seen} in {MeasuredTraffic.Minutes(window * cells.Numbers.Cell)}, where the deployment before had about {expected:0}"));
        }
    }

    /// <summary>A tier by errors stays until it is left (decisions.md §6); for display.</summary>
    private void NotLeft(MeasuredCells cells, MeasuredTraffic traffic)
    {
        var rule = cells.Rule;
        if (rule.IsByErrors)
        {
            return;
        }

        if (rule.AssessTier is { Entered: { } entered } tier)
        {
            Note(true, string.Create(CultureInfo.InvariantCulture,
                $"not left yet: errors reached {_inputs.Policy.AssessErrorRatePercent:0.##} % at {cells.TimeOf(entered):HH:mm:ss}, and since then {tier.Errors} of {tier.Requests} requests failed ({tier.Needed} without an error would clear it); {traffic.Summary}"));
        }
        else if (rule.AssessTier.IsUncleared)
        {
            Evidence.Add(string.Create(CultureInfo.InvariantCulture,
                $"not cleared after 30 min: {rule.AssessTier.Requests} of {rule.AssessTier.Needed} requests that would clear it"));
        }
    }

    private void Note(bool holds, string text)
    {
        Evidence.Add(text);
        if (holds)
        {
            Reasons.Add(text);
        }
    }
}
