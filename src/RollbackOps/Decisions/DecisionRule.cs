using System.Globalization;
using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Decisions;

/// <summary>
/// The verdict as a function of its inputs: the written tiers by the literal rule, hard signals first (decisions.md §2
/// and §4). Nothing but a hard signal is automatic.
/// </summary>
internal sealed class DecisionRule
{
    private const double Confidence = 0.95;

    private static readonly TimeSpan s_freshFor = TimeSpan.FromSeconds(60);

    private readonly DecisionInputs _inputs;
    private readonly List<Measurement> _fresh;
    private readonly List<string> _reasons = [];
    private readonly List<string> _evidence = [];
    private readonly List<string> _path = ["Critical issue detected?"];

    private DecisionRule(DecisionInputs inputs)
    {
        _inputs = inputs;
        _fresh = [.. inputs.Measurements.Where(measurement => !IsStale(measurement))];
    }

    /// <summary>Judges.</summary>
    /// <param name="project">The project.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="inputs">Everything the verdict follows from.</param>
    /// <param name="target">What a rollback would choose, or null.</param>
    public static RollbackDecision Decide(
        string project, string environment, DecisionInputs inputs, Deployment? target)
    {
        var rule = new DecisionRule(inputs);
        var (verdict, severity, timeToDecide, isAutomatic) = rule.Judge();
        return new RollbackDecision
        {
            Project = project,
            Environment = environment,
            Verdict = verdict,
            Severity = severity,
            TimeToDecide = timeToDecide,
            IsAutomatic = isAutomatic,
            Reasons = rule._reasons,
            Evidence = rule._evidence,
            Path = rule._path,
            NextSteps = NextSteps(inputs),
            Current = inputs.Current,
            Target = target,
            DecidedAt = inputs.At,
            Inputs = inputs,
        };
    }

    private (Verdict, Severity, TimeSpan?, bool) Judge()
    {
        var policy = _inputs.Policy;
        var signals = HardSignals.Of(_inputs);
        _evidence.AddRange(signals.Evidence);
        if (signals.Held.Count > 0)
        {
            _reasons.AddRange(signals.Held.Select(held => $"{held.Signal}: {held.Why}"));
            _path.Add("yes, critical (P1): immediate rollback");
            _path.AddRange(signals.Held.Select(held => held.Signal.ToString()));
            return (Verdict.RollBack, Severity.P1, TimeSpan.Zero, true);
        }

        var rates = _fresh.Where(measurement => measurement.ErrorRatePercent is not null).ToList();
        if (Any(rates, policy.ImmediateErrorRatePercent, policy.ImmediateDuration, isStrict: true, out var immediate))
        {
            _reasons.Add($"error rate: {immediate}");
            _path.Add("yes, critical (P1): immediate rollback");
            _path.Add("error rate");
            return (Verdict.RollBack, Severity.P1, TimeSpan.Zero, false);
        }

        if (Assess(rates, signals))
        {
            _path.Add("yes, high impact (P2): assess and decide; roll back if unfixable quickly");
            return (Verdict.Assess, Severity.P2, policy.AssessTimeToDecide, false);
        }

        if (signals.Unusable is { } unusable)
        {
            _reasons.Add(unusable);
        }

        return JudgeLowRate(rates);
    }

    private bool Assess(List<Measurement> rates, HardSignals signals)
    {
        var policy = _inputs.Policy;
        _reasons.AddRange(signals.Failing);
        if (Any(rates, policy.AssessErrorRatePercent, policy.AssessDuration, isStrict: false, out var high))
        {
            _reasons.Add($"error rate: {high}");
        }

        foreach (var slow in _fresh.Where(one => one.P95 is not null))
        {
            var holds = slow.P95 > policy.SlowAnswer && slow.Length >= policy.AssessDuration;
            Note(holds, string.Create(CultureInfo.InvariantCulture,
                $"p95 {slow.P95!.Value.TotalSeconds:0.###} s against {policy.SlowAnswer.TotalSeconds:0.###} s for {slow.Length.TotalMinutes:0.#} of {policy.AssessDuration.TotalMinutes:0.#} min"));
        }

        foreach (var spike in _fresh.Where(one => one.ResourcePercent is not null))
        {
            var holds = spike.ResourcePercent >= policy.ResourcePercent && spike.Length >= policy.AssessDuration;
            Note(holds, string.Create(CultureInfo.InvariantCulture,
                $"{spike.Resource} {spike.ResourcePercent:0.#} % against {policy.ResourcePercent:0.#} % for {spike.Length.TotalMinutes:0.#} of {policy.AssessDuration.TotalMinutes:0.#} min"));
        }

        return _reasons.Count > 0;
    }

