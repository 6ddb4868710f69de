using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Signals;

namespace RollbackOps.Decisions;

/// <summary>
/// The verdict as a function of its inputs (decisions.md §4, §7): hard signals, the written tiers by the literal rule and
/// the evidence, and what lies over them.
/// </summary>
internal sealed class DecisionRule
{
    private static readonly TimeSpan s_freshFor = TimeSpan.FromSeconds(60);

    private readonly DecisionInputs _inputs;
    private readonly List<Measurement> _fresh;
    private readonly List<MeasuredTraffic> _traffic;
    private readonly List<string> _reasons = [];
    private readonly List<string> _evidence = [];
    private readonly List<string> _path = ["Critical issue detected?"];
    private DateTimeOffset? _since;

    private DecisionRule(DecisionInputs inputs)
    {
        _inputs = inputs;
        _fresh = [.. inputs.Measurements.Where(measurement => !IsStale(measurement))];
        _traffic = [.. _fresh.Select(measurement => new MeasuredTraffic(measurement, inputs))];
    }

    private PolicySettings Policy => _inputs.Policy;

    /// <summary>Judges.</summary>
    /// <param name="project">The project.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="inputs">Everything the verdict follows from.</param>
    public static RollbackDecision Decide(string project, string environment, DecisionInputs inputs)
    {
        var rule = new DecisionRule(inputs);
        var tier = rule.Judge();
        var (verdict, automatic) = rule.Overlay(tier);
        var next = rule.Next(verdict);
        return new RollbackDecision
        {
            Project = project,
            Environment = environment,
            Verdict = verdict,
            Severity = tier.Severity,
            TimeToDecide = tier.TimeToDecide,
            Deadline = tier.TimeToDecide is { } time ? (rule._since ?? next.Since) + time : null,
            IsAutomatic = automatic.IsCarried,
            Automatic = automatic.Why,
            Reasons = rule._reasons,
            Evidence = rule._evidence,
            Path = rule._path,
            NextSteps = NextSteps(inputs),
            Traffic = rule.Worst()?.Summary,
            Current = inputs.Current,
            Target = inputs.Target,
            DecidedAt = inputs.At,
            Inputs = inputs,
            Next = next,
        };
    }

    private Tier Judge()
    {
        var signals = HardSignals.Of(_inputs);
        _evidence.AddRange(signals.Evidence);
        _evidence.AddRange(_inputs.Unreadable);
        _evidence.AddRange(_fresh.SelectMany(measurement => measurement.Notes.Select(note => $"{measurement.Source}: {note}")));
        if (_inputs is { TargetProbe: { } probe, Target: { } target })
        {
            _evidence.Add($"target {target.Id} at its own address: {probe}, {_inputs.TargetProbeDetail}");
        }

        foreach (var refused in _fresh.Select(measurement => Refusals.Of(measurement, _inputs)).OfType<Refusals>())
        {
            _evidence.Add(refused.Text);
            if (refused.Holds)
            {
                signals.Held.Add(new HeldSignal(HardSignal.SessionsFailing, refused.Text, IsByTraffic: true));
            }
        }

        if (signals.Held.Count > 0)
        {
            _reasons.AddRange(signals.Held.Select(held => $"{held.Signal}: {held.Why}"));
            _path.Add(DecisionTree.Critical);
            _path.AddRange(signals.Held.Select(held => held.Signal.ToString()));
            return new Tier(Verdict.RollBack, Severity.P1, TimeSpan.Zero, IsHard: true)
            {
                NeedsProbe = signals.Held.All(held => held.IsByTraffic),
            };
        }

        foreach (var traffic in _traffic.Where(traffic => traffic.Cells is not null || traffic.RatePercent is not null))
        {
            _evidence.Add(traffic.Immediate.Text);
            _evidence.Add(traffic.Assess.Text);
        }

        if (_traffic.Find(traffic => traffic.Immediate.Holds) is { } immediate)
        {
            _since = RunStart(immediate);
            return OneClient(immediate)
                ?? Reached(Verdict.RollBack, Severity.P1, TimeSpan.Zero, immediate, $"error rate: {immediate.Immediate.Text}");
        }

        if (_traffic.Find(traffic => traffic.Assess.Holds || traffic.Spike is not null) is { } assess)
        {
            _since = RunStart(assess);
            if (OneClient(assess) is { } one)
            {
                return one;
            }

            _reasons.Add(assess.Assess.Holds ? $"error rate: {assess.Assess.Text}" : assess.Spike!);
        }

        var others = new AssessReasons(_inputs, _fresh, _traffic);
        _reasons.AddRange(signals.Failing);
        _reasons.AddRange(others.Reasons);
        _evidence.AddRange(others.Evidence);
        if (_reasons.Count > 0)
        {
            _path.Add(DecisionTree.High);
            _path.Add(others.Leaf(_since is not null, signals.Failing.Count > 0));
            return new Tier(Verdict.Assess, Severity.P2, Policy.AssessTimeToDecide, ByErrors: Errors());
        }

        // What could not be seen may be what is wrong: it speaks against no tier above, and for none below (S32).
        _reasons.AddRange(_inputs.Unreadable);
        _reasons.AddRange(_fresh.Where(measurement => measurement.IsPartial)
            .Select(measurement => $"{measurement.Source} gave only a part"));
        if (signals.Unusable is { } unusable)
        {
            _reasons.Add(unusable);
        }

        return JudgeLowRate();
    }

