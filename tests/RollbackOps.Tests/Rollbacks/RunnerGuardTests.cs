using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>What keeps a rollback from running, or stops it without overwriting anything.</summary>
public sealed class RunnerGuardTests
{
    [Fact]
    public async Task Run_LeaseHeld_NamesTheHolderAndChangesNothing()
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        world.Store.Seize();

        var refused = await World.RefusedAsync(() => world.RunAsync(plan));

        Assert.Equal(ErrorId.LeaseHeld, refused.Id);
        Assert.Contains("Mallory", refused.Message, StringComparison.Ordinal);
        AssertUntouched(world);
    }

    [Theory]
    [InlineData(StepKind.Switch, "v3")]
    [InlineData(StepKind.Activate, "v2")]
    public async Task Run_LeaseLostBeforeAStep_StopsBeforeThatEffectAndIsUnknown(StepKind lostBefore, string current)
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        world.Store.OnRenew = step =>
        {
            if (step == lostBefore.ToString())
            {
                world.Store.Seize();
            }
        };

        var result = await world.RunAsync(plan);

        Assert.Equal((RollbackStatus.Unknown, ErrorId.LeaseLost), (result.Status, result.Error));
        Assert.Equal((current, "v3"), (world.Platform.Current, world.Platform.Served));
        Assert.Equal("Mallory", world.Store.Holder?.Owner);
    }

    [Fact]
    public async Task Run_SomethingElseIsCurrent_IsWorldChangedAndNothingIsOverwritten()
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        world.Platform.Deploy("v4");

        Assert.Equal(ErrorId.WorldChanged, (await World.RefusedAsync(() => world.RunAsync(plan))).Id);
        Assert.Equal("v4", world.Platform.Current);
        Assert.Empty(world.Platform.Effects);
    }

    [Fact]
    public async Task Run_ChangedRightBeforeTheSwitch_StopsAsFailedWithoutOverwriting()
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        world.Platform.OnObserve = _ => world.Platform.Current = "v1";

        var result = await world.RunAsync(plan);

        Assert.Equal((RollbackStatus.Failed, ErrorId.WorldChanged), (result.Status, result.Error));
        Assert.Equal("v1", world.Platform.Current);
        Assert.Empty(world.Platform.Effects);
    }

    [Fact]
    public async Task Run_AnotherRollbackRanSinceThePlan_IsWorldChanged()
    {
        var world = World.WithThree();
        var mine = await world.PlanAsync();
        var theirs = await world.PlanAsync();
        await world.RunAsync(theirs);
        await world.UndoAsync();

        Assert.Equal(ErrorId.WorldChanged, (await World.RefusedAsync(() => world.RunAsync(mine))).Id);
        Assert.Equal("v3", world.Platform.Current);
    }

    [Fact]
    public async Task Run_PlanWasTampered_IsRefused()
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync() with { Reason = "another reason" };

        Assert.Equal(ErrorId.PlanTampered, (await World.RefusedAsync(() => world.RunAsync(plan))).Id);
        AssertUntouched(world);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(-3)]
    public async Task Run_PlanTooOldOrFromTheFuture_IsRefused(int minutes)
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        world.Clock.Jump(TimeSpan.FromMinutes(minutes));

        Assert.Equal(ErrorId.PlanExpired, (await World.RefusedAsync(() => world.RunAsync(plan))).Id);
        AssertUntouched(world);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(-1)]
    public async Task Run_ClockMovedALittle_IsNoObstacle(int minutes)
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        world.Clock.Jump(TimeSpan.FromMinutes(minutes));

        Assert.Equal(RollbackStatus.Succeeded, (await world.RunAsync(plan)).Status);
    }

    [Fact]
    public async Task Plan_SurvivesAFile_WithItsHash()
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        var json = System.Text.Json.JsonSerializer.Serialize(plan, RollbackJson.Indented.RollbackPlan);

        var read = System.Text.Json.JsonSerializer.Deserialize(json, RollbackJson.Indented.RollbackPlan)!;

        Assert.Equal(RollbackStatus.Succeeded, (await world.RunAsync(read)).Status);
    }

    [Fact]
    public async Task Plan_DeploymentInFlight_IsRefusedUnlessAllowedByName()
    {
        var world = World.WithThree();
        world.Platform.InFlight.Add(world.Platform.Add("v4", DeploymentState.Building));

        var refused = await World.RefusedAsync(() => world.PlanAsync());
        var allowed = await world.PlanAsync(change: request => request with { AllowInFlight = true });

        Assert.Equal(ErrorId.DeploymentInFlight, refused.Id);
        Assert.Contains(allowed.Overrides, one => one.Name == "AllowInFlight");
        Assert.Equal(RollbackStatus.Succeeded, (await world.RunAsync(allowed)).Status);
    }

    [Fact]
    public async Task Run_DeploymentBeganSinceThePlan_IsRefused()
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        world.Platform.InFlight.Add(world.Platform.Add("v4", DeploymentState.Building));

        Assert.Equal(ErrorId.DeploymentInFlight, (await World.RefusedAsync(() => world.RunAsync(plan))).Id);
        AssertUntouched(world);
    }

    [Fact]
    public async Task Plan_InFlightAndFreeze_PinsBeforeTheSwitch()
    {
        var world = World.WithThree(new PolicySettings { InFlight = InFlightPolicy.Freeze });
        world.Platform.InFlight.Add(world.Platform.Add("v4", DeploymentState.Queued));

        var result = await world.RollBackAsync();

        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        Assert.Equal(["Pin v2", "Switch v2", "Activate v2"], world.Platform.Effects);
    }

    [Fact]
    public async Task Plan_RecentlyRolledBack_SaysWhoFromAndTo()
    {
        var world = World.WithThree();
        await world.RollBackAsync();
        world.Platform.Pin = null;

        var refused = await World.RefusedAsync(() => world.PlanAsync());
        world.Clock.Pass(TimeSpan.FromMinutes(31));
        var later = await world.PlanAsync();

        Assert.Equal(ErrorId.RecentlyRolledBack, refused.Id);
        Assert.Contains("Ann rolled back from v3 to v2", refused.Message, StringComparison.Ordinal);
        Assert.Equal("v1", later.Target.Id);
    }

    [Fact]
    public async Task Plan_StillPinnedAfterHours_IsStillRecent()
    {
        var world = World.WithThree();
        await world.RollBackAsync();
        world.Clock.Pass(TimeSpan.FromHours(5));

        Assert.Equal(ErrorId.RecentlyRolledBack, (await World.RefusedAsync(() => world.PlanAsync())).Id);
    }

    [Fact]
    public async Task Plan_ClockJumpedBackAfterARollback_IsStillRecent()
    {
        var world = World.WithThree();
        await world.RollBackAsync();
        world.Platform.Pin = null;
        world.Clock.Jump(TimeSpan.FromHours(-5));

        Assert.Equal(ErrorId.RecentlyRolledBack, (await World.RefusedAsync(() => world.PlanAsync())).Id);
    }

    [Fact]
    public async Task Run_LastHoldersRecordLost_TokenStillRisesAlsoOverAResume()
    {
        var world = World.WithThree();
        var tokens = new List<long>();
        world.Store.OnRenew = step =>
        {
            if (step is nameof(StepKind.Switch) or nameof(StepKind.Activate))
            {
                tokens.Add(world.Store.Holder!.Token);
                world.Store.ForgetToken();
            }
        };
        var plan = await world.PlanAsync();
        world.Platform.OnApply = (_, _) => throw new CrashException("switch");
        await Assert.ThrowsAsync<CrashException>(() => world.RunAsync(plan));
        (world.Store.Holder, world.Platform.OnApply) = (null, null);

        await world.ResumeAsync();
        await world.UndoAsync();

        // One lease each for the run, the resume (which switches and restarts) and the undo.
        Assert.Equal([1, 2, 2, 3, 3], tokens);
    }

    private static void AssertUntouched(World world)
    {
        Assert.Equal(("v3", "v3", null), (world.Platform.Current, world.Platform.Served, world.Platform.Pin));
        Assert.Empty(world.Platform.Effects);
        Assert.Empty(world.Ledger.Attempts);
    }
}