    /// <summary>Below the thresholds a sample must be able to carry "not worse" (decisions.md §4); a stated rate is taken at its word.</summary>
    private (Verdict, Severity, TimeSpan?, bool) JudgeLowRate(List<Measurement> rates)
    {
        var policy = _inputs.Policy;
        if (rates.Count == 0 || _reasons.Count > 0)
        {
            _reasons.Add(_inputs.Measurements.Count == 0
                ? "no traffic was measured; passing probes alone do not prove health"
                : _fresh.Count == 0
                    ? $"the newest datum is of {_inputs.Measurements.Max(one => one.To):u} and stale"
                    : "no measured requests");
            return Insufficient();
        }

        if (rates.Find(rate => rate.GapSince(rate.From) is not null) is { } holed)
        {
            _reasons.Add($"{holed.Source} has no data from {holed.GapSince(holed.From):u} on");
            return Insufficient();
        }

        var worst = rates.MaxBy(rate => rate.ErrorRatePercent)!;
        var percent = worst.ErrorRatePercent!.Value;
        var bound = worst is { Requests: { } n, Errors: { } k } ? 100 * Binomial.UpperBound(k, n, Confidence) : percent;
        var numbers = worst is { Requests: { } requests, Errors: { } errors }
            ? string.Create(CultureInfo.InvariantCulture, $"{errors} of {requests} requests failed: {percent:0.##} %, at most {bound:0.##} % (95 %)")
            : string.Create(CultureInfo.InvariantCulture, $"stated error rate {percent:0.##} %");
        _evidence.Add(numbers);
        if (percent < policy.MonitorErrorRatePercent && bound < policy.AssessErrorRatePercent)
        {
            _reasons.Add($"{numbers}, below {policy.MonitorErrorRatePercent.ToString(CultureInfo.InvariantCulture)} %");
            _path.Add("low impact (P4): fix forward, deploy a fix");
            return (Verdict.FixForward, Severity.P4, null, false);
        }

        if (percent < policy.AssessErrorRatePercent && bound < policy.ImmediateErrorRatePercent)
        {
            _reasons.Add(numbers);
            _path.Add("yes, medium impact (P3): monitor and decide; roll back if not stabilizing");
            return (Verdict.Monitor, Severity.P3, policy.MonitorTimeToDecide, false);
        }

        _reasons.Add(worst.Requests is { } seen
            ? string.Create(CultureInfo.InvariantCulture, $"{worst.Errors} of {seen} requests failed; {Needed(seen)}")
            : $"{numbers}, but not for long enough yet");
        return Insufficient();
    }

    private (Verdict, Severity, TimeSpan?, bool) Insufficient()
    {
        _path.Add("cannot be told yet: insufficient data");
        return (Verdict.InsufficientData, Severity.Unknown, null, false);
    }

    /// <summary>The requests without an error that the bounds need (decisions.md §4: 59, 149, 598).</summary>
    private static string Needed(long seen) => string.Create(CultureInfo.InvariantCulture,
        $"without an error, {Math.Max(0, 59 - seen)} more are needed to rule out 5 %, {Math.Max(0, 149 - seen)} for 2 %");

    /// <summary>Stale data say nothing of now, good or bad (S32; decisions.md §4).</summary>
    private bool IsStale(Measurement measurement)
    {
        var usualGap = measurement.Cells.Count == 0 ? TimeSpan.Zero : measurement.Cells.Max(cell => cell.Length);
        return _inputs.At - measurement.To > (3 * usualGap > s_freshFor ? 3 * usualGap : s_freshFor);
    }

    private bool Any(List<Measurement> rates, double threshold, TimeSpan duration, bool isStrict, out string why)
    {
        why = string.Empty;
        foreach (var rate in rates)
        {
            var (holds, ground) = LiteralRule.Holds(rate, threshold, duration, isStrict);
            _evidence.Add(ground);
            if (holds)
            {
                why = ground;
                return true;
            }
        }

        return false;
    }

    private void Note(bool holds, string text)
    {
        _evidence.Add(text);
        if (holds)
        {
            _reasons.Add(text);
        }
    }

    private static List<string> NextSteps(DecisionInputs inputs)
    {
        var steps = new List<string>();
        if (inputs.Signals.Contains(HardSignal.DataCorruption))
        {
            steps.Add("Stop writers, then Restore-Database: the code rollback repairs no data.");
        }

        if (inputs.Signals.Contains(HardSignal.SecurityBreach))
        {
            steps.Add("Save the evidence first; the target may hold the leaked secrets or the same hole.");
        }

        return steps;
    }
}
