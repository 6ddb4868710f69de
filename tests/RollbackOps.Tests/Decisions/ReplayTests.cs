using System.Text.Json;
using CsCheck;
using RollbackOps.Decisions;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Tests.Decisions;

/// <summary>S33: every verdict can be reproduced from its saved inputs.</summary>
public sealed class ReplayTests
{
    private static readonly Gen<Measurement> s_measurement = Gen.OneOf(
        Gen.Select(Gen.Int[0, 2000], Gen.Double[0, 1], Gen.Int[1, 60],
            (requests, share, cells) => Given.Counts(requests, (long)(requests * share * share), cells * Given.Cell)),
        Gen.Select(Gen.Int[0, 50], Gen.Int[0, 50]).Array[1, 40].Select(cells =>
            Given.Cells([.. cells.Select(cell => ((long)Math.Max(cell.Item1, cell.Item2), (long)Math.Min(cell.Item1, cell.Item2)))])),
        Gen.Select(Gen.Double[0, 5], Gen.Int[1, 60], (seconds, cells) => Given.P95(seconds, cells * Given.Cell)),
        Gen.Select(Gen.Double[0, 100], Gen.Int[1, 60], (percent, cells) => Given.Rate(percent, cells * Given.Cell)));

    private static readonly Gen<DecisionInputs> s_live = Gen.Select(
        Gen.Int[1, 30], Gen.Double[0, 1], Gen.Int[0, 100], Gen.Int[1, 100], Gen.Bool,
        (requests, share, healthy, bad, hasOneClientsErrors) => Given.Live(
            [.. Given.Same(healthy, requests, 0), .. Given.Same(bad, requests, (long)(requests * share * share))], hasOneClientsErrors));

    private static readonly Gen<DecisionInputs> s_given = Gen.Select(
        s_measurement.Array[0, 3],
        Gen.Bool.Array[0, 4],
        Gen.OneOf(Gen.Const((bool?)null), Gen.Const((bool?)false), Gen.Const((bool?)true)),
        Gen.Enum<HardSignal>().Array[0, 1],
        (measurements, probes, isOnline, signals) => Given.Inputs(measurements) with
        {
            Probes = Given.Rounds(probes),
            IsProberOnline = isOnline,
            Signals = signals,
        });

    private static readonly Gen<DecisionInputs> s_inputs = Gen.Select(
        Gen.OneOf(s_given, s_live), Gen.Int[0, 400], Gen.Int[0, 600], Gen.Bool, Gen.Bool, Gen.Bool,
        (inputs, before, requests, isTargetSick, isOff, hasActed) => inputs with
        {
            Baseline = before % 2 == 0 ? null : Given.Counts(requests, requests * before / 4000, TimeSpan.FromHours(1)),
            GoLive = inputs.GoLive?.AddSeconds(10 * (before % 7)),
            TargetProbe = isTargetSick && before % 5 == 0 ? CheckStatus.Failed : null,
            IsAutomaticOff = isOff && before % 3 == 0,
            Prior = hasActed && before % 4 == 0
                ? new PriorState { Verdict = Verdict.Assess, Since = inputs.At, LastAutomaticAct = inputs.At.AddMinutes(-before) }
                : null,
        });

    [Fact]
    public void Verdict_FromInputsThatWereSavedAndRead_IsTheSame() => s_inputs.Sample(
        inputs =>
        {
            var saved = JsonSerializer.Serialize(inputs, RollbackJson.Compact.DecisionInputs);
            var read = JsonSerializer.Deserialize(saved, RollbackJson.Compact.DecisionInputs)!;
            var (first, again) = (Given.Decide(inputs), Given.Decide(read));

            Assert.Equal((first.Verdict, first.Severity, first.IsAutomatic), (again.Verdict, again.Severity, again.IsAutomatic));
            Assert.Equal((first.Automatic, first.Deadline, first.Traffic), (again.Automatic, again.Deadline, again.Traffic));
            Assert.Equal(first.Reasons, again.Reasons);
            Assert.Equal(first.Evidence, again.Evidence);
            Assert.Equal(first.Path, again.Path);
            Assert.Equal(first.NextSteps, again.NextSteps);
        },
        iter: 500);

    [Fact]
    public void Verdict_AnyInputs_HasAReasonAndActsOnNothingThatForbidsIt() => s_inputs.Sample(
        inputs =>
        {
            var decision = Given.Decide(inputs);
            Assert.NotEmpty(decision.Reasons);
            Assert.NotEmpty(decision.Path);
            Assert.NotEmpty(decision.Automatic);
            Assert.False(decision.IsAutomatic && (inputs.IsAutomaticOff || inputs.TargetProbe == CheckStatus.Failed
                || inputs.At - inputs.Prior?.LastAutomaticAct < TimeSpan.FromHours(1)));
            Assert.False(decision.IsAutomatic && decision.Verdict is not (Verdict.RollBack or Verdict.Assess));
        },
        iter: 500);
}
