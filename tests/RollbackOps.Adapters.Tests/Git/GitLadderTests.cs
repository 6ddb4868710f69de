using RollbackOps.Adapters.Tests.Kills;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Git;

/// <summary>A whole rollback by way of git: the push is deployed by the remote's own hook, as a build server does it.</summary>
public sealed class GitLadderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rollback_ByGit_EndsInADeploymentOfTheTargetsTree(bool isPinned)
    {
        await using var scene = await GitScene.NewAsync();
        var (world, site) = (scene.World, scene.Root);
        if (isPinned)
        {
            await PinAsync(site);
        }

        var result = await scene.RollBackAsync();

        var live = Path.GetFileName(Directory.ResolveLinkTarget(Path.Combine(site, "current"), returnFinalTarget: false)!.FullName);
        Assert.NotEqual(GitScene.BadRelease, live);
        Assert.NotEqual(GitScene.GoodRelease, live);
        var commit = (await File.ReadAllTextAsync(Path.Combine(site, "releases", live, "REVISION"))).Trim();
        Assert.Equal(await world.RemoteAsync("rev-parse", $"{world.Good}^{{tree}}"), await world.RemoteAsync("rev-parse", $"{commit}^{{tree}}"));
        Assert.Equal(live, result.Verification!.DeploymentId);
        // No address is configured, so nothing was seen from outside.
        Assert.Equal(RollbackStatus.IdentityUnproven, result.Status);
        Assert.Equal(world.Bad, await world.HeadAsync());
    }

    // What the plan says of the development branch is what a run does, whoever makes the strategy anew.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rollback_DevelopmentBranch_FollowsAsThePlanSays(bool reset)
    {
        await using var scene = await GitScene.NewAsync();
        var (world, site) = (scene.World, scene.Root);
        await world.RemoteAsync("branch", "dev", world.Bad);
        var settings = scene.Settings with { Repository = world.Settings(development: "dev") };
        var plan = await new RollbackPlanner(SampleSettings.Open(settings), _ => { }).PlanAsync(
            new PlanRequest { Reason = "errors", TargetId = GitScene.GoodRelease, Strategy = RollbackStrategy.Git, ResetDevelopmentBranch = reset },
            CancellationToken.None);

        var result = await new RollbackRunner(SampleSettings.Open(settings), _ => { }).RunAsync(plan, decision: null, CancellationToken.None);

        Assert.Equal((reset ? StepKind.ResetBranch : StepKind.MergeBranch, StepStatus.Done), (result.Steps[^1].Kind, result.Steps[^1].Status));
        Assert.Equal(await world.RemoteAsync("rev-parse", "main"), await world.RemoteAsync("rev-parse", "dev"));
    }

    [Fact]
    public async Task Rollback_TheRemoteRefusesThePush_IsFailedAndNothingIsLiveThatWasNot()
    {
        await using var scene = await GitScene.NewAsync();
        var (world, site) = (scene.World, scene.Root);
        await GitWorld.HookAsync(world.Bare, "pre-receive", "echo 'main is protected' >&2; exit 1");

        var result = await scene.RollBackAsync();

        Assert.Equal((RollbackStatus.Failed, ErrorId.PushRefused), (result.Status, result.Error));
        Assert.EndsWith(GitScene.BadRelease, new DirectoryInfo(Path.Combine(site, "current")).LinkTarget, StringComparison.Ordinal);
    }

    [Fact]
    public Task Rollback_KilledAtAnyBoundary_IsFinishedByResumeWithOneRevert() =>
        KilledAnywhere.EndsAsAfterOneEffectAsync(async () => await GitScene.NewAsync(), "Effect.After Push");

    private static async Task PinAsync(string site)
    {
        var context = SampleSettings.Open(SampleSettings.For(site, port: 0));
        var live = (await context.Platform.FindAsync(GitScene.BadRelease, CancellationToken.None))!;
        await context.Platform.ApplyAsync(
            StepKind.Pin,
            new StepContext
            {
                RollbackId = "rb-earlier",
                From = live,
                Target = live,
                Reason = "freeze",
                By = "Bea",
                StartedAt = DateTimeOffset.UtcNow,
            },
            CancellationToken.None);
    }
}
