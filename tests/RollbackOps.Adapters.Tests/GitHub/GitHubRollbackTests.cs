using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Adapters.Tests.GitHub;

/// <summary>Whole rollbacks where GitHub's deployments are the platform, and a workflow its switch.</summary>
public sealed class GitHubRollbackTests
{
    [Theory]
    [InlineData(RollbackStrategy.Auto)]
    [InlineData(RollbackStrategy.Instant)]
    [InlineData(RollbackStrategy.Workflow)]
    public async Task RollBack_HoweverItIsAskedFor_IsOneRunOfTheWorkflow(RollbackStrategy strategy)
    {
        await using var world = await GitHubWorld.NewAsync();
        using var platform = world.NewPlatform();
        var context = Open(world, platform);
        var plan = await PlanAsync(context, strategy);

        var result = await RunAsync(context, plan);

        Assert.Equal("Workflow", plan.Strategy);
        Assert.Equal((RollbackStatus.Succeeded, 1), (result.Status, world.Fake.Dispatches));
        Assert.Equal(Id(world.Good), await platform.ReadCurrentAsync(CancellationToken.None));
        Assert.Contains(plan.Warnings, warning => warning.Id == "PinUnsupported");
    }

    [Fact]
    public async Task RollBack_ADeploymentInFlightAndThePolicyToCancel_EndsItsRunFirst()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.InFlight = InFlightPolicy.Cancel;
        world.Fake.Group = "production";
        world.Fake.Deploy(new string('d', 40), "in_progress");
        var deploy = world.Fake.Run("deploy.yml", "Deploy", group: "production");
        deploy.Status = "in_progress";
        using var platform = world.NewPlatform();
        var context = Open(world, platform);

        var plan = await PlanAsync(context);
        var result = await RunAsync(context, plan);

        Assert.Equal(StepKind.Cancel, plan.Steps[0].Kind);
        Assert.Equal((RollbackStatus.Succeeded, "cancelled"), (result.Status, deploy.Conclusion));
    }

    [Fact]
    public async Task RollBack_ADeployRunGoesOnAndThatWasLetPass_IsNamedInThePlan()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Fake.Run("deploy.yml", "Deploy");
        using var platform = world.NewPlatform();
        var context = Open(world, platform);

        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => PlanAsync(context));
        var plan = await PlanAsync(context, change: request => request with { AllowInFlight = true });

        Assert.Equal(ErrorId.DeploymentInFlight, refusal.Id);
        Assert.Equal(["AllowInFlight"], plan.Overrides.Select(one => one.Name));
        Assert.Equal(RollbackStatus.Succeeded, (await RunAsync(context, plan)).Status);
    }

    [Theory]
    [InlineData("failure", ErrorId.RunFailed)]
    [InlineData("cancelled", ErrorId.RunCanceled)]
    public async Task RollBack_TheRunDoesNotSucceed_IsNoSuccess(string conclusion, ErrorId error)
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Fake.Conclusion = conclusion;
        using var platform = world.NewPlatform();
        var context = Open(world, platform);

        var result = await RunAsync(context, await PlanAsync(context));

        Assert.Equal(error, result.Error);
        Assert.NotEqual(RollbackStatus.Succeeded, result.Status);
        Assert.Equal(Id(world.Bad), await platform.ReadCurrentAsync(CancellationToken.None));
    }

    // A job that deploys and then fails: "nothing was switched" would be a lie.
    [Fact]
    public async Task RollBack_TheRunFailsAfterItDeployed_IsUnknownAndSaysWhatIsLive()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Fake.Conclusion = "failure";
        world.Fake.DeploysFirst = true;
        using var platform = world.NewPlatform();
        var context = Open(world, platform);

        var result = await RunAsync(context, await PlanAsync(context));

        Assert.Equal((RollbackStatus.Unknown, ErrorId.RunFailed), (result.Status, result.Error));
        Assert.Contains($"What is live is {Id(world.Good)} now", result.Message, StringComparison.Ordinal);
    }

    // The same run brings the bad one back as brought the good one.
    [Fact]
    public async Task Undo_AfterARollback_IsAnotherRunForward()
    {
        await using var world = await GitHubWorld.NewAsync();
        using var platform = world.NewPlatform();
        var context = Open(world, platform);
        await RunAsync(context, await PlanAsync(context));
        var undo = await new RollbackPlanner(context, _ => { }).PlanUndoAsync(null, "it was not the cause", CancellationToken.None);

        var result = await RunAsync(context, undo);

        Assert.Equal((RollbackStatus.Succeeded, 2), (result.Status, world.Fake.Dispatches));
        Assert.Equal(Id(world.Bad), await platform.ReadCurrentAsync(CancellationToken.None));
    }

    private static RollbackContext Open(GitHubWorld world, IDeploymentPlatform platform) => world.Open(platform, new FakeStore(new FaultPlan()));

    private static Task<RollbackPlan> PlanAsync(
        RollbackContext context, RollbackStrategy strategy = RollbackStrategy.Auto, Func<PlanRequest, PlanRequest>? change = null)
    {
        var request = new PlanRequest { Reason = "errors", Strategy = strategy };
        return new RollbackPlanner(context, _ => { }).PlanAsync(change?.Invoke(request) ?? request, CancellationToken.None);
    }

    private static Task<RollbackResult> RunAsync(RollbackContext context, RollbackPlan plan) =>
        new RollbackRunner(context, _ => { }).RunAsync(plan, decision: null, CancellationToken.None);

    private static string Id(FakeDeployment one) => one.Id.ToString(CultureInfo.InvariantCulture);
}
