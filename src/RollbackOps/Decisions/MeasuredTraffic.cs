using System.Globalization;
using RollbackOps.Signals;

namespace RollbackOps.Decisions;

/// <summary>
/// What one measurement says of errors and slow answers. Of cells the whole rule is judged; a window that is only counted
/// is one cell, and a rate that is only stated is taken at its word.
/// </summary>
internal sealed class MeasuredTraffic
{
    private readonly Measurement _measurement;
    private readonly TrafficNumbers _numbers;
    private readonly MeasuredCells? _cells;
    private readonly double _logStated;

    public MeasuredTraffic(Measurement measurement, DecisionInputs inputs)
    {
        _measurement = measurement;
        _cells = MeasuredCells.Of(measurement, inputs);
        _numbers = _cells?.Numbers ?? new TrafficNumbers(inputs.Policy, TimeSpan.FromSeconds(10), Before(inputs));
        _logStated = measurement is { Requests: { } requests, Errors: { } errors }
            ? Against(_numbers.Assess, requests, errors)
            : double.PositiveInfinity;
        Immediate = Tier(_numbers.ImmediateCells, Policy.ImmediateDuration, Policy.ImmediateErrorRatePercent,
            isStrict: true, _cells?.Rule.AgainstAssess, _numbers.Assess, _cells?.Rule.IsImmediate);
        Assess = Tier(_numbers.AssessCells, Policy.AssessDuration, Policy.AssessErrorRatePercent,
            isStrict: false, _cells?.Rule.AgainstMonitor, _numbers.Monitor, _cells?.Rule.IsAssess);
        (Requests, Errors) = Counted();
    }

    /// <summary>The row of the immediate tier.</summary>
    public TierRow Immediate { get; }

    /// <summary>The row of the assess tier.</summary>
    public TierRow Assess { get; }

    /// <summary>Cells and what the rule made of them; null where the measurement has none.</summary>
    public MeasuredCells? Cells => _cells;

    /// <summary>Requests of the lower tiers' window; null when only a rate was stated.</summary>
    public long? Requests { get; }

    /// <summary>Errors among them.</summary>
    public long? Errors { get; }

    /// <summary>The rate of the lower tiers' window, in percent.</summary>
    public double? RatePercent => Requests is { } n ? n == 0 ? null : 100.0 * Errors!.Value / n : _measurement.ErrorRatePercent;

    /// <summary>u in percent; a stated rate is its own bound.</summary>
    public double? BoundPercent => Requests is { } n ? 100 * LowTier.Bound(n, Errors!.Value) : _measurement.ErrorRatePercent;

    /// <summary>The lower tier that the measurement carries.</summary>
    public Verdict LowTierVerdict => Requests is { } n
        ? LowTier.Of(n, Errors!.Value, Policy)
        : RatePercent is not { } rate ? Verdict.InsufficientData
        : rate < Policy.MonitorErrorRatePercent ? Verdict.FixForward
        : rate < Policy.AssessErrorRatePercent ? Verdict.Monitor
        : Verdict.InsufficientData;

    /// <summary>From when on data are missing in the window that was judged; null where none are.</summary>
    public DateTimeOffset? Gap
    {
        get
        {
            if (_cells is not { } cells)
            {
                return _measurement.GapSince(_measurement.From);
            }

            var (from, _, _) = cells.Rule.LowWindow();
            for (var at = from; at < cells.Cells.Count; at++)
            {
                if (cells.Cells.HasGap(at, at + 1))
                {
                    return cells.TimeOf(at);
                }
            }

            return null;
        }
    }

    /// <summary>A spike in a sentence, or null.</summary>
    public string? Spike
    {
        get
        {
            if (_cells is not { Rule.IsSpike: true } cells)
            {
                return null;
            }

            var (n, k) = cells.Rule.Now();
            return Text($"spike: {100.0 * k / n:0.##} % in the last {Minutes(TimeSpan.FromTicks((cells.Rule.At - cells.Rule.NowFrom) * _numbers.Cell.Ticks))} ({k} of {n}), evidence {Odds(cells.Rule.AgainstImmediate.Log)} against {Policy.ImmediateErrorRatePercent:0.##} %");
        }
    }

