using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Tests.Git;

/// <summary>Clones that hold less than everything, and trees that hold more than files.</summary>
public sealed class GitCloneTests : IAsyncLifetime
{
    private GitWorld _world = null!;

    public async Task InitializeAsync() => _world = await GitWorld.NewAsync();

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(GitRollback.Revert)]
    [InlineData(GitRollback.ForcePush)]
    public async Task CarryOut_ShallowClone_FetchesWhatIsMissing(GitRollback rollback)
    {
        await CloneAsync("--depth=1", $"file://{_world.Bare}");
        var before = Untouched(_world.Checksum());
        var strategy = _world.Strategy(rollback);

        await strategy.PreflightAsync(_world.From, _world.Target, CancellationToken.None);
        await _world.CarryOutAsync(strategy);

        Assert.Equal(
            await _world.RemoteAsync("rev-parse", $"{_world.Good}^{{tree}}"), await _world.RemoteAsync("rev-parse", "main^{tree}"));
        Assert.Equal(before, Untouched(_world.Checksum()));
    }

    [Fact]
    public async Task Preflight_ShallowCloneOfAShallowRemote_SaysHow()
    {
        await _world.RunAsync(_world.RemoteRoot, "clone", "--quiet", "--bare", "--depth=1", $"file://{_world.Bare}", _world["thin.git"]);
        await CloneAsync("--depth=1", $"file://{_world["thin.git"]}");

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => _world.Strategy().PreflightAsync(_world.From, _world.Target, CancellationToken.None));

        Assert.Equal(ErrorId.RepositoryShallow, failure.Id);
        Assert.Contains("fetch-depth: 0", failure.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CarryOut_PartialClone_FetchesTheTree()
    {
        await _world.RemoteAsync("config", "uploadpack.allowFilter", "true");
        await _world.RemoteAsync("config", "uploadpack.allowAnySHA1InWant", "true");
        await CloneAsync("--filter=tree:0", "--no-checkout", $"file://{_world.Bare}");

        await _world.CarryOutAsync(_world.Strategy());

        Assert.Equal("good", await _world.RemoteAsync("show", "main:app.txt"));
    }

    [Fact]
    public async Task CarryOut_CloneThatIsBehind_FetchesWhatIsLive()
    {
        await _world.RunAsync(_world.RemoteRoot, "clone", "--quiet", _world.Bare, _world["behind"]);
        await _world.RunAsync(_world["behind"], "config", "user.name", "Bob");
        await _world.RunAsync(_world["behind"], "config", "user.email", "bob@example.invalid");
        var live = await _world.CommitAsync("broken again", ("app.txt", "worse\n"));
        await _world.GitAsync("push", "--quiet", "origin", "main");
        _world.Work = _world["behind"];
        var before = _world.Checksum();
        var context = _world.Context() with { From = GitWorld.Deployed("v3", live) };
        var strategy = _world.Strategy();

        await strategy.PreflightAsync(context.From, context.Target, CancellationToken.None);
        await _world.CarryOutAsync(strategy, context);

        Assert.Equal(live, await _world.RemoteAsync("rev-parse", "main^"));
        Assert.Equal(before, _world.Checksum());
    }

    [Fact]
    public async Task CarryOut_SubmodulesAndLargeFiles_AreTakenAsTheTreeNamesThem()
    {
        await File.WriteAllTextAsync(Path.Combine(_world.Work, ".gitmodules"), "[submodule \"lib\"]\n\tpath = lib\n\turl = ../lib.git\n");
        Directory.CreateDirectory(Path.Combine(_world.Work, "assets"));
        await _world.GitAsync("update-index", "--add", "--cacheinfo", $"160000,{_world.Bad},lib");
        await File.WriteAllTextAsync(Path.Combine(_world.Work, "assets", ".gitattributes"), "*.bin filter=lfs -text\n");
        await _world.GitAsync("add", ".gitmodules", "assets");
        await _world.GitAsync("commit", "--quiet", "--message", "with a submodule");
        var target = await _world.HeadAsync();
        await _world.GitAsync("rm", "--quiet", "--cached", "lib");
        await _world.GitAsync("commit", "--quiet", "--message", "without");
        await _world.GitAsync("push", "--quiet", "origin", "main");
        var context = _world.Context() with
        {
            From = GitWorld.Deployed("v4", await _world.HeadAsync()),
            Target = GitWorld.Deployed("v3", target),
        };

        var details = await _world.CarryOutAsync(_world.Strategy(), context);

        Assert.Contains("submodules are taken", details[1], StringComparison.Ordinal);
        Assert.Contains("LFS pointers", details[1], StringComparison.Ordinal);
        Assert.Contains("160000 commit", await _world.RemoteAsync("ls-tree", "main", "lib"), StringComparison.Ordinal);
    }

    private async Task CloneAsync(params string[] arguments)
    {
        await _world.RunAsync(_world.RemoteRoot, ["clone", "--quiet", .. arguments, _world["clone"]]);
        _world.Work = _world["clone"];
        await _world.GitAsync("config", "user.name", "Bob");
        await _world.GitAsync("config", "user.email", "bob@example.invalid");
    }

    /// <summary>How far the history reaches is what was asked to change.</summary>
    private static string Untouched(string checksum) =>
        string.Join('\n', checksum.Split('\n').Where(line => !line.StartsWith(".git/shallow ", StringComparison.Ordinal)));
}
