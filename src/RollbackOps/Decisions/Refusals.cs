using System.Globalization;
using RollbackOps.Signals;

namespace RollbackOps.Decisions;

/// <summary>
/// "401/403 at five times the baseline" (decisions.md §1: <see cref="HardSignal.SessionsFailing"/>), judged like a row of the
/// table: the share over the assess tier's time is five times that of the deployment before, and since go-live there is
/// evidence that it is above what that one may have had.
/// </summary>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Text">How it came out, in a sentence.</param>
internal sealed record Refusals(bool Holds, string Text)
{
    private const double Times = 5;

    /// <summary>How it comes out; null where nobody was refused, or nothing is known of the deployment before.</summary>
    public static Refusals? Of(Measurement measurement, DecisionInputs inputs)
    {
        if (!measurement.Cells.Any(cell => cell.Refused > 0))
        {
            return null;
        }

        // The same cells, with the refused in the errors' place: who made the requests does not matter here.
        var counted = measurement with
        {
            Cells = [.. measurement.Cells.Select(cell => cell with { Errors = cell.Refused, Clients = null })],
        };
        var before = inputs.Baseline is { } baseline ? baseline with { Errors = baseline.Refused } : null;
        if (MeasuredCells.Of(counted, inputs with { Baseline = before, Prior = null }) is not
            { IsAnchored: true, Baseline: { Bound: { } bound } usual } cells)
        {
            return null;
        }

        var evidence = new Evidence(EvidenceNull.Raised(rate: 0, bound), isAnchored: true);
        for (var cell = 0; cell < cells.Cells.Count; cell++)
        {
            evidence.Add(cells.Cells.Requests(cell, cell + 1), cells.Cells.Errors(cell, cell + 1),
                beginsMinute: cell % cells.Numbers.CellsPerMinute == 0);
        }

        var percent = Times * 100 * usual.Errors / usual.Requests;
        var window = cells.Rule.Window(cells.Numbers.AssessCells);
        var holds = LiteralRule.Judge(window, percent, isStrict: false) == LiteralOutcome.Holds
            && evidence.Reaches(cells.Numbers.LogNeeded);
        var recent = window with { From = Math.Max(0, window.From) };
        return new Refusals(holds, string.Create(CultureInfo.InvariantCulture,
            $"{recent.Errors} of {recent.Requests} requests in the last {MeasuredTraffic.Minutes(inputs.Policy.AssessDuration)} were refused (401, 403), five times the usual share is {percent:0.##} % ({usual.Errors} of {usual.Requests} before go-live); evidence {MeasuredTraffic.Odds(evidence.Log)} against {100 * bound:0.##} %, {inputs.Policy.EvidenceNeeded:0} is needed"));
    }
}
