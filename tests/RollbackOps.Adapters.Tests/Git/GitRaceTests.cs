using RollbackOps.Adapters.Git;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Git;

/// <summary>Somebody else pushes at the same time: whoever is second is told, and nothing is overwritten (S10).</summary>
public sealed class GitRaceTests : IAsyncLifetime
{
    private GitWorld _world = null!;

    public async Task InitializeAsync() => _world = await GitWorld.NewAsync();

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Preflight_BranchIsAheadOfWhatIsLive_IsWorldChanged()
    {
        await _world.OtherPushesAsync();

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => _world.Strategy().PreflightAsync(_world.From, _world.Target, CancellationToken.None));

        Assert.Equal(ErrorId.WorldChanged, failure.Id);
    }

    [Theory]
    [InlineData(GitRollback.Revert)]
    [InlineData(GitRollback.ForcePush)]
    public async Task Push_AnotherPushCameFirst_OverwritesNothing(GitRollback rollback)
    {
        var strategy = _world.Strategy(rollback);
        if (rollback == GitRollback.Revert)
        {
            await strategy.ApplyAsync(StepKind.Revert, _world.Context(), CancellationToken.None);
        }

        var theirs = await _world.OtherPushesAsync();

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => strategy.ApplyAsync(StepKind.Push, _world.Context(), CancellationToken.None));

        Assert.Equal(ErrorId.WorldChanged, failure.Id);
        Assert.Equal(theirs, await _world.RemoteAsync("rev-parse", "main"));
        Assert.Equal(EffectState.Conflicting,
            (await strategy.ObserveAsync(StepKind.Push, _world.Context(), CancellationToken.None)).State);
    }

    [Theory]
    [InlineData(GitRollback.Revert)]
    [InlineData(GitRollback.ForcePush)]
    public async Task Push_AnotherPushComesBetweenLookAndEffect_OverwritesNothing(GitRollback rollback)
    {
        var strategy = _world.Strategy(rollback);
        if (rollback == GitRollback.Revert)
        {
            await strategy.ApplyAsync(StepKind.Revert, _world.Context(), CancellationToken.None);
        }

        // The remote has compared the lease already when its hook moves the branch.
        var theirs = await _world.RemoteAsync("-c", "user.name=Eve", "-c", "user.email=eve@example.invalid",
            "commit-tree", "-p", _world.Bad, "-m", "theirs", "main^{tree}");
        await GitWorld.HookAsync(_world.Bare, "pre-receive",
            $"cat >/dev/null\nunset GIT_QUARANTINE_PATH\ngit update-ref refs/heads/main {theirs}");

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => strategy.ApplyAsync(StepKind.Push, _world.Context(), CancellationToken.None));

        Assert.Equal(ErrorId.WorldChanged, failure.Id);
        Assert.Equal(theirs, await _world.RemoteAsync("rev-parse", "main"));
    }

    [Fact]
    public async Task Push_TwoRollbacksAtOnce_OneArrives()
    {
        await _world.RunAsync(_world.RemoteRoot, "clone", "--quiet", _world.Bare, _world["second"]);
        var first = _world.Strategy();
        _world.Work = _world["second"];
        await _world.GitAsync("config", "user.name", "Bob");
        await _world.GitAsync("config", "user.email", "bob@example.invalid");
        var second = _world.Strategy();
        var contexts = new[] { _world.Context("rb-first"), _world.Context("rb-second") };
        await first.ApplyAsync(StepKind.Revert, contexts[0], CancellationToken.None);
        await second.ApplyAsync(StepKind.Revert, contexts[1], CancellationToken.None);

        var ends = await Task.WhenAll(PushAsync(first, contexts[0]), PushAsync(second, contexts[1]));

        Assert.Single(ends, end => end is null);
        Assert.Single(ends, end => end == ErrorId.WorldChanged);
        Assert.Equal("1", await _world.RemoteAsync("rev-list", "--count", $"{_world.Bad}..main"));
    }

    [Fact]
    public async Task Tag_NameTaken_TakesTheNextSecondAndMovesNothing()
    {
        await _world.RemoteAsync("tag", "rollback-1767323045", _world.Good);
        await _world.GitAsync("tag", "rollback-1767323046", _world.Good);

        await _world.Strategy().ApplyAsync(StepKind.Tag, _world.Context(), CancellationToken.None);

        Assert.Equal(_world.Good, await _world.RemoteAsync("rev-parse", "rollback-1767323045"));
        Assert.Equal(_world.Good, await _world.GitAsync("rev-parse", "rollback-1767323046"));
        Assert.Equal(_world.Bad, await _world.RemoteAsync("rev-parse", "rollback-1767323047^{commit}"));
    }

    [Fact]
    public async Task Tag_NameTakenBetweenLookAndPush_IsMadeAnew()
    {
        // The first push of a tag finds its name taken by the time it is written.
        await GitWorld.HookAsync(_world.Bare, "pre-receive",
            $"cat >/dev/null\n[ -e '{_world["once"]}' ] && exit 0\ntouch '{_world["once"]}'\nunset GIT_QUARANTINE_PATH\n"
            + $"git update-ref refs/tags/rollback-1767323045 {_world.Good}");

        await _world.Strategy().ApplyAsync(StepKind.Tag, _world.Context(), CancellationToken.None);

        Assert.Equal(_world.Good, await _world.RemoteAsync("rev-parse", "rollback-1767323045"));
        Assert.Equal(_world.Bad, await _world.RemoteAsync("rev-parse", "rollback-1767323046^{commit}"));
        Assert.Equal("rollback-1767323046", await _world.GitAsync("tag", "--list"));
    }

    [Fact]
    public async Task Tag_AnotherRollbackAtTheSameSecond_IsNotTakenForOurs()
    {
        await _world.Strategy().ApplyAsync(StepKind.Tag, _world.Context("rb-other"), CancellationToken.None);

        Assert.Equal(EffectState.Absent,
            (await _world.Strategy().ObserveAsync(StepKind.Tag, _world.Context(), CancellationToken.None)).State);
        await _world.Strategy().ApplyAsync(StepKind.Tag, _world.Context(), CancellationToken.None);

        Assert.Equal(2, (await _world.RemoteAsync("tag", "--list")).Split('\n').Length);
    }

    private static async Task<ErrorId?> PushAsync(GitStrategy strategy, StepContext context)
    {
        try
        {
            await strategy.ApplyAsync(StepKind.Push, context, CancellationToken.None);
            return null;
        }
        catch (RollbackOpsException failure)
        {
            return failure.Id;
        }
    }
}
