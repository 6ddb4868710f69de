using RollbackOps.Adapters.Tests.Kills;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Git;

/// <summary>A release directory with a repository behind it: what is pushed is deployed by the remote's own hook, as a build server does it.</summary>
internal sealed class GitScene : IKillScene
{
    public const string GoodRelease = "20260101100000";
    public const string BadRelease = "20260102100000";

    private GitScene(GitWorld world) => World = world;

    public GitWorld World { get; }

    public string Root => World["site"];

    public RollbackSettings Settings => SampleSettings.For(Root, port: 0) with { Repository = World.Settings() };

    public static async Task<GitScene> NewAsync()
    {
        var scene = new GitScene(await GitWorld.NewAsync());
        await scene.LayOutAsync();
        return scene;
    }

    public RollbackContext Open() => SampleSettings.Open(Settings);

    public Task BeginAsync() => RollBackAsync();

    public async Task<RollbackResult> RollBackAsync()
    {
        var context = Open();
        var plan = await new RollbackPlanner(context, _ => { }).PlanAsync(
            new PlanRequest { Reason = "errors", TargetId = GoodRelease, Strategy = RollbackStrategy.Git }, CancellationToken.None);
        return await new RollbackRunner(context, _ => { }).RunAsync(plan, decision: null, CancellationToken.None);
    }

    /// <summary>One revert is on the branch, and what it deployed is live.</summary>
    public async Task AssertRevertedAsync()
    {
        var head = await World.RemoteAsync("rev-parse", "main");
        Assert.Equal(World.Bad, await World.RemoteAsync("rev-parse", "main^"));
        Assert.Equal(await World.RemoteAsync("rev-parse", $"{World.Good}^{{tree}}"), await World.RemoteAsync("rev-parse", "main^{tree}"));
        var live = Directory.ResolveLinkTarget(Path.Combine(Root, "current"), returnFinalTarget: false)!.FullName;
        Assert.Equal(head, (await File.ReadAllTextAsync(Path.Combine(live, "REVISION"))).Trim());
        Assert.Equal(3, Directory.GetDirectories(Path.Combine(Root, "releases")).Length);
        var context = Open();
        var attempt = context.ReadLedger().Attempts[^1];
        Assert.Equal(Path.GetFileName(live), attempt.LiveId);
        // No address is configured, so nothing was seen from outside.
        Assert.Equal(RollbackStatus.IdentityUnproven, attempt.Status);
        Assert.Equal([BadRelease], context.ReadLedger().Marks.Keys);
        Assert.True(JournalCheck.Of(context).IsTrusted);
        Assert.Null(context.Store.ReadHolder(context.LeaseKey));
    }

    public async Task AssertDoneOnceAsync()
    {
        await AssertRevertedAsync();
        Assert.Single((await World.RemoteAsync("tag", "--list", "rollback-*")).Split('\n'));
        Assert.Single(Open().ReadLedger().Attempts);
    }

    public ValueTask DisposeAsync()
    {
        World.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task LayOutAsync()
    {
        var site = Root;
        foreach (var (id, commit) in new[] { (GoodRelease, World.Good), (BadRelease, World.Bad) })
        {
            Directory.CreateDirectory(Path.Combine(site, "releases", id));
            await File.WriteAllTextAsync(Path.Combine(site, "releases", id, "REVISION"), commit + "\n");
            await File.AppendAllTextAsync(Path.Combine(site, "revisions.log"),
                $"Branch main (at {commit[..7]}) deployed as release {id} by deploy\n");
        }

        await File.WriteAllTextAsync(Path.Combine(site, SampleSettings.WorkingCopyFile), World.Work);
        File.CreateSymbolicLink(Path.Combine(site, "current"), $"releases/{BadRelease}");
        await GitWorld.HookAsync(World.Bare, "post-receive", $$"""
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
    }
}
