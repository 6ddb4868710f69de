using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Signals;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Decisions;

/// <summary>What lies over a tier (decisions.md §4), what forbids acting (§5; S27), and signals of their own (§1).</summary>
public sealed class OverlayTests
{
    private const int Minute = 6;

    private static DecisionInputs Bad => Given.Live(Given.Same(5 * Minute, 100, 20));

    [Fact]
    public void Verdict_TroubleThatBeganBeforeGoLive_WouldNotBeHelped()
    {
        var decision = Given.Decide(After(beforeGoLive: [.. Given.Same(40 * Minute, 100, 0), .. Given.Same(10 * Minute, 100, 20)]));

        Assert.Equal((Verdict.RollbackWouldNotHelp, Severity.P1, false), (decision.Verdict, decision.Severity, decision.IsAutomatic));
        Assert.Contains("it began at 11:45:00 UTC", decision.Reasons[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2 * Minute)]
    public void Verdict_TroubleThatBeganAtGoLiveOrTwoMinutesBefore_IsTheDeployments(int cellsBefore)
    {
        var decision = Given.Decide(After([.. Given.Same((50 * Minute) - cellsBefore, 100, 0), .. Given.Same(cellsBefore, 100, 20)]));

        Assert.Equal((Verdict.RollBack, true), (decision.Verdict, decision.IsAutomatic));
    }

    [Fact]
    public void Verdict_TheDeploymentBeforeWasNoBetter_WouldNotBeHelped()
    {
        var decision = Given.Decide(Bad with { Baseline = Given.Counts(6000, 1200, TimeSpan.FromHours(1)) });

        Assert.NotEqual(Verdict.RollBack, decision.Verdict);
        Assert.False(decision.IsAutomatic);
        Assert.Contains(decision.Reasons, reason => reason.Contains("1200 errors in 6000 requests", StringComparison.Ordinal));
    }

    [Fact]
    public void Verdict_TheTargetFailsItsProbe_WouldNotBeHelpedByHardSignalsEither()
    {
        var traffic = Given.Decide(Bad with { TargetProbe = CheckStatus.Failed });
        var hard = Given.Decide(Given.Inputs() with { Signals = [HardSignal.ServiceDown], TargetProbe = CheckStatus.Failed });

        Assert.Equal((Verdict.RollbackWouldNotHelp, Severity.P1), (traffic.Verdict, traffic.Severity));
        Assert.Equal((Verdict.RollbackWouldNotHelp, Severity.P1, false), (hard.Verdict, hard.Severity, hard.IsAutomatic));
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    public void Automatic_AfterAnAutomaticAct_WaitsAnHour(int minutes, bool isAutomatic)
    {
        var prior = new PriorState
        {
            Verdict = Verdict.RollBack,
            Since = FakeClock.Start,
            LastAutomaticAct = FakeClock.Start.AddMinutes(-minutes),
        };

        Assert.Equal(isAutomatic, Given.Decide(Bad with { Prior = prior }).IsAutomatic);
    }

    [Fact]
    public void Automatic_SwitchedOff_IsNotAndTheVerdictStays()
    {
        var decision = Given.Decide(Bad with { IsAutomaticOff = true });
        var never = Given.Decide(Bad with { Policy = Bad.Policy with { Automatic = AutomaticPolicy.Never } });

        Assert.Equal((Verdict.RollBack, false), (decision.Verdict, decision.IsAutomatic));
        Assert.Equal((Verdict.RollBack, false), (never.Verdict, never.IsAutomatic));
    }

    // decisions.md §5 (d).
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Automatic_ClientsAreNotKnown_NeedsAFailedProbe(bool hasFailedProbe, bool isAutomatic)
    {
        var measurement = Given.Cells([.. Given.Same(5 * Minute, 100, 20)]);
        var decision = Given.Decide(Given.Inputs(measurement) with
        {
            GoLive = measurement.From,
            Probes = hasFailedProbe ? Given.Rounds(false, true) : Given.Rounds(true, true),
            IsProberOnline = true,
        });

        Assert.Equal((Verdict.RollBack, isAutomatic), (decision.Verdict, decision.IsAutomatic));
    }

    [Fact]
    public void Automatic_OneClientIsAGateway_NeedsAFailedProbe()
    {
        var inputs = Bad;
        var gateway = inputs.Measurements[0] with
        {
            Cells = [.. inputs.Measurements[0].Cells.Select(cell => cell with
            {
                Clients = [new ClientTraffic { Client = "gateway", Requests = cell.Requests, Errors = cell.Errors }],
            })],
        };

        var decision = Given.Decide(inputs with { Measurements = [gateway] });

        Assert.Equal((Verdict.RollBack, false), (decision.Verdict, decision.IsAutomatic));
        Assert.Contains("gateway", decision.Automatic, StringComparison.Ordinal);
    }

    [Fact]
    public void Automatic_Strict_NeedsEvidenceAgainstFivePercent()
    {
        var cells = Given.Same(5 * Minute, 100, 6).ToList();
        var strict = new PolicySettings { Automatic = AutomaticPolicy.Strict };

        Assert.True(Given.Decide(Given.Live(cells)).IsAutomatic);
        Assert.False(Given.Decide(Given.Live(cells) with { Policy = strict }).IsAutomatic);
        Assert.True(Given.Decide(Bad with { Policy = strict }).IsAutomatic);
    }

    [Theory]
    [InlineData(19, Verdict.Assess)]
    [InlineData(20, Verdict.FixForward)]
    public void Verdict_FewerThanAFifthOfTheRequests_IsAMatterToAssess(int requests, Verdict verdict)
    {
        var inputs = Given.Live(Given.Same(10 * Minute, requests, 0)) with
        {
            Baseline = Given.Counts(36_000, 0, TimeSpan.FromHours(1)),
        };

        Assert.Equal(verdict, Given.Decide(inputs).Verdict);
    }

    // p95 by nearest rank: above the limit with more than 5 % slow, and not with exactly 5 %.
    [Theory]
    [InlineData(5, Verdict.FixForward)]
    [InlineData(20, Verdict.Assess)]
    public void Verdict_SlowRequests_AreAMatterToAssess(int slow, Verdict verdict)
    {
        var measurement = Given.Cells([.. Given.Same(5 * Minute, 100, 0)]);
        measurement = measurement with { Cells = [.. measurement.Cells.Select(cell => cell with { Slow = slow })] };

        var decision = Given.Decide(Given.Inputs(measurement) with { GoLive = measurement.From });

        Assert.Equal((verdict, false), (decision.Verdict, decision.IsAutomatic));
    }

    [Theory]
    [InlineData(45.0, 20.0, Verdict.Assess)]
    [InlineData(39.0, 20.0, Verdict.InsufficientData)]
    [InlineData(40.0, 20.0, Verdict.Assess)]
    public void Verdict_AResourceAtTwiceItsUsualUse_IsAMatterToAssess(double percent, double usual, Verdict verdict)
    {
        var measurement = Given.Resource(percent, TimeSpan.FromMinutes(2)) with { UsualResourcePercent = usual };

        Assert.Equal(verdict, Given.Decide(measurement).Verdict);
    }

    [Fact]
    public void Verdict_ProbesFailWhileMostRealRequestsSucceed_IsAMatterToAssess()
    {
        var inputs = Given.Live(Given.Same(5 * Minute, 10, 0)) with
        {
            Probes = Given.Rounds(false, false, false),
            IsProberOnline = true,
        };
        var down = Given.Live([.. Given.Same(5 * Minute, 10, 0), .. Given.Same(3, 10, 5)]) with
        {
            Probes = Given.Rounds(false, false, false),
            IsProberOnline = true,
        };

        Assert.Equal((Verdict.Assess, false), (Given.Decide(inputs).Verdict, Given.Decide(inputs).IsAutomatic));
        Assert.Equal(Verdict.RollBack, Given.Decide(down).Verdict);
    }

    [Fact]
    public void Verdict_OnePercentThatDoesNotFall_IsAssessAfterMonitorsTime()
    {
        var early = Given.Decide(Given.Live(Given.Same(6 * Minute, 100, 1)));
        var late = Given.Decide(Given.Live(Given.Same(30 * Minute, 100, 1)));

        Assert.Equal(Verdict.Monitor, early.Verdict);
        Assert.Equal((Verdict.Assess, false), (late.Verdict, late.IsAutomatic));
        Assert.Contains(late.Reasons, reason => reason.StartsWith("not stabilizing", StringComparison.Ordinal));
    }

    [Fact]
    public void Tree_OfAVerdict_MarksItsBranchAmongAllFour()
    {
        var tree = Given.Decide(Bad).Tree;

        Assert.Equal("Critical issue detected?", tree[0]);
        Assert.StartsWith("├─ ▶ yes, critical (P1)", tree[1], StringComparison.Ordinal);
        Assert.Equal("│     └─ error rate", tree[2]);
        Assert.StartsWith("└─ low impact (P4)", tree[^1], StringComparison.Ordinal);
        Assert.Equal(6, tree.Count);
    }

    [Fact]
    public void Deadline_OfAssess_IsAMinuteAfterItBegan()
    {
        var decision = Given.Decide(Given.Live(Given.Same(150 * Minute / 60, 100, 3)));

        Assert.Equal(Verdict.Assess, decision.Verdict);
        Assert.Equal(FakeClock.Start.AddSeconds(-30).AddSeconds(60), decision.Deadline);
    }

    /// <summary>Five bad minutes since go-live, and what was before it.</summary>
    private static DecisionInputs After(IReadOnlyList<(long Requests, long Errors)> beforeGoLive)
    {
        var inputs = Given.Live([.. beforeGoLive, .. Given.Same(5 * Minute, 100, 20)]);
        return inputs with { GoLive = FakeClock.Start.AddMinutes(-5) };
    }
}
