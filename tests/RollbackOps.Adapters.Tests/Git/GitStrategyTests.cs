using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Git;

public sealed class GitStrategyTests : IAsyncLifetime
{
    private const string Tag = "rollback-1767323045";

    private GitWorld _world = null!;

    public async Task InitializeAsync() => _world = await GitWorld.NewAsync();

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Revert_OverAMerge_IsOneCommitWithTheTargetsTree()
    {
        var strategy = _world.Strategy();
        await strategy.PreflightAsync(_world.From, _world.Target, CancellationToken.None);

        var details = await _world.CarryOutAsync(strategy);

        Assert.Equal(_world.Bad, await _world.RemoteAsync("rev-parse", "main^"));
        Assert.Equal(
            await _world.RemoteAsync("rev-parse", $"{_world.Good}^{{tree}}"),
            await _world.RemoteAsync("rev-parse", "main^{tree}"));
        Assert.Equal(GitWorld.RollbackId,
            await _world.RemoteAsync("log", "-1", "--format=%(trailers:key=Rollback-Id,valueonly,separator=)", "main"));
        var message = await _world.RemoteAsync("log", "-1", "--format=%B", "main");
        Assert.Contains($"{_world.Good[..12]}..{_world.Bad[..12]}", message, StringComparison.Ordinal);
        Assert.Contains("Reason: it<U+000A>answers <U+001B>[31m500", message, StringComparison.Ordinal);
        Assert.All([message, details[1], details[2], strategy.Describe(_world.From, _world.Target)[1].Description],
            text => Assert.Contains("returns only by reverting", text, StringComparison.Ordinal));
        Assert.Empty(await _world.GitAsync("for-each-ref", "refs/rollbackops"));
    }

    [Fact]
    public async Task ForcePush_Always_SetsTheBranchToTheTarget()
    {
        var strategy = _world.Strategy(GitRollback.ForcePush);
        await strategy.PreflightAsync(_world.From, _world.Target, CancellationToken.None);

        await _world.CarryOutAsync(strategy);

        Assert.Equal(_world.Good, await _world.RemoteAsync("rev-parse", "main"));
        Assert.Equal(_world.Bad, await _world.RemoteAsync("rev-parse", $"{Tag}^{{commit}}"));
    }

    [Fact]
    public async Task ForcePush_ToALaterCommit_GoesForwardAgain()
    {
        await _world.CarryOutAsync(_world.Strategy(GitRollback.ForcePush));
        var forward = _world.Context("rb-undo") with { From = _world.Target, Target = _world.From };
        var strategy = _world.Strategy(GitRollback.ForcePush);
        await strategy.PreflightAsync(forward.From, forward.Target, CancellationToken.None);

        Assert.Equal(EffectState.Absent, (await strategy.ObserveAsync(StepKind.Push, forward, CancellationToken.None)).State);
        await strategy.ApplyAsync(StepKind.Push, forward, CancellationToken.None);

        Assert.Equal(_world.Bad, await _world.RemoteAsync("rev-parse", "main"));
        Assert.Equal(EffectState.Present, (await strategy.ObserveAsync(StepKind.Push, forward, CancellationToken.None)).State);
    }

