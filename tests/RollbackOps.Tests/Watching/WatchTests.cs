using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;
using RollbackOps.Watching;

namespace RollbackOps.Tests.Watching;

/// <summary>How a watch follows, goes on, and leaves be.</summary>
public sealed class WatchTests
{
    private readonly World _world = WatchRun.NewWorld();

    [Fact]
    public async Task Watch_Newest_IsFollowedToTheEndOfItsBake()
    {
        _world.Platform.Add("v4", DeploymentState.Queued);
        _world.Clock.In(Minutes(1), () => _world.Platform.Change("v4", one => one with { State = DeploymentState.Building }));
        _world.Clock.In(Minutes(2), () => _world.Platform.Change("v4", one => one with { State = DeploymentState.Ready }));
        _world.Clock.In(Minutes(3), () => _world.Platform.Current = _world.Platform.Served = "v4");

        var run = await new WatchRun(_world) { Request = new WatchRequest { Bake = Minutes(2) } }.RunAsync();

        Assert.Equal([WatchPhase.Queued, WatchPhase.Building, WatchPhase.Ready, WatchPhase.Baking, WatchPhase.BakeOver],
            run.PhasesOf("v4").Distinct());
        Assert.Contains("InsufficientData", run.States[^1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_ThatOnlyLooks_WritesNothing()
    {
        _world.Prober.Sick.Add("v4");
        _world.Clock.In(Minutes(1), () => _world.Platform.Deploy("v4"));

        var run = await new WatchRun(_world) { Request = new WatchRequest { IsContinuous = true, Bake = Minutes(2) } }.RunAsync(Minutes(4));

        Assert.Contains(WatchPhase.Condemned, run.PhasesOf("v4"));
        Assert.Equal((0, 0, 0), (_world.Store.Appends, _world.Store.Notes.Count, _world.Platform.Effects.Count));
    }

    [Fact]
    public async Task Watch_AsPreview_PlansAndWritesNothing()
    {
        _world.Prober.Sick.Add("v4");
        _world.Platform.Deploy("v4");

        var run = await new WatchRun(_world) { Request = new WatchRequest { RollbackOnFailure = true, IsPreview = true } }.RunAsync();

        Assert.Equal("v3", run.Single(WatchPhase.Planned).Plan!.Target.Id);
        Assert.Equal((0, 0, 0), (_world.Store.Appends, _world.Store.Notes.Count, _world.Platform.Effects.Count));
    }

    [Fact]
    public async Task Watch_AnotherGoesLive_IsSupersededAndTheOtherOneBakes()
    {
        _world.Clock.In(Minutes(1), () => _world.Platform.Deploy("v4"));
        _world.Clock.In(Minutes(3), () => _world.Platform.Deploy("v5"));

        var run = await new WatchRun(_world).RunAsync(Minutes(20));

        Assert.Equal(WatchPhase.Superseded, run.PhasesOf("v4")[^1]);
        Assert.Equal(WatchPhase.BakeOver, run.PhasesOf("v5")[^1]);
    }

    [Fact]
    public async Task Watch_APersonsRollback_IsNotUndoneNorBaked()
    {
        _world.Clock.In(Minutes(1), () => _world.Platform.Deploy("v4"));
        _world.Clock.In(Minutes(3), () => _world.RollBackAsync("v2").GetAwaiter().GetResult());

        var run = await new WatchRun(_world).RunAsync(Minutes(20));

        Assert.Equal(WatchPhase.Superseded, run.PhasesOf("v4")[^1]);
        Assert.Empty(run.PhasesOf("v2"));
        Assert.Equal("v2", _world.Platform.Served);
    }

    [Fact]
    public async Task Watch_StoppedAndStartedAgain_GoesOnWhereItWas()
    {
        _world.Clock.In(Minutes(1), () => _world.Platform.Deploy("v4"));
        var first = await new WatchRun(_world).RunAsync(Minutes(4));
        var until = first.States.Last(state => state.BakesUntil is not null).BakesUntil;
        // A platform that records no service: only the journal knows since when it is live.
        _world.Platform.RecordsService = false;

        var second = await new WatchRun(_world).RunAsync(Minutes(10));

        Assert.Equal(until, second.States.First(state => state.BakesUntil is not null).BakesUntil);
        Assert.Equal(WatchPhase.BakeOver, second.PhasesOf("v4")[^1]);
        var third = await new WatchRun(_world).RunAsync(Minutes(10));
        Assert.Empty(third.PhasesOf("v4"));
    }

    [Fact]
    public async Task Watch_AFailureSeenToTheEnd_IsNotToldAgainAfterARestart()
    {
        _world.Clock.In(Minutes(1), () => _world.Platform.Add("v4", DeploymentState.Failed));
        await new WatchRun(_world).RunAsync(Minutes(3));
        var appends = _world.Store.Appends;

        var second = await new WatchRun(_world).RunAsync(Minutes(3));

        Assert.Empty(second.PhasesOf("v4"));
        Assert.Equal(appends, _world.Store.Appends);
    }

    [Fact]
    public async Task Watch_FailuresWhileItWasDown_AreSeenToAfterwards()
    {
        _world.Clock.In(Minutes(1), () => _world.Platform.Deploy("v4"));
        await new WatchRun(_world).RunAsync(Minutes(15));
        _world.Platform.Add("v5", DeploymentState.Failed);
        _world.Platform.Add("v6", DeploymentState.Building);

        var second = await new WatchRun(_world).RunAsync(Minutes(3));

        Assert.Equal([WatchPhase.Failed, WatchPhase.Unharmed], second.PhasesOf("v5"));
        Assert.Equal([WatchPhase.Building], second.PhasesOf("v6"));
    }

    [Fact]
    public async Task Watch_KilledInTheMidstOfARollback_FinishesIt()
    {
        _world.Prober.Sick.Add("v4");
        _world.Platform.Deploy("v4");
        _world.Platform.OnApply = (kind, _) => kind == StepKind.Activate ? throw new CrashException("killed") : false;
        await Assert.ThrowsAsync<CrashException>(() => new WatchRun(_world).RunAsync());
        // The process is gone, and its lease with it.
        _world.Store.Holder = null;
        _world.Platform.OnApply = null;

        var run = await new WatchRun(_world).RunAsync(Minutes(3));

        Assert.Equal([WatchPhase.RollingBack, WatchPhase.RolledBack], run.PhasesOf("v4").Take(2));
        Assert.Equal(("v3", 1), (_world.Platform.Served, _world.Platform.Switches));
        Assert.Equal(RollbackStatus.Succeeded, Assert.Single(_world.Ledger.Attempts).Status);
    }

    [Fact]
    public async Task Watch_KilledAndTheKillSwitchOn_LeavesTheRestToPeople()
    {
        _world.Prober.Sick.Add("v4");
        _world.Platform.Deploy("v4");
        _world.Platform.OnApply = (kind, _) => kind == StepKind.Activate ? throw new CrashException("killed") : false;
        await Assert.ThrowsAsync<CrashException>(() => new WatchRun(_world).RunAsync());
        (_world.Store.Holder, _world.Platform.OnApply, _world.Store.IsAutomaticOff) = (null, null, true);

        var run = await new WatchRun(_world).RunAsync(Minutes(3));

        Assert.Contains("Resume-Rollback", run.States.First(state => state.Phase == WatchPhase.NotRolledBack).Detail, StringComparison.Ordinal);
        Assert.Equal(RollbackStatus.Unfinished, Assert.Single(_world.Ledger.Attempts).Status);
    }

    [Fact]
    public async Task Watch_StoppedInTheMidstOfARollback_LeavesItResumable()
    {
        _world.Prober.Sick.Add("v4");
        _world.Platform.Deploy("v4");
        using var stop = new CancellationTokenSource();
        _world.Platform.OnApply = (kind, _) =>
        {
            if (kind == StepKind.Switch)
            {
                stop.Cancel();
            }

            return false;
        };
        var states = new List<WatchState>();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var state in new DeploymentWatch(_world.Context, null, _ => { }).WatchAsync(new WatchRequest { RollbackOnFailure = true }, stop.Token))
            {
                states.Add(state);
            }
        });

        Assert.Equal(RollbackStatus.Interrupted, states[^1].Result!.Status);
        Assert.Equal(RollbackStatus.Succeeded, (await _world.ResumeAsync()).Status);
    }

