using RollbackOps.Adapters.Tests.Kills;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Git;

/// <summary>A whole rollback by way of git: the push is deployed by the remote's own hook, as a build server does it.</summary>
public sealed class GitLadderTests
{
    private const string GoodRelease = "20260101100000";
    private const string BadRelease = "20260102100000";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rollback_ByGit_EndsInADeploymentOfTheTargetsTree(bool isPinned)
    {
        using var world = await GitWorld.NewAsync();
        var site = await LayOutAsync(world);
        if (isPinned)
        {
            await PinAsync(site);
        }

        var result = await RollBackAsync(world, site, RollbackStrategy.Git);

        var live = Path.GetFileName(Directory.ResolveLinkTarget(Path.Combine(site, "current"), returnFinalTarget: false)!.FullName);
        Assert.NotEqual(BadRelease, live);
        Assert.NotEqual(GoodRelease, live);
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
        using var world = await GitWorld.NewAsync();
        var site = await LayOutAsync(world);
        await world.RemoteAsync("branch", "dev", world.Bad);
        var settings = SettingsOf(world, site) with { Repository = world.Settings(development: "dev") };
        var plan = await new RollbackPlanner(SampleSettings.Open(settings), _ => { }).PlanAsync(
            new PlanRequest { Reason = "errors", TargetId = GoodRelease, Strategy = RollbackStrategy.Git, ResetDevelopmentBranch = reset },
            CancellationToken.None);

        var result = await new RollbackRunner(SampleSettings.Open(settings), _ => { }).RunAsync(plan, decision: null, CancellationToken.None);

        Assert.Equal((reset ? StepKind.ResetBranch : StepKind.MergeBranch, StepStatus.Done), (result.Steps[^1].Kind, result.Steps[^1].Status));
        Assert.Equal(await world.RemoteAsync("rev-parse", "main"), await world.RemoteAsync("rev-parse", "dev"));
    }

    [Fact]
    public async Task Rollback_TheRemoteRefusesThePush_IsFailedAndNothingIsLiveThatWasNot()
    {
        using var world = await GitWorld.NewAsync();
        var site = await LayOutAsync(world);
        await GitWorld.HookAsync(world.Bare, "pre-receive", "echo 'main is protected' >&2; exit 1");

        var result = await RollBackAsync(world, site, RollbackStrategy.Git);

        Assert.Equal((RollbackStatus.Failed, ErrorId.PushRefused), (result.Status, result.Error));
        Assert.EndsWith(BadRelease, new DirectoryInfo(Path.Combine(site, "current")).LinkTarget, StringComparison.Ordinal);
    }

    [Fact]
    public Task Rollback_KilledAtAnyBoundary_IsFinishedByResumeWithOneRevert() =>
        KilledAnywhere.EndsAsAfterOneEffectAsync(Scene.NewAsync, "Effect.After Push");

    private static async Task AssertRevertedOnceAsync(GitWorld world, string site)
    {
        var head = await world.RemoteAsync("rev-parse", "main");
        Assert.Equal(world.Bad, await world.RemoteAsync("rev-parse", "main^"));
        Assert.Equal(await world.RemoteAsync("rev-parse", $"{world.Good}^{{tree}}"), await world.RemoteAsync("rev-parse", "main^{tree}"));
        Assert.Single((await world.RemoteAsync("tag", "--list", "rollback-*")).Split('\n'));
        var live = Directory.ResolveLinkTarget(Path.Combine(site, "current"), returnFinalTarget: false)!.FullName;
        Assert.Equal(head, (await File.ReadAllTextAsync(Path.Combine(live, "REVISION"))).Trim());
        Assert.Equal(3, Directory.GetDirectories(Path.Combine(site, "releases")).Length);
        var context = SampleSettings.Open(SettingsOf(world, site));
        var attempt = Assert.Single(context.ReadLedger().Attempts);
        Assert.Equal(Path.GetFileName(live), attempt.LiveId);
        Assert.Equal(RollbackStatus.IdentityUnproven, attempt.Status);
        Assert.Equal([BadRelease], context.ReadLedger().Marks.Keys);
        Assert.True(JournalCheck.Of(context).IsTrusted);
        Assert.Null(context.Store.ReadHolder(context.LeaseKey));
    }

    private static async Task<RollbackResult> RollBackAsync(GitWorld world, string site, RollbackStrategy strategy)
    {
        var context = SampleSettings.Open(SettingsOf(world, site));
        var plan = await new RollbackPlanner(context, _ => { }).PlanAsync(
            new PlanRequest { Reason = "errors", TargetId = GoodRelease, Strategy = strategy }, CancellationToken.None);
        return await new RollbackRunner(context, _ => { }).RunAsync(plan, decision: null, CancellationToken.None);
    }

    private static RollbackSettings SettingsOf(GitWorld world, string site) =>
        SampleSettings.For(site, port: 0) with { Repository = world.Settings() };

    private static async Task<string> LayOutAsync(GitWorld world)
    {
        var site = world["site"];
        foreach (var (id, commit) in new[] { (GoodRelease, world.Good), (BadRelease, world.Bad) })
        {
            Directory.CreateDirectory(Path.Combine(site, "releases", id));
            await File.WriteAllTextAsync(Path.Combine(site, "releases", id, "REVISION"), commit + "\n");
            await File.AppendAllTextAsync(Path.Combine(site, "revisions.log"),
                $"Branch main (at {commit[..7]}) deployed as release {id} by deploy\n");
        }

        await File.WriteAllTextAsync(Path.Combine(site, SampleSettings.WorkingCopyFile), world.Work);
        File.CreateSymbolicLink(Path.Combine(site, "current"), $"releases/{BadRelease}");
        await GitWorld.HookAsync(world.Bare, "post-receive", $$"""
            while read -r old new ref; do
              [ "$ref" = refs/heads/main ] || continue
              id=$(date -u +%Y%m%d%H%M%S)
              mkdir "{{site}}/releases/$id"
              echo "$new" > "{{site}}/releases/$id/REVISION"
              [ -e "{{site}}/current.pin" ] && continue
              ln -s "releases/$id" "{{site}}/.next" && mv -T "{{site}}/.next" "{{site}}/current"
              echo "Branch main (at $new) deployed as release $id by deploy" >> "{{site}}/revisions.log"
            done
            """);
        return site;
    }

    private static async Task PinAsync(string site)
    {
        var context = SampleSettings.Open(SampleSettings.For(site, port: 0));
        var live = (await context.Platform.FindAsync(BadRelease, CancellationToken.None))!;
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

    private sealed class Scene(GitWorld world, string site) : IKillScene
    {
        public string Root => site;

        public static async Task<IKillScene> NewAsync()
        {
            var world = await GitWorld.NewAsync();
            return new Scene(world, await LayOutAsync(world));
        }

        public RollbackContext Open() => SampleSettings.Open(SettingsOf(world, site));

        public Task BeginAsync() => RollBackAsync(world, site, RollbackStrategy.Git);

        public Task AssertDoneOnceAsync() => AssertRevertedOnceAsync(world, site);

        public ValueTask DisposeAsync()
        {
            world.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