    [Fact]
    public async Task Tag_Always_IsAnnotatedAndOnWhatWasLive()
    {
        await _world.CarryOutAsync(_world.Strategy());

        Assert.Equal("tag", await _world.RemoteAsync("cat-file", "-t", Tag));
        Assert.Equal(_world.Bad, await _world.RemoteAsync("rev-parse", $"{Tag}^{{commit}}"));
        Assert.Contains($"Rollback-Id: {GitWorld.RollbackId}",
            await _world.RemoteAsync("cat-file", "tag", Tag), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GitRollback.Revert)]
    [InlineData(GitRollback.ForcePush)]
    public async Task CarryOut_UnfinishedWork_StaysByteForByte(GitRollback rollback)
    {
        await _world.CommitAsync("local only", ("local.txt", "1\n"));
        await File.WriteAllTextAsync(Path.Combine(_world.Work, "app.txt"), "stashed\n");
        await _world.GitAsync("stash", "--quiet");
        await File.WriteAllTextAsync(Path.Combine(_world.Work, "app.txt"), "staged\n");
        await _world.GitAsync("add", "app.txt");
        await File.WriteAllTextAsync(Path.Combine(_world.Work, "app.txt"), "unstaged\n");
        await File.WriteAllTextAsync(Path.Combine(_world.Work, "untracked.txt"), "untracked\n");
        await _world.RemoteAsync("branch", "dev", _world.Good);
        var before = _world.Checksum();
        var strategy = _world.Strategy(rollback, development: "dev");

        await strategy.PreflightAsync(_world.From, _world.Target, CancellationToken.None);
        Assert.Equal(before, _world.Checksum());
        await _world.CarryOutAsync(strategy);

        Assert.Equal(before, _world.Checksum());
        Assert.Contains(".git/refs/stash", before, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CarryOut_DetachedHead_IsNoObstacle()
    {
        await _world.GitAsync("checkout", "--quiet", "--detach", _world.Good);
        var before = _world.Checksum();
        var strategy = _world.Strategy();

        await strategy.PreflightAsync(_world.From, _world.Target, CancellationToken.None);
        await _world.CarryOutAsync(strategy);

        Assert.Equal(before, _world.Checksum());
    }

    [Fact]
    public async Task CarryOut_BareRepository_Works()
    {
        await _world.RunAsync(_world.RemoteRoot, "clone", "--quiet", "--bare", _world.Bare, _world["mirror.git"]);
        _world.Work = _world["mirror.git"];
        await _world.GitAsync("config", "user.name", "Ada");
        await _world.GitAsync("config", "user.email", "ada@example.invalid");

        await _world.CarryOutAsync(_world.Strategy());

        Assert.Equal(_world.Bad, await _world.RemoteAsync("rev-parse", "main^"));
    }

    [Theory]
    [InlineData(GitRollback.Revert)]
    [InlineData(GitRollback.ForcePush)]
    public async Task CarryOut_OverHttp_Works(GitRollback rollback)
    {
        await using var server = new GitHttpServer(_world.RemoteRoot);
        await _world.GitAsync("remote", "set-url", "origin", $"{server.Address}app.git");
        var strategy = _world.Strategy(rollback);
        await strategy.PreflightAsync(_world.From, _world.Target, CancellationToken.None);

        await _world.CarryOutAsync(strategy);

        Assert.Equal(2, server.Pushes);
        Assert.Equal(rollback == GitRollback.Revert ? _world.Bad : _world.Good,
            await _world.RemoteAsync("rev-parse", rollback == GitRollback.Revert ? "main^" : "main"));
    }

    [Theory]
    [InlineData(GitRollback.Revert)]
    [InlineData(GitRollback.ForcePush)]
    public async Task CarryOut_Again_AddsNothing(GitRollback rollback)
    {
        await _world.CarryOutAsync(_world.Strategy(rollback));
        var refs = await _world.RemoteAsync("for-each-ref");

        await _world.CarryOutAsync(_world.Strategy(rollback));

        Assert.Equal(refs, await _world.RemoteAsync("for-each-ref"));
    }

    [Fact]
    public async Task CarryOut_AgainFromAnotherClone_FindsTagAndRevert()
    {
        await _world.CarryOutAsync(_world.Strategy());
        await _world.OtherPushesAsync();
        var refs = await _world.RemoteAsync("for-each-ref");
        await _world.RunAsync(_world.RemoteRoot, "clone", "--quiet", "--no-tags", _world.Bare, _world["second"]);
        _world.Work = _world["second"];

        await _world.CarryOutAsync(_world.Strategy());

        Assert.Equal(refs, await _world.RemoteAsync("for-each-ref"));
    }

    [Fact]
    public void Describe_Always_SaysWhatIsExpectedOfTheBranch()
    {
        var described = _world.Strategy(GitRollback.ForcePush, "dev", reset: true).Describe(_world.From, _world.Target);

        Assert.Equal([StepKind.Tag, StepKind.Push, StepKind.ResetBranch], described.Select(effect => effect.Kind));
        Assert.Contains($"if it is still at {_world.Bad[..12]} (--force-with-lease)", described[1].Description, StringComparison.Ordinal);
    }
}
