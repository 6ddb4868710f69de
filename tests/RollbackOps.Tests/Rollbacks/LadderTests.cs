using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>The ladder of strategies (S21), and what a strategy that deploys leaves.</summary>
public class LadderTests
{
    private static readonly RollbackOpsException s_refused =
        new(ErrorId.StepFailed, "The platform refuses.", "Ask it.");

    [Fact]
    public async Task Plan_ByDefault_SwitchesOnlyAndPushesNothing()
    {
        var world = World.WithThree();

        var plan = await world.PlanAsync();

        Assert.Equal("Instant", plan.Strategy);
        Assert.DoesNotContain(plan.Steps, step => step.Kind == StepKind.Push);
    }

    [Fact]
    public async Task Plan_Auto_HoldsEveryRungInOrder()
    {
        var world = WithLadder();

        var plan = await world.PlanAsync();

        Assert.Equal("Instant, else Git", plan.Strategy);
        Assert.Equal(
            [StepKind.Switch, StepKind.Pin, StepKind.Activate, StepKind.Push, StepKind.AwaitDeployment,
                StepKind.AwaitServed, StepKind.Mark, StepKind.Verify],
            plan.Steps.Select(step => step.Kind));
        Assert.Equal([1, 1, 1, 2, 2, 0, 0, 0], plan.Steps.Select(step => step.Rung));
        Assert.Equal("4. (else Git) Push", plan.Steps[3].ToString());
    }

    [Fact]
    public async Task Run_FirstRungDoesIt_TheSecondIsSkipped()
    {
        var world = WithLadder();

        var result = await world.RollBackAsync();

        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        Assert.Equal(0, world.Git.Pushes);
        Assert.Equal(StepStatus.Skipped, Assert.Single(result.Steps, step => step.Kind == StepKind.Push).Status);
    }

    [Fact]
    public async Task Run_FirstRungChangesNothing_TheSecondIsTakenAndWhatItDeploysIsVerified()
    {
        var world = WithLadder();
        world.Platform.OnApply = (kind, _) => kind == StepKind.Switch ? throw s_refused : false;

        var result = await world.RollBackAsync();

        Assert.Equal((RollbackStatus.Succeeded, null), (result.Status, result.Error));
        Assert.Equal("v4", result.Verification!.DeploymentId);
        Assert.Equal("v4", world.Ledger.LastStanding!.LiveId);
        Assert.Equal("v4", world.Ledger.Switches[^1].DeploymentId);
        Assert.True(world.Ledger.Marks["v3"].Kind == MarkKind.KnownBad);
        Assert.Contains(world.Ledger.Reading.Records, record => record.Kind == JournalKind.RungLeft);
        Assert.True(JournalCheck.Of(world.Context).IsTrusted);
    }

    [Theory]
    [InlineData(ErrorId.OutcomeUnknown)]
    [InlineData(ErrorId.WorldChanged)]
    public async Task Run_FirstRungMayHaveChangedSomething_TheSecondIsNotTaken(ErrorId id)
    {
        var world = WithLadder();
        world.Platform.OnApply = (kind, _) => kind == StepKind.Switch
            ? throw new RollbackOpsException(id, "Who knows.", "Look.")
            : false;

        var result = await world.RollBackAsync();

        Assert.NotEqual(RollbackStatus.Succeeded, result.Status);
        Assert.Equal(0, world.Git.Pushes);
    }

    [Fact]
    public async Task Run_SwitchedButNotRestarted_IsNoReasonToPush()
    {
        var world = WithLadder();
        world.Platform.OnApply = (kind, _) => kind == StepKind.Activate
            ? throw new RollbackOpsException(ErrorId.ActivationFailed, "It does not start.", "Look.")
            : false;

        var result = await world.RollBackAsync();

        Assert.Equal(RollbackStatus.NotServed, result.Status);
        Assert.Equal(0, world.Git.Pushes);
    }

    [Fact]
    public async Task Run_SomebodyElseSwitchedMeanwhile_LeavesTheLadder()
    {
        var world = WithLadder();
        world.Platform.OnApply = (kind, _) =>
        {
            if (kind != StepKind.Switch)
            {
                return false;
            }

            world.Platform.Seen = _ => new EffectObservation { State = EffectState.Absent, Detail = "not there" };
            world.Platform.Current = "v1";
            throw s_refused;
        };

        var result = await world.RollBackAsync();

        Assert.Equal(ErrorId.WorldChanged, result.Error);
        Assert.Equal(0, world.Git.Pushes);
    }

    [Fact]
    public async Task Run_EveryRungFails_IsFailedAndWhatIsLiveStays()
    {
        var world = WithLadder();
        world.Platform.OnApply = (kind, _) => kind == StepKind.Switch ? throw s_refused : false;
        world.Git.Refusal = new RollbackOpsException(ErrorId.PushRefused, "The branch is protected.", "Ask.");

        var result = await world.RollBackAsync();

        Assert.Equal((RollbackStatus.Failed, ErrorId.PushRefused), (result.Status, result.Error));
        Assert.Equal("v3", world.Platform.Current);
        Assert.Empty(world.Ledger.Marks);
    }

