using RollbackOps.Deployments;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Deployments;

/// <summary>S1 and S2, case by case.</summary>
public sealed class TargetSelectionTests
{
    [Fact]
    public async Task Choice_NewestFailedToBuild_IsPassedOver()
    {
        var world = World.WithThree();
        world.Platform.Add("v2-broken", DeploymentState.Failed);

        Assert.Equal("v2", await world.NextChoiceAsync());
    }

    [Fact]
    public async Task Choice_ReadyButNeverServed_IsPassedOver()
    {
        var world = new World();
        world.Platform.Deploy("v1");
        world.Platform.Add("v2");
        world.Platform.Deploy("v3");

        Assert.Equal("v1", await world.NextChoiceAsync());
    }

    [Fact]
    public async Task Choice_PlatformRecordsNoService_TakesAReadyOne()
    {
        var world = new World();
        world.Platform.Deploy("v1");
        world.Platform.Add("v2");
        world.Platform.Deploy("v3");
        world.Platform.RecordsService = false;

        Assert.Equal("v2", await world.NextChoiceAsync());
    }

    [Theory]
    [InlineData(30, "v1")]
    [InlineData(29, "v2")]
    public async Task Choice_PresumedBeforeUnknown_FromThirtyMinutesOn(int minutesOfFirst, string chosen)
    {
        var world = new World();
        world.Platform.Deploy("v1");
        world.Clock.Pass(TimeSpan.FromMinutes(minutesOfFirst));
        world.Platform.Deploy("v2");
        world.Clock.Pass(TimeSpan.FromMinutes(5));
        world.Platform.Deploy("v3");

        Assert.Equal(chosen, await world.NextChoiceAsync());
    }

    [Fact]
    public async Task Plan_ChoiceOfUnknownHealthNotProbed_IsRefusedAndSaysHowToGoOn()
    {
        var world = WithUnknownOnly();

        var refused = await World.RefusedAsync(() => world.PlanAsync());

        Assert.Equal((ErrorId.TargetUnproven, ErrorKind.InvalidOperation), (refused.Id, refused.Kind));
        Assert.Contains("NotProbed", refused.Message, StringComparison.Ordinal);
        Assert.Contains("-Target v2", refused.NextStep, StringComparison.Ordinal);
        Assert.Contains("platform.probe", refused.NextStep, StringComparison.Ordinal);
        Assert.Empty(world.Platform.Effects);
    }

    [Fact]
    public async Task Plan_NamedTargetOfUnknownHealthNotProbed_WarnsAndIsAllowed()
    {
        var plan = await WithUnknownOnly().PlanAsync("v2");

        Assert.Equal(["TargetNotProbed", "HealthUnknown"], plan.Warnings.Select(warning => warning.Id));
    }

    [Fact]
    public async Task Plan_ChoiceOfUnknownHealthThatPassesItsProbe_GoesOn()
    {
        var world = WithUnknownOnly();
        world.Platform.HasOwnAddresses = true;

        Assert.Equal("v2", (await world.PlanAsync()).Target.Id);
    }

    [Fact]
    public async Task Plan_ChoiceOfUnknownHealthThatFailsItsProbe_IsAllowedOnlyWhenNamedToo()
    {
        var world = WithUnknownOnly();
        world.Platform.HasOwnAddresses = true;
        world.Prober.Sick.Add("v2");

        var unhealthy = await World.RefusedAsync(() => world.PlanAsync());
        var unproven = await World.RefusedAsync(
            () => world.PlanAsync(change: request => request with { AllowUnhealthyTarget = true }));
        var named = await world.PlanAsync("v2", change: request => request with { AllowUnhealthyTarget = true });

        Assert.Equal((ErrorId.TargetUnhealthy, ErrorId.TargetUnproven), (unhealthy.Id, unproven.Id));
        Assert.Contains("-Target v2 -AllowUnhealthyTarget", unhealthy.NextStep, StringComparison.Ordinal);
        Assert.Equal("AllowUnhealthyTarget", Assert.Single(named.Overrides).Name);
    }

    [Fact]
    public async Task Choice_AfterNamedTargetFurtherBack_NeverGoesForward()
    {
        var world = World.WithThree();
        world.Platform.Deploy("v4");
        await world.RollBackAsync("v2");

        Assert.Equal("v1", await world.NextChoiceAsync());
    }

    [Fact]
    public async Task Choice_AllOthersKnownBad_IsNone()
    {
        var world = World.WithThree();
        foreach (var deployment in world.Platform.Deployments.Where(one => one.Id != "v3"))
        {
            new DeploymentMarks(world.Context).Block(deployment, "bad");
        }

        Assert.Null(await world.NextChoiceAsync());
        Assert.Equal(ErrorId.NoEligibleTarget, (await World.RefusedAsync(() => world.PlanAsync())).Id);
    }

    [Fact]
    public async Task Plan_NamedButFailedTarget_IsRefused()
    {
        var world = World.WithThree();
        world.Platform.Add("broken", DeploymentState.Failed);

        Assert.Equal(ErrorId.TargetNotEligible, (await World.RefusedAsync(() => world.PlanAsync("broken"))).Id);
        Assert.Equal(ErrorId.DeploymentNotFound, (await World.RefusedAsync(() => world.PlanAsync("v9"))).Id);
    }

    [Fact]
    public async Task Plan_KnownBadButNamedTarget_WarnsAndIsAllowed()
    {
        var world = World.WithThree();
        new DeploymentMarks(world.Context).Block(world.Platform.Deployments.Single(one => one.Id == "v1"), "bad");

        Assert.Contains((await world.PlanAsync("v1")).Warnings, warning => warning.Id == "KnownBad");
    }

    [Fact]
    public async Task Health_ForeignRollbackEndedItsService_IsNotPresumed()
    {
        var world = World.WithThree();
        var history = await world.Context.OpenHistoryAsync(world.Ledger, CancellationToken.None);
        Assert.Equal(DeploymentHealth.Presumed, (await history.FindAsync("v2", CancellationToken.None))?.Health);

        world.Platform.RecordForeignRollback("v1");
        history = await world.Context.OpenHistoryAsync(world.Ledger, CancellationToken.None);

        Assert.Equal(DeploymentHealth.Unknown, (await history.FindAsync("v3", CancellationToken.None))?.Health);
        Assert.Equal("v1", (await history.RequireCurrentAsync()).Id);
    }

    /// <summary>Two deployments, of which the older served too shortly to be presumed healthy.</summary>
    private static World WithUnknownOnly()
    {
        var world = new World();
        world.Platform.Deploy("v2");
        world.Clock.Pass(TimeSpan.FromMinutes(5));
        world.Platform.Deploy("v3");
        return world;
    }
}