    /// <summary>Slow answers in a sentence, or null where nothing is known of them; and whether they are a matter to assess.</summary>
    public (bool Holds, string Text)? Slow
    {
        get
        {
            // Where answers are counted in cells, the rule judges them with its evidence; a percentile alone is taken at its word.
            if (_measurement.P95 is { } p95 && (_cells is null || _measurement.Slow is null))
            {
                return (p95 > Policy.SlowAnswer && _measurement.Length >= Policy.AssessDuration, Text(
                    $"p95 {p95.TotalSeconds:0.###} s against {Policy.SlowAnswer.TotalSeconds:0.###} s for {_measurement.Length.TotalMinutes:0.#} of {Policy.AssessDuration.TotalMinutes:0.#} min"));
            }

            if (_cells is not { } cells || cells.Cells.Slow(0, cells.Cells.Count) == 0)
            {
                return null;
            }

            var window = cells.Rule.Window(Math.Min(_numbers.AssessCells, cells.Rule.At)) with { IsSlow = true };
            return (cells.Rule.IsSlow, Text(
                $"{window.Errors} of {window.Requests} requests took longer than {Policy.SlowAnswer.TotalSeconds:0.###} s in {Minutes(TimeSpan.FromTicks((window.To - window.From) * _numbers.Cell.Ticks))}; p95 is above it with more than 5 %; evidence {Odds(cells.Rule.AgainstSlow.Log)}, {Policy.EvidenceNeeded:0} is needed"));
        }
    }

    /// <summary>The numbers that weigh most.</summary>
    public TrafficSummary? Summary
    {
        get
        {
            if (Requests is not { } n || Errors is not { } k || n == 0)
            {
                return null;
            }

            var from = _cells is { } cells ? cells.TimeOf(cells.Rule.LowWindow().From) : _measurement.From;
            return new TrafficSummary
            {
                From = from,
                To = _cells is { } counted ? counted.TimeOf(counted.Rule.At) : _measurement.To,
                Requests = n,
                Errors = k,
                RatePercent = 100.0 * k / n,
                LowerPercent = 100 * (1 - LowTier.Bound(n, n - k)),
                UpperPercent = 100 * LowTier.Bound(n, k),
                EvidenceLog10 = Math.Max(-99, (_cells?.Rule.AgainstAssess.Log ?? _logStated) / Math.Log(10)),
            };
        }
    }

    private Configuration.PolicySettings Policy => _numbers.Policy;

    /// <summary>A length of time in a sentence.</summary>
    public static string Minutes(TimeSpan length) => length < TimeSpan.FromMinutes(1)
        ? Text($"{length.TotalSeconds:0} s")
        : Text($"{length.TotalMinutes:0.#} min");

    /// <summary>Odds from their logarithm.</summary>
    public static string Odds(double log) => double.IsNegativeInfinity(log) ? "0"
        : log < Math.Log(100_000) ? Text($"{Math.Exp(log):0.##}")
        : Text($"10^{log / Math.Log(10):0.0}");

    private static BaselineCounts? Before(DecisionInputs inputs) => inputs.Baseline is { Requests: { } n, Errors: { } k } baseline
        ? new BaselineCounts(n, k, baseline.Length.TotalMinutes)
        : null;

    private (long?, long?) Counted()
    {
        if (_cells is not { } cells)
        {
            return (_measurement.Requests, _measurement.Errors);
        }

        var (_, requests, errors) = cells.Rule.LowWindow();
        return (requests, errors);
    }

    /// <summary>A window that is only counted begins once: only the restarting part counts, from one begin.</summary>
    private static double Against(EvidenceNull @null, long requests, long errors)
    {
        var evidence = new Evidence(@null, isAnchored: false);
        evidence.Add(requests, errors, beginsMinute: true);
        return evidence.Log;
    }