    [Fact]
    public async Task Run_WhatWasPushedFailsToDeploy_IsFailedAndTold()
    {
        var world = WithLadder();
        world.Git.OnPush = () => world.Platform.Add("v4", DeploymentState.Failed, FakeStrategy.Commit);

        var result = await world.RunAsync(await world.PlanAsync(change: request => request with { Strategy = RollbackStrategy.Git }));

        Assert.Equal((RollbackStatus.Failed, ErrorId.StepFailed), (result.Status, result.Error));
        Assert.Contains("v4", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NothingIsDeployedInTime_IsUnknownAndResumable()
    {
        var world = WithLadder();
        world.Git.OnPush = () => { };
        var plan = await world.PlanAsync(change: request => request with { Strategy = RollbackStrategy.Git });

        var result = await world.RunAsync(plan);
        Assert.Equal((RollbackStatus.Unknown, ErrorId.OutcomeUnknown), (result.Status, result.Error));

        world.Platform.Deploy("v4", FakeStrategy.Commit);
        var resumed = await world.Runner.ResumeAsync(plan.Id, CancellationToken.None);
        Assert.Equal(RollbackStatus.Succeeded, resumed.Status);
        Assert.Equal(1, world.Git.Pushes);
    }

    [Fact]
    public async Task Run_PromotionIsPinned_SwitchesToWhatWasDeployed()
    {
        var world = WithLadder();
        world.Platform.Pin = new PromotionPin { DeploymentId = "v3", Since = world.Clock.GetUtcNow(), By = "Bea" };
        world.Git.OnPush = () => world.Platform.Add("v4", commit: FakeStrategy.Commit);

        var result = await world.RunAsync(await world.PlanAsync(change: request => request with { Strategy = RollbackStrategy.Git }));

        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        Assert.Equal(("v4", "v4"), (world.Platform.Current, world.Platform.Served));
    }

    [Fact]
    public async Task Run_TheDevelopmentBranchDoesNotFollow_IsSaidAndFailsNothing()
    {
        var world = WithLadder();
        world.Git.HasDevelopmentBranch = true;

        var result = await world.RunAsync(await world.PlanAsync(change: request => request with { Strategy = RollbackStrategy.Git }));

        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        Assert.Equal((StepKind.MergeBranch, StepStatus.Failed), (result.Steps[^1].Kind, result.Steps[^1].Status));
        Assert.Contains(world.Progress, news => news.Kind == ProgressKind.Warning && news.Text.Contains("cannot be merged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plan_ResetOfTheDevelopmentBranch_IsItsLastStepAndANamedOverride()
    {
        var world = WithLadder();
        world.Git.HasDevelopmentBranch = true;

        var plan = await world.PlanAsync(
            change: request => request with { Strategy = RollbackStrategy.Git, ResetDevelopmentBranch = true });

        Assert.Equal(StepKind.ResetBranch, plan.Steps[^1].Kind);
        Assert.Equal(["ResetDevelopmentBranch"], plan.Overrides.Select(one => one.Name));
    }

    [Fact]
    public async Task Plan_ResetOfABranchThatNobodyNamed_IsRefused()
    {
        var world = WithLadder();

        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => world.PlanAsync(
            change: request => request with { Strategy = RollbackStrategy.Git, ResetDevelopmentBranch = true }));

        Assert.Equal(ErrorId.InvalidArgument, refusal.Id);
        Assert.Contains("repository.developmentBranch", refusal.NextStep, StringComparison.Ordinal);
    }

    // What only the strategy sees in flight passes the same gate as what the platform sees (S9).
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Plan_TheStrategySeesADeploymentInFlight_IsRefusedOrANamedOverride(bool isAllowed)
    {
        var world = WithLadder();
        world.Git.Unfit = new RollbackOpsException(ErrorId.DeploymentInFlight, "'deploy.yml' is at it.", "Cancel it.");
        Task<RollbackPlan> PlanAsync() => world.PlanAsync(
            change: request => request with { Strategy = RollbackStrategy.Git, AllowInFlight = isAllowed });

        if (!isAllowed)
        {
            Assert.Equal(ErrorId.DeploymentInFlight, (await World.RefusedAsync(PlanAsync)).Id);
            return;
        }

        var plan = await PlanAsync();
        Assert.Contains(plan.Warnings, warning => warning.Message == "'deploy.yml' is at it.");
        Assert.Equal(["AllowInFlight"], plan.Overrides.Select(one => one.Name));
    }

    [Fact]
    public async Task Undo_OfARollbackThatDeployed_GoesForwardFromWhatItDeployed()
    {
        var world = WithLadder();
        await world.RunAsync(await world.PlanAsync(change: request => request with { Strategy = RollbackStrategy.Git }));

        var undo = await world.UndoAsync();

        Assert.Equal(RollbackStatus.Succeeded, undo.Status);
        Assert.Equal("v3", world.Platform.Current);
        Assert.Contains(undo.Warnings, warning => warning.Id == "BranchStaysTakenBack");
    }

    [Fact]
    public async Task Plan_AStrategyIsKnownToFail_AutoLeavesItOutAndSaysSo()
    {
        var world = WithLadder();
        world.Git.Unfit = new RollbackOpsException(ErrorId.WorldChanged, "The branch is ahead.", "Look.");

        var plan = await world.PlanAsync();

        Assert.Equal("Instant", plan.Strategy);
        Assert.Contains(plan.Warnings, warning => warning.Id == "StrategyLeftOut" && warning.Message.Contains("ahead", StringComparison.Ordinal));
        var named = await World.RefusedAsync(() => world.PlanAsync(change: request => request with { Strategy = RollbackStrategy.Git }));
        Assert.Equal(ErrorId.WorldChanged, named.Id);
    }

    [Fact]
    public async Task Plan_AStrategyThatIsNotSetUp_IsRefused()
    {
        var world = WithLadder();

        var refused = await World.RefusedAsync(() => world.PlanAsync(change: request => request with { Strategy = RollbackStrategy.Workflow }));

        Assert.Equal(ErrorId.StrategyUnavailable, refused.Id);
    }

    private static World WithLadder() => World.WithThree(new PolicySettings
    {
        ConfirmingReads = 2,
        ConfirmingTime = TimeSpan.FromMilliseconds(50),
        Strategies = [RollbackStrategy.Instant, RollbackStrategy.Git],
    });
}
