using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>Whether the tests passed for the target's commit, as a gate of the plan.</summary>
public sealed class CommitChecksTests
{
    private const CommitCheckPolicy RefuseFailed = CommitCheckPolicy.RefuseFailed;
    private const CommitCheckPolicy RequirePassed = CommitCheckPolicy.RequirePassed;

    [Theory]
    [InlineData(RefuseFailed, CommitCheckState.Passed, false, false)]
    [InlineData(RefuseFailed, CommitCheckState.Failed, true, true)]
    [InlineData(RefuseFailed, CommitCheckState.Pending, false, true)]
    [InlineData(RefuseFailed, CommitCheckState.None, false, true)]
    [InlineData(RefuseFailed, null, false, true)]
    [InlineData(RequirePassed, CommitCheckState.Passed, false, false)]
    [InlineData(RequirePassed, CommitCheckState.Failed, true, true)]
    [InlineData(RequirePassed, CommitCheckState.Pending, true, true)]
    [InlineData(RequirePassed, CommitCheckState.None, true, true)]
    [InlineData(RequirePassed, null, true, true)]
    [InlineData(CommitCheckPolicy.Ignore, CommitCheckState.Failed, false, false)]
    public async Task Plan_Checks_RefuseOrAreShown(CommitCheckPolicy policy, CommitCheckState? state, bool isRefused, bool isShown)
    {
        var world = World.WithThree(new PolicySettings { CommitChecks = policy });
        var planner = new RollbackPlanner(WithChecks(world, new FakeChecks(state)), _ => { });
        var request = new PlanRequest { Reason = "errors" };

        if (isRefused)
        {
            var refusal = await World.RefusedAsync(() => planner.PlanAsync(request, CancellationToken.None));
            Assert.Equal(ErrorId.ChecksNotPassed, refusal.Id);
            Assert.Contains("-AllowFailedChecks", refusal.NextStep, StringComparison.Ordinal);
        }

        var plan = await planner.PlanAsync(request with { AllowFailedChecks = isRefused }, CancellationToken.None);
        Assert.Equal(isShown, plan.Warnings.Any(warning => warning.Id == "ChecksNotPassed"));
        Assert.Equal(isRefused, plan.Overrides.Any(one => one.Name == "AllowFailedChecks"));
        Assert.Equal(policy == CommitCheckPolicy.Ignore ? null : state, plan.Target.Checks?.State);
    }

    [Fact]
    public async Task Plan_RequiredAndNothingKnowsThem_IsRefused()
    {
        var world = World.WithThree(new PolicySettings { CommitChecks = RequirePassed });

        var refusal = await World.RefusedAsync(() => world.PlanAsync());

        Assert.Equal(ErrorId.ChecksNotPassed, refusal.Id);
        Assert.Contains("no section github is configured", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_NothingKnowsThem_SaysNothing() =>
        Assert.DoesNotContain((await World.WithThree().PlanAsync()).Warnings, warning => warning.Id == "ChecksNotPassed");

    // In an emergency nobody waits for GitHub.
    [Fact]
    public async Task Plan_NoAnswer_GoesOnAfterFiveSeconds()
    {
        var world = World.WithThree();
        var checks = new FakeChecks(null) { Hangs = true };
        var planning = new RollbackPlanner(WithChecks(world, checks), _ => { })
            .PlanAsync(new PlanRequest { Reason = "errors" }, CancellationToken.None);
        await checks.Asked;
        world.Clock.Pass(TimeSpan.FromSeconds(5));

        var plan = await planning;

        Assert.Contains(plan.Warnings, warning => warning.Message.Contains("no answer within 5 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task History_WithChecks_KeepsItsOrderAndGivesWhatCannotBeRead()
    {
        var world = World.WithThree();
        var context = WithChecks(world, new FakeChecks(CommitCheckState.Passed) { Unreadable = "v200000000" });
        var history = await context.OpenHistoryAsync(context.ReadLedger(), CancellationToken.None);
        var unread = new List<string>();

        var given = new List<Deployment>();
        await foreach (var deployment in new CheckedDeployments(context, (one, _) => unread.Add(one.Id))
            .ReadAsync(history.ReadAsync(new DeploymentQuery(), CancellationToken.None), CancellationToken.None))
        {
            given.Add(deployment);
        }

        Assert.Equal(["v3", "v2", "v1"], given.Select(one => one.Id));
        Assert.Equal([CommitCheckState.Passed, null, CommitCheckState.Passed], given.Select(one => one.Checks?.State));
        Assert.Equal(["v2"], unread);
    }

    [Fact]
    public void History_NothingKnowsThem_SaysWhatToConfigure() => Assert.Contains("section github",
        Assert.Throws<RollbackOpsException>(() => new CheckedDeployments(World.WithThree().Context, (_, _) => { })).NextStep, StringComparison.Ordinal);

    [Fact]
    public void ToString_Failed_NamesTheOnesToBlame() => Assert.Equal(
        "Failed: lint (failure)",
        CommitChecks.Of("c", [new("unit", CommitCheckState.Passed, "success"), new("lint", CommitCheckState.Failed, "failure")]).ToString());

    private static RollbackContext WithChecks(World world, ICommitChecks checks) => new(
        world.Settings, world.Platform, world.Store, world.Prober, world.Repository, [], new FakeSecrets(), world.Clock, "Ann", checks);

    /// <param name="state">What every commit's checks say; null when they cannot be read.</param>
    private sealed class FakeChecks(CommitCheckState? state) : ICommitChecks
    {
        private readonly TaskCompletionSource _asked = new();

        public bool Hangs { get; init; }

        public string? Unreadable { get; init; }

        public Task Asked => _asked.Task;

        public async Task<CommitChecks> ReadAsync(string commit, CancellationToken cancellationToken)
        {
            _asked.TrySetResult();
            if (Hangs)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return state is { } known && commit != Unreadable
                ? CommitChecks.Of(commit, known == CommitCheckState.None ? [] : [new CommitCheck("unit", known, known.ToString())])
                : throw new RollbackOpsException(ErrorId.PlatformUnavailable, "GitHub does not answer.", "Try again.");
        }
    }
}