    private MeasuredTraffic? Errors() =>
        _traffic.Find(traffic => traffic.Immediate.Holds || traffic.Assess.Holds || traffic.Spike is not null);

    private Tier Reached(Verdict verdict, Severity severity, TimeSpan time, MeasuredTraffic traffic, string reason)
    {
        _reasons.Add(reason);
        _path.Add(DecisionTree.Critical);
        _path.Add("error rate");
        return new Tier(verdict, severity, time, ByErrors: traffic);
    }

    /// <summary>
    /// One client's trouble is no reason to go back: where the rest of the traffic is well, a fix is the answer (decisions.md
    /// §5 (b)). Where the rest is too little to tell, the tier stands.
    /// </summary>
    private Tier? OneClient(MeasuredTraffic traffic)
    {
        if (traffic.Cells is not { } cells || SingleClient.Of(cells) is not { } single)
        {
            return null;
        }

        _evidence.Add(single.Text);
        if (!single.IsRestWell)
        {
            return null;
        }

        _reasons.Add(single.Text);
        _path.Add(DecisionTree.Low);
        _path.Add("single user");
        return new Tier(Verdict.FixForward, Severity.P4, TimeToDecide: null);
    }

    private static DateTimeOffset? RunStart(MeasuredTraffic traffic) =>
        traffic.Cells is { Rule.RunStart: { } start } cells ? cells.TimeOf(start) : null;

    /// <summary>Below the thresholds a sample must be able to carry "not worse" (decisions.md §4).</summary>
    private Tier JudgeLowRate()
    {
        if (Worst() is not { } worst || _reasons.Count > 0)
        {
            if (_reasons.Count == 0)
            {
                _reasons.Add(_inputs.Measurements.Count == 0
                    ? "no traffic was measured; passing probes alone do not prove health"
                    : _fresh.Count == 0
                        ? $"the newest datum is of {_inputs.Measurements.Max(one => one.To):u} and stale"
                        : "no measured requests");
            }

            return Insufficient();
        }

        for (var i = 0; i < _traffic.Count; i++)
        {
            if (_traffic[i].Gap is { } gap)
            {
                _reasons.Add($"{_fresh[i].Source} has no data from {gap:u} on");
                return Insufficient();
            }
        }

        var (percent, bound) = (worst.RatePercent!.Value, worst.BoundPercent!.Value);
        var numbers = worst is { Requests: { } requests, Errors: { } errors }
            ? Text($"{errors} of {requests} requests failed: {percent:0.##} %, at most {bound:0.##} % (95 %)")
            : Text($"stated error rate {percent:0.##} %");
        _evidence.Add(numbers);
        switch (worst.LowTierVerdict)
        {
            case Verdict.FixForward:
                _reasons.Add(Text($"{numbers}, below {Policy.MonitorErrorRatePercent:0.##} %"));
                _path.Add(DecisionTree.Low);
                _path.Add("error rate");
                return new Tier(Verdict.FixForward, Severity.P4, TimeToDecide: null);
            case Verdict.Monitor:
                _reasons.Add(numbers);
                _path.Add(DecisionTree.Medium);
                _path.Add("error rate");
                return new Tier(Verdict.Monitor, Severity.P3, Policy.MonitorTimeToDecide);
            default:
                _reasons.Add(worst is { Requests: { } n, Errors: { } k } ? Missing(n, k) : $"{numbers}, but not for long enough yet");
                return Insufficient();
        }
    }

