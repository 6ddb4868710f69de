using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Signals;

namespace RollbackOps.Decisions;

/// <summary>Replays a past series through the policy, look by look.</summary>
internal static class Backtest
{
    /// <summary>When the policy would have fired.</summary>
    /// <param name="measurement">The series; needs cells.</param>
    /// <param name="policy">The numbers.</param>
    /// <param name="goLive">When the deployment went live, or null.</param>
    /// <param name="onset">When trouble is known to have begun, or null for an estimate.</param>
    /// <param name="isHealthy">Whether nothing is known to have been wrong: whatever fires is then false.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.MeasurementInvalid"/>.</exception>
    public static BacktestResult Run(
        Measurement measurement, PolicySettings policy, DateTimeOffset? goLive, DateTimeOffset? onset, bool isHealthy)
    {
        var events = new List<BacktestEvent>();
        var (wasAssess, wasImmediate, wasAutomatic) = (false, false, false);
        var inputs = new DecisionInputs { At = measurement.To, Policy = policy with { Lag = TimeSpan.Zero }, GoLive = goLive };
        var cells = MeasuredCells.Of(measurement, inputs, looked: at =>
        {
            var rule = at.Rule;
            Note(at, rule.IsByErrors, ref wasAssess, BacktestEventKind.Assess);
            Note(at, rule.IsImmediate, ref wasImmediate, BacktestEventKind.Immediate);
            Note(at, rule.MayAct, ref wasAutomatic, BacktestEventKind.Automatic);
        }) ?? throw new RollbackOpsException(ErrorId.MeasurementInvalid,
            $"{measurement.Source} has no cells of one length to replay.",
            "Measure with a source that counts in cells, for example Measure-ErrorRate -Path.", measurement);
        var began = onset ?? (isHealthy || events.Count == 0 ? null : Estimate(cells, events[0].At));
        var found = events
            .Select(one => one with
            {
                SinceOnset = one.At - began,
                IsFalse = isHealthy ? true : onset is null ? null : one.At <= onset,
            })
            .ToList();
        return new BacktestResult
        {
            Source = measurement.Source,
            From = cells.Begin,
            To = cells.TimeOf(cells.Cells.Count),
            Requests = cells.Cells.Requests(0, cells.Cells.Count),
            Errors = cells.Cells.Errors(0, cells.Cells.Count),
            Onset = began,
            IsOnsetEstimated = onset is null && began is not null,
            Events = found,
            FalseFirings = isHealthy || onset is not null ? found.Count(one => one.IsFalse == true) : null,
            Series = cells,
        };

        void Note(MeasuredCells at, bool holds, ref bool held, BacktestEventKind kind)
        {
            if (holds && !held)
            {
                events.Add(new BacktestEvent { At = at.TimeOf(at.Rule.At), Kind = kind, Why = Why(at) });
            }

            held = holds;
        }
    }

    /// <summary>The likeliest begin of what fired first: by the cells up to then; null where there is none.</summary>
    private static DateTimeOffset? Estimate(MeasuredCells cells, DateTimeOffset firedAt)
    {
        var until = new CellSeries();
        for (var at = 0; at < cells.Cells.Count && cells.TimeOf(at) < firedAt; at++)
        {
            until.Add(cells.Cells.Requests(at, at + 1), cells.Cells.Errors(at, at + 1), slow: 0);
        }

        return ChangePoint.Earlier(until, new CellSeries(), tolerance: 0) is { Ratio: > 1 } change
            ? cells.TimeOf(change.Cell)
            : cells.Begin;
    }

    private static string Why(MeasuredCells at)
    {
        var (requests, errors) = at.Rule.Now();
        return string.Create(CultureInfo.InvariantCulture,
            $"{(requests == 0 ? 0 : 100.0 * errors / requests):0.##} % now ({errors} of {requests}), evidence {MeasuredTraffic.Odds(at.Rule.AgainstAssess.Log)} against {100 * at.Numbers.Assess.Rate:0.##} %");
    }
}
