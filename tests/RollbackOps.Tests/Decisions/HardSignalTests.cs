using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Signals;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Decisions;

/// <summary>Hard signals, debounced (decisions.md §1).</summary>
public sealed class HardSignalTests
{
    private static readonly Uri s_one = new("http://one.test/");
    private static readonly Uri s_two = new("http://two.test/");

    [Theory]
    [InlineData(Verdict.InsufficientData, false)]
    [InlineData(Verdict.InsufficientData, false, false)]
    [InlineData(Verdict.RollBack, false, false, false)]
    [InlineData(Verdict.InsufficientData, false, false, true)]
    [InlineData(Verdict.InsufficientData, false, true, false)]
    [InlineData(Verdict.InsufficientData, true, false, false)]
    [InlineData(Verdict.RollBack, true, false, false, false)]
    [InlineData(Verdict.InsufficientData, true, true, true)]
    public void Verdict_ProbesFail_ThreeRoundsInARowAreNeeded(Verdict verdict, params bool[] passed)
    {
        var decision = Given.DecideProbes(isOnline: true, Given.Rounds(passed));

        Assert.Equal(verdict, decision.Verdict);
        Assert.Equal(verdict == Verdict.RollBack, decision.IsAutomatic);
    }

    [Fact]
    public void Verdict_ServiceDown_IsP1AtOnceAndNamesTheSignal()
    {
        var decision = Given.DecideProbes(isOnline: true, Given.Rounds(false, false, false));

        Assert.Equal((Severity.P1, TimeSpan.Zero), (decision.Severity, decision.TimeToDecide));
        Assert.Contains(decision.Reasons, reason => reason.StartsWith("ServiceDown", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, "ProberOffline")]
    [InlineData(null, "health.control")]
    public void Verdict_ProberIsOfflineOrCannotTell_IsInsufficientData(bool? isOnline, string reason)
    {
        var decision = Given.DecideProbes(isOnline, Given.Rounds(false, false, false));

        Assert.Equal(Verdict.InsufficientData, decision.Verdict);
        Assert.Contains(decision.Reasons, one => one.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Verdict_OneOfTwoAddressesDown_IsAssess()
    {
        var decision = Given.DecideProbes(isOnline: true,
        [
            .. Given.Rounds(s_one, HardSignal.ServiceDown, false, false, false),
            .. Given.Rounds(s_two, HardSignal.ServiceDown, true, true, true),
        ]);

        Assert.Equal((Verdict.Assess, false), (decision.Verdict, decision.IsAutomatic));
    }

    [Fact]
    public void Verdict_BothAddressesDown_IsRollBack()
    {
        Assert.Equal(Verdict.RollBack, Given.DecideProbes(isOnline: true,
        [
            .. Given.Rounds(s_one, HardSignal.ServiceDown, false, false, false),
            .. Given.Rounds(s_two, HardSignal.ServiceDown, false, false, false),
        ]).Verdict);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(HardSignal.FeatureBroken)]
    public void Verdict_AFailingCheckWithoutACriticalSignal_IsAssess(HardSignal? signal)
    {
        Assert.Equal(Verdict.Assess,
            Given.DecideProbes(isOnline: true, Given.Rounds(s_one, signal, false, false, false)).Verdict);
    }

    [Theory]
    [InlineData(HardSignal.ServiceDown)]
    [InlineData(HardSignal.DatabaseUnreachable)]
    [InlineData(HardSignal.DataCorruption)]
    [InlineData(HardSignal.SecurityBreach)]
    [InlineData(HardSignal.SessionsFailing)]
    public void Verdict_AStatedSignal_IsRollBack(HardSignal signal)
    {
        var decision = Given.DecideSignals(signal);

        Assert.Equal((Verdict.RollBack, Severity.P1, true), (decision.Verdict, decision.Severity, decision.IsAutomatic));
    }

    [Fact]
    public void Verdict_AStatedBrokenFeature_IsAssess()
    {
        var decision = Given.DecideSignals(HardSignal.FeatureBroken);

        Assert.Equal((Verdict.Assess, Severity.P2, false), (decision.Verdict, decision.Severity, decision.IsAutomatic));
    }

    [Fact]
    public void NextSteps_DataCorruption_SayThatTheCodeRollbackRepairsNoData()
    {
        Assert.Contains("Stop writers, then Restore-Database: the code rollback repairs no data.",
            Given.DecideSignals(HardSignal.DataCorruption).NextSteps);
    }

    [Fact]
    public void NextSteps_SecurityBreach_SayToSaveTheEvidenceFirst()
    {
        Assert.Contains(Given.DecideSignals(HardSignal.SecurityBreach).NextSteps,
            step => step.Contains("evidence first", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Judge_ServiceDown_ProbesThreeRoundsTwoSecondsApart()
    {
        var world = World.WithThree(new PolicySettings());
        world.Prober.Sick.Add("v3");

        var decision = await new Judge(world.Context, _ => { }).JudgeAsync([], [], [], prior: null, CancellationToken.None);

        var probes = decision.Inputs.Probes;
        Assert.Equal((Verdict.RollBack, "v2"), (decision.Verdict, decision.Target?.Id));
        Assert.Equal([1, 2, 3], probes.Select(probe => probe.Round));
        Assert.True(probes[1].At - probes[0].At >= TimeSpan.FromSeconds(2));
        Assert.True(probes[2].At - probes[1].At >= TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Judge_NothingAnswersAndNoControlAddress_IsInsufficientData()
    {
        var world = World.WithThree();
        world.Prober.IsReachable = false;

        var decision = await new Judge(world.Context, _ => { }).JudgeAsync([], [], [], prior: null, CancellationToken.None);

        Assert.Equal(Verdict.InsufficientData, decision.Verdict);
    }
}
