using RollbackOps.Adapters.Git;
using RollbackOps.Configuration;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.Tests.Git;

public sealed class DeploymentCommitsTests : IAsyncLifetime
{
    private GitSandbox _git = null!;

    public async Task InitializeAsync() => _git = await GitSandbox.NewAsync();

    public Task DisposeAsync()
    {
        _git.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task List_DefaultPattern_FindsSubjectsNewestFirst()
    {
        var first = await _git.CommitAsync("✅ works", "a/x");
        await _git.CommitAsync("a change\n\nPROD only in the body", "a/x");
        var second = await _git.CommitAsync("PROD: \u001b[31m2", "a/x");
        var third = await _git.CommitAsync("deployment 3", "a/x");
        await _git.CommitAsync("prod in small letters", "a/x");

        var found = await ListAsync(_git.Settings);

        Assert.Equal([third, second, first], found.Select(commit => commit.Commit.Hash));
        Assert.Equal("PROD: <U+001B>[31m2", found[1].Commit.Subject);
        Assert.All(found, commit => Assert.True(commit.IsOnMainLine));
        Assert.Equal([second], found[0].Parents);
    }

    [Fact]
    public async Task List_TagsThatMatch_AreFoundWithTheirCommit()
    {
        var tagged = await _git.CommitAsync("first", "a/x");
        await _git.CommitAsync("second", "a/x");
        await _git.GitAsync("tag", "release-1", tagged);
        await _git.GitAsync("tag", "--annotate", "--message", "x", "release-1.0", tagged);
        await _git.GitAsync("tag", "other", "HEAD");

        var found = await ListAsync(_git.Settings with { DeploymentPattern = "^release-" });

        Assert.Equal([tagged], found.Select(commit => commit.Commit.Hash));
        Assert.Equal(["release-1", "release-1.0"], found[0].Tags.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task List_CommitOfARollback_IsFoundWhateverItsSubjectIs()
    {
        using var world = await GitWorld.NewAsync();
        await world.CarryOutAsync(world.Strategy());

        var found = await ListAsync(world.Settings());

        Assert.Equal([GitWorld.RollbackId, null], found.Select(commit => commit.RollbackId));
        Assert.Equal(await world.RemoteAsync("rev-parse", "main"), found[0].Commit.Hash);
        Assert.Equal(world.Good, found[1].Commit.Hash);
    }

    [Fact]
    public async Task List_CommitsThatCameWithAMerge_AreNotOnTheMainLine()
    {
        var root = await _git.CommitAsync("PROD root", "a/x");
        await _git.GitAsync("checkout", "--quiet", "-b", "side");
        var side = await _git.CommitAsync("PROD side", "a/side");
        await _git.GitAsync("checkout", "--quiet", "main");
        var main = await _git.CommitAsync("PROD main", "a/main");
        await _git.GitAsync("merge", "--quiet", "--no-ff", "--message", "PROD merge", "side");

        var found = await ListAsync(_git.Settings);

        Assert.Equal(4, found.Count);
        Assert.Equal([main, side], found[0].Parents);
        Assert.Equal([side], found.Where(commit => !commit.IsOnMainLine).Select(commit => commit.Commit.Hash));
        Assert.Equal(root, found[^1].Commit.Hash);
    }

    [Fact]
    public async Task List_BranchKnownFromTheRemote_GoesBeforeTheLocalOne()
    {
        var pushed = await _git.CommitAsync("PROD pushed", "a/x");
        await _git.GitAsync("update-ref", "refs/remotes/origin/main", pushed);
        await _git.CommitAsync("PROD local", "a/x");

        Assert.Equal([pushed], (await ListAsync(_git.Settings)).Select(commit => commit.Commit.Hash));
    }

    [Fact]
    public async Task List_StoppedEarly_EndsGit()
    {
        for (var number = 0; number < 3; number++)
        {
            await _git.CommitAsync($"PROD {number}", "a/x");
        }

        // A log that never ends but for whoever reads it.
        var endless = await GitWorld.ProgramAsync(Path.Combine(_git.Path, "git"),
            "case \" $* \" in *\" log \"*) while git \"$@\"; do :; done;; *) exec git \"$@\";; esac");
        var seen = 0;
        await foreach (var _ in new DeploymentCommits(_git.Settings, new GitProgram(_git.Path, endless)).ListAsync(CancellationToken.None))
        {
            if (++seen == 1000)
            {
                break;
            }
        }

        Assert.Equal(1000, seen);
    }

    [Fact]
    public async Task List_NoSuchBranch_SaysSo()
    {
        await _git.CommitAsync("PROD", "a/x");

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => ListAsync(_git.Settings with { Branch = "trunk" }));

        Assert.Equal(ErrorId.RepositoryUnreadable, failure.Id);
        Assert.Contains("trunk", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<List<DeploymentCommit>> ListAsync(RepositorySettings settings)
    {
        var found = new List<DeploymentCommit>();
        await foreach (var commit in new DeploymentCommits(settings).ListAsync(CancellationToken.None))
        {
            found.Add(commit);
        }

        return found;
    }
}