    [Fact]
    public async Task Watch_PlatformTurnsRequestsAway_AsksLessOftenAndLooksOn()
    {
        _world.Clock.In(Minutes(1), () => _world.Platform.Deploy("v4"));
        var before = 0;
        var during = 0;
        _world.Clock.In(Minutes(2), () =>
        {
            before = _world.Platform.Reads;
            _world.Platform.Outage = new RollbackOpsException(ErrorId.RateLimited, "Too many.", "Wait.") { RetryAfter = TimeSpan.FromSeconds(90) };
        });
        _world.Clock.In(Minutes(7), () =>
        {
            during = _world.Platform.Reads - before;
            _world.Platform.Outage = null;
        });

        var run = await new WatchRun(_world) { Request = new WatchRequest { IsContinuous = true, Bake = Minutes(30) } }.RunAsync(Minutes(20));

        // Five minutes at a reading every 90 s and more; at the usual pace it would be sixty.
        Assert.InRange(during, 1, 5);
        Assert.Contains("asked again in 90 s", run.Single(WatchPhase.Unseen).Detail, StringComparison.Ordinal);
        Assert.True(_world.Platform.Reads - before - during > 30, "it asks as often as before once it is answered");
        Assert.True(_world.Prober.Requests.Count > 300, "what is live is looked at all the while");
    }

