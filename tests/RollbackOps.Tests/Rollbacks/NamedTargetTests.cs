using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>What a person may name a target by.</summary>
public sealed class NamedTargetTests
{
    private static readonly string s_good = new('a', 40);
    private static readonly string s_bad = new('b', 40);

    [Theory]
    [InlineData("aaaaaaa")]
    [InlineData("AAAAAAAAAA")]
    [InlineData("PROD-2026-11-20")]
    public async Task Plan_TargetNamedByItsCommit_IsTheNewestReadyDeploymentOfIt(string name)
    {
        var world = NewWorld();
        world.Platform.Add("v2-failed", DeploymentState.Failed, s_good);

        var plan = await PlanAsync(world, name, new FakeCommits([(s_bad, []), (s_good, ["latest", "PROD-2026-11-20"])]));

        Assert.Equal(("v1", $"Named by its commit: {name}"), (plan.Target.Id, plan.TargetChoice));
    }

    [Fact]
    public async Task Plan_IdThatLooksLikeACommit_IsTheId()
    {
        var world = NewWorld();
        world.Platform.Deploy("aaaaaaa1", commit: s_bad);
        world.Clock.Pass(TimeSpan.FromHours(1));
        world.Platform.Deploy("v4", commit: s_bad);

        var plan = await PlanAsync(world, "aaaaaaa1");

        Assert.Equal(("aaaaaaa1", "Named"), (plan.Target.Id, plan.TargetChoice));
    }

    [Theory]
    [InlineData("ccccccc")]
    [InlineData("aaaaaa")]
    [InlineData("NOT-A-TAG")]
    public async Task Plan_NameThatNothingHas_IsNotFound(string name)
    {
        var refusal = await World.RefusedAsync(() => PlanAsync(NewWorld(), name, new FakeCommits([(s_good, ["PROD-1"])])));

        Assert.Equal(ErrorId.DeploymentNotFound, refusal.Id);
    }

    [Fact]
    public async Task Plan_TheRepositoryCannotBeRead_IsNotFound()
    {
        var refusal = await World.RefusedAsync(() => PlanAsync(NewWorld(), "PROD-1", new FakeCommits(null)));

        Assert.Equal(ErrorId.DeploymentNotFound, refusal.Id);
    }

    private static World NewWorld()
    {
        var world = new World();
        world.Platform.Deploy("v1", commit: s_good);
        world.Clock.Pass(TimeSpan.FromHours(1));
        world.Platform.Deploy("v2", commit: s_bad);
        world.Clock.Pass(TimeSpan.FromHours(1));
        return world;
    }

    private static Task<RollbackPlan> PlanAsync(World world, string name, IDeploymentCommits? commits = null)
    {
        var context = new RollbackContext(world.Settings, world.Platform, world.Store, world.Prober, world.Repository, [],
            new FakeSecrets(), world.Clock, "Ann", commitChecks: null, commits);
        return new RollbackPlanner(context, _ => { }).PlanAsync(new PlanRequest { Reason = "errors", TargetId = name }, CancellationToken.None);
    }

    /// <param name="commits">The deployed commits with their tags; null when they cannot be read.</param>
    private sealed class FakeCommits(IReadOnlyList<(string Hash, string[] Tags)>? commits) : IDeploymentCommits
    {
        public async IAsyncEnumerable<DeploymentCommit> ListAsync(
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            foreach (var (hash, tags) in commits ?? throw new RollbackOpsException(ErrorId.RepositoryUnreadable, "It cannot be read.", "Look."))
            {
                yield return new DeploymentCommit(new CommitInfo(hash, "deployment", "Ann", DateTimeOffset.UnixEpoch), tags, [], IsOnMainLine: true, RollbackId: null);
            }
        }
    }
}
