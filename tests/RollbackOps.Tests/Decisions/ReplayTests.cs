using System.Text.Json;
using CsCheck;
using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;
using RollbackOps.Tests.Fakes;

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

    private static readonly Gen<DecisionInputs> s_inputs = Gen.Select(
        s_measurement.Array[0, 3],
        Gen.Bool.Array[0, 4],
        Gen.OneOf(Gen.Const((bool?)null), Gen.Const((bool?)false), Gen.Const((bool?)true)),
        Gen.Enum<HardSignal>().Array[0, 1],
        (measurements, probes, isOnline, signals) => new DecisionInputs
        {
            At = FakeClock.Start,
            Policy = new PolicySettings(),
            Measurements = measurements,
            Probes = Given.Rounds(probes),
            IsProberOnline = isOnline,
            Signals = signals,
        });

    [Fact]
    public void Verdict_FromInputsThatWereSavedAndRead_IsTheSame() => s_inputs.Sample(
        inputs =>
        {
            var saved = JsonSerializer.Serialize(inputs, RollbackJson.Compact.DecisionInputs);
            var read = JsonSerializer.Deserialize(saved, RollbackJson.Compact.DecisionInputs)!;
            var (first, again) = (Given.Decide(inputs), Given.Decide(read));

            Assert.Equal((first.Verdict, first.Severity, first.IsAutomatic), (again.Verdict, again.Severity, again.IsAutomatic));
            Assert.Equal(first.Reasons, again.Reasons);
            Assert.Equal(first.Evidence, again.Evidence);
            Assert.Equal(first.Path, again.Path);
            Assert.Equal(first.NextSteps, again.NextSteps);
        },
        iter: 3_000);

    [Fact]
    public void Verdict_AnyInputs_HasAReasonAndOnlyHardSignalsAct() => s_inputs.Sample(
        inputs =>
        {
            var decision = Given.Decide(inputs);
            Assert.NotEmpty(decision.Reasons);
            Assert.NotEmpty(decision.Path);
            var isHard = inputs.Signals.Any(signal => signal != HardSignal.FeatureBroken) || inputs.Probes.Count >= 3;
            Assert.True(!decision.IsAutomatic || isHard);
        },
        iter: 3_000);
}
