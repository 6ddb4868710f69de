using System.Globalization;
using RollbackOps.Signals;

namespace RollbackOps.Decisions;

/// <summary>Whether going back would make nothing better (S6, S34; decisions.md §4).</summary>
internal static class WouldNotHelp
{
    private const double LeastRatio = 20;
    private const int Tolerance = 2;

    /// <summary>Why not, in a sentence; null where nothing speaks against it.</summary>
    /// <param name="inputs">What the verdict follows from.</param>
    /// <param name="traffic">The traffic whose errors gave the tier, or null.</param>
    public static string? Why(DecisionInputs inputs, MeasuredTraffic? traffic)
    {
        if (inputs.TargetProbe == CheckStatus.Failed)
        {
            return $"a rollback would not help: the target fails its own probe, too (S6){(inputs.TargetProbeDetail is { } detail ? $": {detail}" : "")}";
        }

        return traffic?.Cells is { Baseline.Bound: { } bound, Baseline: { } baseline } cells
            ? BeganBefore(cells) ?? NotAbove(traffic, baseline, bound)
            : null;
    }

    private static string? BeganBefore(MeasuredCells cells)
    {
        if (ChangePoint.Earlier(cells.Before, cells.Cells, cells.Numbers.Minutes(Tolerance)) is not { Ratio: >= LeastRatio } change)
        {
            return null;
        }

        var at = cells.BeforeBegin + (change.Cell * cells.Numbers.Cell);
        var ratio = change.Ratio > 1000 ? "more than 1000" : change.Ratio.ToString("0", CultureInfo.InvariantCulture);
        return $"a rollback would not help: it began at {at:HH:mm:ss} UTC, before {cells.Begin:HH:mm:ss} when this deployment went live ({ratio} times likelier than since)";
    }

    private static string? NotAbove(MeasuredTraffic traffic, BaselineCounts baseline, double bound) =>
        traffic.RatePercent <= 100 * bound
            ? string.Create(CultureInfo.InvariantCulture,
                $"a rollback would not help: {traffic.RatePercent:0.##} % cannot be told from the deployment before, which had {baseline.Errors} errors in {baseline.Requests} requests (at most {100 * bound:0.##} %, 99.5 %)")
            : null;
}