    [Fact]
    public async Task Watch_OutageOfThePlatformWhileSick_RollsBackAsSoonAsItCan()
    {
        _world.Clock.In(Minutes(1), () => _world.Platform.Deploy("v4"));
        _world.Clock.In(Minutes(2), () =>
        {
            _world.Platform.Outage = new RollbackOpsException(ErrorId.PlatformUnavailable, "It is down.", "Wait.");
            _world.Prober.Sick.Add("v4");
        });
        _world.Clock.In(Minutes(4), () => _world.Platform.Outage = null);

        var run = await new WatchRun(_world).RunAsync(Minutes(8));

        Assert.Equal(WatchPhase.RolledBack, run.PhasesOf("v4")[^1]);
        // Refused a dozen times, and recorded once.
        Assert.Equal([RollbackStatus.Refused, RollbackStatus.Succeeded], _world.Ledger.Attempts.Select(attempt => attempt.Status));
    }

    [Fact]
    public async Task Watch_JournalThatCannotBeWritten_GoesOnAndSaysSoOnce()
    {
        _world.Store.IsFull = true;
        _world.Clock.In(Minutes(1), () => _world.Platform.Deploy("v4"));

        var run = await new WatchRun(_world).RunAsync(Minutes(15));

        Assert.Equal(WatchPhase.BakeOver, run.PhasesOf("v4")[^1]);
        Assert.Single(_world.Progress, news => news.Kind == ProgressKind.Warning);
    }

    [Fact]
    public async Task Watch_LaterWindowsOfItsRollback_AreVerified()
    {
        _world.Prober.Sick.Add("v4");
        _world.Clock.In(Minutes(1), () => _world.Platform.Deploy("v4"));

        var run = await new WatchRun(_world).RunAsync(Minutes(40));

        Assert.Equal([VerificationWindow.ShortTerm, VerificationWindow.LongTerm],
            run.States.Where(state => state.Phase == WatchPhase.Verified).Select(state => state.Verification!.Window));
    }

    [Fact]
    public async Task Watch_OfADeploymentThatDoesNotExist_IsRefused()
    {
        var refused = await World.RefusedAsync(() => new WatchRun(_world) { Request = new WatchRequest { DeploymentId = "v9" } }.RunAsync());

        Assert.Equal(ErrorId.DeploymentNotFound, refused.Id);
    }

    private static TimeSpan Minutes(double count) => TimeSpan.FromMinutes(count);
}