    /// <summary>The measurement with the highest rate.</summary>
    private MeasuredTraffic? Worst() => _traffic.Where(traffic => traffic.RatePercent is not null).MaxBy(traffic => traffic.RatePercent);

    private Tier Insufficient()
    {
        _path.Add(DecisionTree.Unknown);
        return new Tier(Verdict.InsufficientData, Severity.Unknown, TimeToDecide: null);
    }

    /// <summary>k of n, the interval, and what would settle it (decisions.md §4: without an error 59, 149, 598 in all).</summary>
    private string Missing(long requests, long errors)
    {
        var (low, high) = (100 * (1 - LowTier.Bound(requests, requests - errors)), 100 * LowTier.Bound(requests, errors));
        var needed = new[] { Policy.ImmediateErrorRatePercent, Policy.AssessErrorRatePercent, Policy.MonitorErrorRatePercent }
            .Select(percent => (Percent: percent, More: LowTier.Missing(requests, errors, percent)))
            .Where(one => one.More is not null)
            .Select(one => Text($"{one.More} for {one.Percent:0.##} %"));
        return Text($"{errors} of {requests} requests failed ({low:0.##} to {high:0.##} %, 90 %): too few to tell. More requests without an error that would rule it out: {string.Join(", ", needed)}; probes can supply them");
    }

    private PriorState Next(Verdict verdict)
    {
        var prior = _inputs.Prior;
        var tier = _traffic.Find(traffic => traffic.Cells is { Rule.AssessTier.Entered: not null })?.Cells;
        return new PriorState
        {
            Verdict = verdict,
            Since = prior?.Verdict == verdict ? prior.Since ?? _inputs.At : _inputs.At,
            ErrorsSince = tier?.TimeOf(tier.Rule.AssessTier.Entered!.Value),
            ErrorsHeldAt = tier?.TimeOf(tier.Rule.AssessTier.LastHeld),
            LastAutomaticAct = prior?.LastAutomaticAct,
        };
    }

    /// <summary>What lies over a tier (decisions.md §4), and whether it may be acted on with nobody there (§5).</summary>
    private (Verdict Verdict, (bool IsCarried, string Why) Automatic) Overlay(Tier tier)
    {
        var automatic = new AutomaticOutcome(_inputs);
        if (tier.Severity is not (Severity.P1 or Severity.P2))
        {
            return (tier.Verdict, automatic.None);
        }

        if (WouldNotHelp.Why(_inputs, tier.ByErrors) is { } why)
        {
            _reasons.Insert(0, why);
            return (Verdict.RollbackWouldNotHelp, (false, $"no: {why}"));
        }

        return (tier.Verdict, tier.IsHard ? automatic.OfHardSignal(tier.NeedsProbe) : automatic.OfTraffic(tier.ByErrors?.Cells));
    }

    /// <summary>Stale data say nothing of now, good or bad (S32; decisions.md §4).</summary>
    private bool IsStale(Measurement measurement)
    {
        var usualGap = measurement.Cells.Count == 0 ? TimeSpan.Zero : measurement.Cells.Max(cell => cell.Length);
        return _inputs.At - measurement.To > (3 * usualGap > s_freshFor ? 3 * usualGap : s_freshFor);
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

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A tier of the table.</summary>
    private sealed record Tier(
        Verdict Verdict, Severity Severity, TimeSpan? TimeToDecide, bool IsHard = false, MeasuredTraffic? ByErrors = null)
    {
        /// <summary>Whether nobody but the traffic shows a hard signal, so that a probe has to fail as well.</summary>
        public bool NeedsProbe { get; init; }
    }
}
