using RollbackOps.Decisions;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;
using RollbackOps.Tests.Fakes;
using RollbackOps.Watching;

namespace RollbackOps.Tests.Watching;

/// <summary>What is taken back by itself, and what is not.</summary>
public sealed class AutomaticRollbackTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly World _world = WatchRun.NewWorld();

    [Fact]
    public async Task BuildError_NeverLive_LeavesWhatIsLiveAndVerifiesIt()
    {
        _world.Clock.In(Seconds(20), () => _world.Platform.Add("v4", DeploymentState.Building));
        _world.Clock.In(Seconds(80), () => _world.Platform.Change("v4", one => one with { State = DeploymentState.Failed, Error = "CS0246" }));

        var run = await new WatchRun(_world).RunAsync(Minutes(5));

        Assert.Equal([WatchPhase.Building, WatchPhase.Failed, WatchPhase.Unharmed], run.PhasesOf("v4"));
        Assert.Equal(RollbackStatus.AlreadyCurrent, run.Single(WatchPhase.Unharmed).Result!.Status);
        Assert.Contains("CS0246", run.Single(WatchPhase.Failed).Detail, StringComparison.Ordinal);
        Assert.Equal(("v3", 0), (_world.Platform.Current, _world.Platform.Switches));
        Assert.True(Assert.Single(_world.Ledger.Attempts).IsAutomatic);
    }

    [Fact]
    public async Task BuildError_AndWhatIsLiveIsSick_CallsForSomebody()
    {
        _world.Prober.Sick.Add("v3");
        _world.Clock.In(Seconds(20), () => _world.Platform.Add("v4", DeploymentState.Failed));

        var run = await new WatchRun(_world).RunAsync(Minutes(5));

        Assert.Equal([WatchPhase.Failed, WatchPhase.NotRolledBack], run.PhasesOf("v4"));
        Assert.Equal(0, _world.Platform.Switches);
    }

    [Fact]
    public async Task DeployError_OfWhatIsLive_IsTakenBack()
    {
        _world.Clock.In(Seconds(20), () =>
        {
            _world.Platform.Deploy("v4");
            _world.Platform.Break("v4");
        });

        var run = await new WatchRun(_world).RunAsync(Minutes(5));

        Assert.Equal([WatchPhase.Failed, WatchPhase.RollingBack, WatchPhase.RolledBack], run.PhasesOf("v4"));
        Assert.Equal("v3", _world.Platform.Served);
        Assert.True(_world.Ledger.Marks["v4"] is { Kind: MarkKind.KnownBad });
    }

    [Fact]
    public async Task HardSignal_WhileItBakes_IsTakenBackInUnderThirtySeconds()
    {
        DateTimeOffset? sickAt = null;
        _world.Clock.In(Seconds(20), () => _world.Platform.Deploy("v4"));
        _world.Clock.In(Seconds(97), () =>
        {
            _world.Prober.Sick.Add("v4");
            sickAt = _world.Clock.Now;
        });

        var run = await new WatchRun(_world).RunAsync(Minutes(5));

        Assert.Equal([WatchPhase.Baking, WatchPhase.Condemned, WatchPhase.RollingBack, WatchPhase.RolledBack],
            run.PhasesOf("v4").Distinct());
        var result = run.Single(WatchPhase.RolledBack).Result!;
        Assert.Equal((RollbackStatus.Succeeded, "v3", true), (result.Status, _world.Platform.Served, result.IsAutomatic));
        Assert.True(_world.Ledger.Find(result.RollbackId!)!.SwitchedAt - sickAt < Seconds(30));
        Assert.StartsWith("Automatic rollback by Fake", RollbackLogEntry.From(_world.Ledger, owner: null).Single().ActionsTaken, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DecisiveEvidence_WhileItBakes_IsTakenBackInUnderThirtySecondsFromTheVerdict()
    {
        var begin = _world.Clock.Now;
        var live = begin + Seconds(20);
        _world.Clock.In(Seconds(20), () => _world.Platform.Deploy("v4"));

        var run = await new WatchRun(_world)
        {
            Request = new WatchRequest
            {
                IsContinuous = true,
                RollbackOnFailure = true,
                Measure = _ => Task.FromResult<IReadOnlyList<Measurement>>(
                    [WatchRun.Traffic(live - s_hour, _world.Clock.Now, at => at >= live ? 25 : 0)]),
            },
        }.RunAsync(Minutes(12));

        var state = run.Single(WatchPhase.RolledBack);
        Assert.True(state.Decision!.IsAutomatic);
        Assert.InRange((state.Decision.DecidedAt - live).TotalMinutes, 2.9, 4);
        Assert.True(_world.Ledger.Find(state.Result!.RollbackId!)!.SwitchedAt - state.Decision.DecidedAt < Seconds(30));
        Assert.Equal("v3", _world.Platform.Served);
    }

    [Fact]
    public async Task Fix_ThatWentLiveAMomentAgo_IsNotJudgedByTheTrafficOfWhatItMends()
    {
        var begin = _world.Clock.Now;
        _world.Store.IsAutomaticOff = true;
        _world.Clock.In(Seconds(20), () => _world.Platform.Deploy("v4"));
        _world.Clock.In(Minutes(8), () =>
        {
            _world.Platform.Deploy("v5");
            _world.Store.IsAutomaticOff = false;
        });

        var run = await new WatchRun(_world)
        {
            Request = new WatchRequest
            {
                IsContinuous = true,
                RollbackOnFailure = true,
                Measure = _ => Task.FromResult<IReadOnlyList<Measurement>>(
                    [WatchRun.Traffic(begin - s_hour, _world.Clock.Now - Seconds(15), at => at >= begin + Seconds(20) && at < begin + Minutes(8) ? 100 : 0)]),
            },
        }.RunAsync(Minutes(20));

        Assert.Contains(run.States, state => state is { Deployment.Id: "v4", Decision.Severity: Severity.P1 });
        Assert.Equal(("v5", 0), (_world.Platform.Served, _world.Platform.Switches));
        Assert.DoesNotContain(WatchPhase.Condemned, run.PhasesOf("v5"));
    }

    [Fact]
    public async Task HardSignal_AfterTheBake_IsNothingToIt()
    {
        _world.Clock.In(Seconds(20), () => _world.Platform.Deploy("v4"));
        _world.Clock.In(Minutes(11), () => _world.Prober.Sick.Add("v4"));

        var run = await new WatchRun(_world).RunAsync(Minutes(20));

        Assert.Equal(WatchPhase.BakeOver, run.PhasesOf("v4")[^1]);
        Assert.Equal(("v4", 0), (_world.Platform.Served, _world.Platform.Switches));
    }

    [Fact]
    public async Task OneFailedProbe_WhileItBakes_IsNoOutage()
    {
        _world.Clock.In(Seconds(20), () => _world.Platform.Deploy("v4"));
        _world.Clock.In(Seconds(60), () => _world.Prober.Sick.Add("v4"));
        _world.Clock.In(Seconds(62), () => _world.Prober.Sick.Remove("v4"));

        var run = await new WatchRun(_world).RunAsync(Minutes(12));

        Assert.DoesNotContain(WatchPhase.Condemned, run.PhasesOf("v4"));
        Assert.Equal(0, _world.Platform.Switches);
    }

    [Fact]
    public async Task KillSwitch_On_HoldsItBackUntilItIsLifted()
    {
        _world.Store.IsAutomaticOff = true;
        _world.Prober.Sick.Add("v4");
        _world.Clock.In(Seconds(20), () => _world.Platform.Deploy("v4"));
        _world.Clock.In(Minutes(4), () =>
        {
            Assert.Equal(0, _world.Platform.Switches);
            _world.Store.IsAutomaticOff = false;
        });

        var run = await new WatchRun(_world).RunAsync(Minutes(8));

        var held = run.Single(WatchPhase.NotRolledBack);
        Assert.Contains("switched off", held.Detail, StringComparison.Ordinal);
        Assert.Contains("switched off", held.Automatic, StringComparison.Ordinal);
        Assert.Equal(WatchPhase.RolledBack, run.PhasesOf("v4")[^1]);
        Assert.Equal("v3", _world.Platform.Served);
    }

    [Fact]
    public async Task KillSwitch_WithEveryApiDown_IsHonoured()
    {
        _world.Clock.In(Seconds(20), () => _world.Platform.Deploy("v4"));
        _world.Clock.In(Seconds(40), () =>
        {
            _world.Platform.Outage = new RollbackOpsException(ErrorId.PlatformUnavailable, "It is down.", "Wait.");
            _world.Store.IsAutomaticOff = true;
            _world.Prober.Sick.Add("v4");
        });

        var run = await new WatchRun(_world).RunAsync(Minutes(8));

        Assert.Contains("switched off", run.Single(WatchPhase.NotRolledBack).Detail, StringComparison.Ordinal);
        Assert.Empty(_world.Platform.Effects);
        // No attempt was made that could have failed: it was not the outage that held it back.
        Assert.Empty(_world.Ledger.Attempts);
    }

    [Fact]
    public async Task Budget_SpentWithinTheHour_HoldsItBack()
    {
        await _world.RollBackAsync();
        _world.Clock.Pass(Minutes(20));
        _world.Platform.Pin = null;
        _world.Prober.Sick.Add("v4");
        _world.Clock.In(Seconds(20), () => _world.Platform.Deploy("v4"));

        var run = await new WatchRun(_world).RunAsync(Minutes(8));

        Assert.Contains("an hour later", run.Single(WatchPhase.NotRolledBack).Detail, StringComparison.Ordinal);
        Assert.Equal(1, _world.Platform.Switches);
    }

    [Fact]
    public async Task Incident_ThatHadItsRollback_GetsNoSecondOneHoweverLongItLasts()
    {
        _world.Clock.In(Seconds(20), () => _world.Platform.Deploy("v4"));
        _world.Prober.Sick.Add("v4");
        var first = await new WatchRun(_world).RunAsync(Minutes(5));
        _world.Platform.Pin = null;
        // Half an hour later another one is as bad, and stays so for two hours.
        _world.Clock.Pass(Minutes(30));
        _world.Prober.Sick.Add("v5");
        _world.Clock.In(Seconds(20), () => _world.Platform.Deploy("v5"));

        var second = await new WatchRun(_world)
        {
            Request = new WatchRequest { IsContinuous = true, RollbackOnFailure = true, Bake = TimeSpan.FromHours(3) },
        }.RunAsync(TimeSpan.FromHours(2));

        Assert.Contains(WatchPhase.RolledBack, first.PhasesOf("v4"));
        Assert.Contains(second.States, state => state.Detail.Contains("this incident has had its automatic rollback", StringComparison.Ordinal));
        Assert.Equal(("v5", 1), (_world.Platform.Served, _world.Platform.Switches));
    }

    [Fact]
    public async Task NoCandidate_IsRefusedAndRecordedOnce()
    {
        var world = new World();
        world.Platform.Deploy("v1");
        world.Prober.Sick.Add("v1");

        var run = await new WatchRun(world).RunAsync(Minutes(5));

        Assert.Contains("No deployment older", run.Single(WatchPhase.NotRolledBack).Detail, StringComparison.Ordinal);
        Assert.Equal(ErrorId.NoEligibleTarget, Assert.Single(world.Ledger.Attempts).Refusal!.Error);
    }

    [Fact]
    public async Task Target_ThatIsSickAsWell_IsNotSwitchedTo()
    {
        _world.Prober.Sick.UnionWith(["v3", "v4"]);
        _world.Clock.In(Seconds(20), () => _world.Platform.Deploy("v4"));

        var run = await new WatchRun(_world).RunAsync(Minutes(5));

        Assert.Contains("would not help", run.Single(WatchPhase.NotRolledBack).Detail, StringComparison.Ordinal);
        Assert.Equal(0, _world.Platform.Switches);
    }

    private static TimeSpan Seconds(double count) => TimeSpan.FromSeconds(count);

    private static TimeSpan Minutes(double count) => TimeSpan.FromMinutes(count);
}