    private TierRow Tier(
        int cells, TimeSpan duration, double percent, bool isStrict, Evidence? gathered, EvidenceNull @null, bool? holds)
    {
        var sign = isStrict ? ">" : "≥";
        if (_cells is { } measured)
        {
            var outcome = measured.Rule.Outcome(cells, percent, isStrict);
            var literal = Say(measured, measured.Rule.Window(cells), outcome, percent, sign, duration);
            var odds = outcome == LiteralOutcome.Holds
                ? Text($"; evidence {Odds(gathered!.Log)} against {100 * @null.Rate:0.##} %, {Policy.EvidenceNeeded:0} is needed")
                : string.Empty;
            return new TierRow(holds!.Value, outcome == LiteralOutcome.Holds, literal + odds);
        }

        if (_measurement.ErrorRatePercent is not { } rate)
        {
            return new TierRow(false, false, "no requests");
        }

        if (_measurement.Length < duration)
        {
            return new TierRow(false, false, Text($"{rate:0.##} % for {Minutes(_measurement.Length)} of {Minutes(duration)}"));
        }

        var isReached = _measurement is { Requests: { } n, Errors: { } k }
            ? LiteralRule.Reaches(n, k, percent, isStrict)
            : isStrict ? rate > percent : rate >= percent;
        if (!isReached)
        {
            return new TierRow(false, false, Text($"{rate:0.##} % is not {sign} {percent:0.##} % over {Minutes(duration)}"));
        }

        var said = Text($"{rate:0.##} % {sign} {percent:0.##} % over {Minutes(duration)}");
        if (_measurement is not { Requests: { } requests, Errors: { } errors })
        {
            return new TierRow(true, true, said + ", taken at its word");
        }

        var log = Against(@null, requests, errors);
        return new TierRow(log >= _numbers.LogNeeded, true,
            Text($"{said}; evidence {Odds(log)} against {100 * @null.Rate:0.##} %, {Policy.EvidenceNeeded:0} is needed"));
    }

    private static string Say(
        MeasuredCells measured, in LiteralWindow window, LiteralOutcome outcome, double percent, string sign, TimeSpan duration)
    {
        switch (outcome)
        {
            case LiteralOutcome.TooShort:
                var all = measured.Cells;
                var (n, k) = (all.Requests(0, all.Count), all.Errors(0, all.Count));
                return n == 0
                    ? "no requests"
                    : Text($"{100.0 * k / n:0.##} % for {Minutes(TimeSpan.FromTicks(all.Count * measured.Numbers.Cell.Ticks))} of {Minutes(duration)}");
            case LiteralOutcome.Gap:
                return Text($"data are missing in the last {Minutes(duration)}");
            case LiteralOutcome.NoRequests:
                return Text($"no requests in the last {Minutes(duration)}");
        }

        var rate = Text($"{100.0 * window.Errors / window.Requests:0.##} %");
        switch (outcome)
        {
            case LiteralOutcome.Below:
                return Text($"{rate} is not {sign} {percent:0.##} % over {Minutes(duration)}");
            case LiteralOutcome.MinuteAgainst:
                var at = LiteralRule.MinuteAgainst(window, percent)!.Value;
                var to = Math.Min(at + window.CellsPerMinute, window.To);
                return Text($"{rate} over {Minutes(duration)}, but the minute from {measured.TimeOf(at):HH:mm:ss} had {window.Cells.Errors(at, to)} errors in {window.Cells.Requests(at, to)} requests");
            default:
                return Text($"{rate} {sign} {percent:0.##} % over {Minutes(duration)} ({window.Errors} of {window.Requests})");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A row of the table for one measurement.</summary>
/// <param name="Holds">Whether it holds: the literal rule, and the evidence.</param>
/// <param name="IsLiteral">Whether the literal rule alone holds.</param>
/// <param name="Text">How it came out, in a sentence.</param>
internal sealed record TierRow(bool Holds, bool IsLiteral, string Text);
