using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.GitHub;

public sealed class WorkflowStrategyTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task RollBack_WithOrWithoutRunDetails_StartsOneRunAndFollowsIt(bool givesDetails, bool showsId)
    {
        await using var world = await GitHubWorld.NewAsync();
        (world.Fake.GivesDetails, world.Fake.ShowsId) = (givesDetails, showsId);

        await world.RollBackAsync();

        Assert.Equal(1, world.Fake.Dispatches);
        Assert.Equal(world.Good.Sha, world.Fake.Deployments[0].Sha);
    }

    [Fact]
    public async Task Dispatch_OnAServerThatDoesNotKnowTheFlag_AsksWithoutIt()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Fake.RefusesFlag = true;

        await world.RollBackAsync();

        Assert.Equal(1, world.Fake.Dispatches);
    }

    [Fact]
    public async Task Dispatch_WithoutIdAndWithSomebodyElsesNewerRun_DoesNotTakeThatOne()
    {
        await using var world = await GitHubWorld.NewAsync();
        (world.Fake.GivesDetails, world.Fake.ShowsId, world.Fake.AppearsAfter) = (false, false, TimeSpan.FromHours(1));
        world.Server.Intercept = context =>
        {
            if (context.Request.Method == "POST")
            {
                world.Fake.Run("rollback.yml", "Rollback", "workflow_dispatch", "other", actor: "bob");
            }

            return Task.FromResult(false);
        };

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => world.NewStrategy().ApplyAsync(StepKind.Dispatch, world.Step, CancellationToken.None));

        Assert.Equal(ErrorId.OutcomeUnknown, failure.Id);
        Assert.Equal(1, world.Fake.Dispatches);
    }

    [Fact]
    public async Task Observe_AfterACrash_WithARunThatShowsNoId_IsUnknownAndNotRepeated()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Fake.ShowsId = false;
        await world.NewStrategy().ApplyAsync(StepKind.Dispatch, world.Step, CancellationToken.None);

        var seen = await world.NewStrategy().ObserveAsync(StepKind.Dispatch, world.Step, CancellationToken.None);

        Assert.Equal(EffectState.Unknown, seen.State);
        Assert.False(seen.IsRepeatable);
    }

    [Theory]
    [InlineData("failure", null, ErrorId.RunFailed)]
    [InlineData("timed_out", "failure", ErrorId.RunFailed)]
    [InlineData("startup_failure", "failure", ErrorId.RunFailed)]
    [InlineData("cancelled", null, ErrorId.RunCanceled)]
    [InlineData("skipped", null, ErrorId.RunSkipped)]
    [InlineData("success", "skipped", ErrorId.RunSkipped)]
    [InlineData(null, null, ErrorId.OutcomeUnknown)]
    public async Task Follow_OfARunThatDoesNotSucceed_SaysHowItEnded(string? conclusion, string? job, ErrorId expected)
    {
        await using var world = await GitHubWorld.NewAsync();
        (world.Fake.Conclusion, world.Fake.JobConclusion) = (conclusion, job);
        var strategy = world.NewStrategy();
        await strategy.ApplyAsync(StepKind.Dispatch, world.Step, CancellationToken.None);

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => strategy.ApplyAsync(StepKind.Follow, world.Step, CancellationToken.None));

        Assert.Equal(expected, failure.Id);
        Assert.Contains(world.Said, text => text.Contains("0 of 1 jobs done", StringComparison.Ordinal));
        Assert.NotEqual(EffectState.Present, (await strategy.ObserveAsync(StepKind.Follow, world.Step, CancellationToken.None)).State);
    }

    [Fact]
    public async Task Follow_OfARunWhosePlaceANewerOneTook_SaysReplaced()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Fake.Run("deploy.yml", "Deploy", group: "rollback").Status = "in_progress";
        var strategy = world.NewStrategy();
        await strategy.ApplyAsync(StepKind.Dispatch, world.Step, CancellationToken.None);
        world.Fake.Run("rollback.yml", "Rollback rb-other", "workflow_dispatch", "rollback");

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => strategy.ApplyAsync(StepKind.Follow, world.Step, CancellationToken.None));

        Assert.Equal(ErrorId.RunReplaced, failure.Id);
    }

    [Fact]
    public async Task RollBack_InTheGroupOfARunningDeploy_CancelsThatFirst()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.InFlight = InFlightPolicy.Cancel;
        world.Fake.Group = "production";
        var deploy = world.Fake.Run("deploy.yml", "Deploy", group: "production");
        deploy.Status = "in_progress";

        await world.RollBackAsync();

        Assert.Equal("cancelled", deploy.Conclusion);
        Assert.Equal(world.Good.Sha, world.Fake.Deployments[0].Sha);
    }

    [Fact]
    public async Task Preflight_WithADeployGoingOn_RefusesByPolicy()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Fake.Run("deploy.yml", "Deploy");

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => world.NewStrategy().PreflightAsync(world.From, world.Target, CancellationToken.None));

        Assert.Equal(ErrorId.DeploymentInFlight, failure.Id);
    }

    [Fact]
    public async Task Preflight_WithADisabledWorkflow_SaysSo()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Fake.WorkflowState = "disabled_manually";

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => world.NewStrategy().PreflightAsync(world.From, world.Target, CancellationToken.None));

        Assert.Equal(ErrorId.WorkflowUnusable, failure.Id);
        Assert.Contains("disabled_manually", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_WithATokenThatMayOnlyRead_NamesThePermission()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Fake.MayPush = false;

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => world.NewStrategy().PreflightAsync(world.From, world.Target, CancellationToken.None));

        Assert.Equal(ErrorId.PlatformForbidden, failure.Id);
        Assert.Contains("Actions: read and write", failure.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_WithoutAnInputForTheId_SaysHowToAddIt()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.GitHub = world.GitHub with { Inputs = new Dictionary<string, string> { ["commit"] = "{commit}" } };

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => world.NewStrategy().PreflightAsync(world.From, world.Target, CancellationToken.None));

        Assert.Equal(ErrorId.ConfigurationInvalid, failure.Id);
        Assert.Contains("{rollback}", failure.NextStep, StringComparison.Ordinal);
    }
}
