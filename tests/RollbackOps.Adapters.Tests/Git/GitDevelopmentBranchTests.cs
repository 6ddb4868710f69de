using RollbackOps.Adapters.Git;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Git;

public sealed class GitDevelopmentBranchTests : IAsyncLifetime
{
    private GitWorld _world = null!;

    public async Task InitializeAsync() => _world = await GitWorld.NewAsync();

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Development_NotConfigured_IsLeftAlone()
    {
        var dev = await _world.DevelopAsync(_world.Bad, "dev.txt", "dev\n");

        await _world.CarryOutAsync(_world.Strategy());

        Assert.Equal(dev, await _world.RemoteAsync("rev-parse", "dev"));
    }

    [Fact]
    public async Task Merge_BranchWithCommitsOfItsOwn_KeepsThem()
    {
        var dev = await _world.DevelopAsync(_world.Bad, "dev.txt", "dev\n");

        await _world.CarryOutAsync(_world.Strategy(development: "dev"));

        Assert.Equal(
            $"{dev} {await _world.RemoteAsync("rev-parse", "main")}", await _world.RemoteAsync("log", "-1", "--format=%P", "dev"));
        Assert.Equal("good", await _world.RemoteAsync("show", "dev:app.txt"));
        Assert.Equal("dev", await _world.RemoteAsync("show", "dev:dev.txt"));
    }

    [Fact]
    public async Task Merge_BranchWithoutCommitsOfItsOwn_IsMovedForward()
    {
        await _world.RemoteAsync("branch", "dev", _world.Bad);

        await _world.CarryOutAsync(_world.Strategy(development: "dev"));

        Assert.Equal(await _world.RemoteAsync("rev-parse", "main"), await _world.RemoteAsync("rev-parse", "dev"));
    }

    [Fact]
    public async Task Merge_AfterAForcePush_DropsNothing()
    {
        var dev = await _world.DevelopAsync(_world.Bad, "dev.txt", "dev\n");

        await _world.CarryOutAsync(_world.Strategy(GitRollback.ForcePush, "dev"));

        Assert.Equal(dev, await _world.RemoteAsync("rev-parse", "dev"));
    }

    [Fact]
    public async Task Merge_Conflict_NamesTheFileAndPushesNothing()
    {
        var dev = await _world.DevelopAsync(_world.Bad, "app.txt", "something else\n");
        var strategy = _world.Strategy(development: "dev");
        await RollBackProductionAsync(strategy);
        var before = _world.Checksum();

        var failure = await ApplyFailureAsync(strategy);

        Assert.Equal(ErrorId.MergeConflict, failure.Id);
        Assert.Contains("app.txt", failure.Message, StringComparison.Ordinal);
        Assert.Equal(dev, await _world.RemoteAsync("rev-parse", "dev"));
        Assert.Equal(before, _world.Checksum());
    }

    [Fact]
    public async Task Reset_BranchAtWhatWasLive_IsSetToTheTarget()
    {
        await _world.RemoteAsync("branch", "dev", _world.Bad);
        var strategy = _world.Strategy(GitRollback.ForcePush, "dev", reset: true);
        await strategy.PreflightAsync(_world.From, _world.Target, CancellationToken.None);

        await _world.CarryOutAsync(strategy);

        Assert.Equal(_world.Good, await _world.RemoteAsync("rev-parse", "dev"));
    }

    [Theory]
    [InlineData(GitRollback.Revert)]
    [InlineData(GitRollback.ForcePush)]
    public async Task Reset_BranchWithCommitsOfItsOwn_IsRefused(GitRollback rollback)
    {
        var dev = await _world.DevelopAsync(_world.Bad, "dev.txt", "dev\n");
        var strategy = _world.Strategy(rollback, "dev", reset: true);

        var before = await Assert.ThrowsAsync<RollbackOpsException>(
            () => strategy.PreflightAsync(_world.From, _world.Target, CancellationToken.None));
        await RollBackProductionAsync(strategy);
        var after = await ApplyFailureAsync(strategy);

        Assert.Equal((ErrorId.CommitsWouldBeLost, ErrorId.CommitsWouldBeLost), (before.Id, after.Id));
        Assert.Contains("work in progress", after.Message, StringComparison.Ordinal);
        Assert.Equal(dev, await _world.RemoteAsync("rev-parse", "dev"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Apply_AnotherPushComesBetween_OverwritesNothing(bool reset)
    {
        await _world.RemoteAsync("branch", "dev", _world.Bad);
        var strategy = _world.Strategy(GitRollback.Revert, "dev", reset);
        await RollBackProductionAsync(strategy);
        var theirs = await _world.RemoteAsync("-c", "user.name=Eve", "-c", "user.email=eve@example.invalid",
            "commit-tree", "-p", _world.Bad, "-m", "theirs", "main^{tree}");
        await GitWorld.HookAsync(_world.Bare, "pre-receive",
            $"cat >/dev/null\nunset GIT_QUARANTINE_PATH\ngit update-ref refs/heads/dev {theirs}");

        var failure = await ApplyFailureAsync(strategy);

        Assert.Equal(ErrorId.WorldChanged, failure.Id);
        Assert.Equal(theirs, await _world.RemoteAsync("rev-parse", "dev"));
    }

    [Fact]
    public async Task Observe_ProductionNoLongerHoldsTheRollback_SaysSo()
    {
        await _world.RemoteAsync("branch", "dev", _world.Bad);

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() => _world.Strategy(development: "dev")
            .ObserveAsync(StepKind.MergeBranch, _world.Context(), CancellationToken.None));

        Assert.Equal(ErrorId.WorldChanged, failure.Id);
    }

    private async Task RollBackProductionAsync(GitStrategy strategy)
    {
        foreach (var effect in strategy.Describe(_world.From, _world.Target).SkipLast(1))
        {
            await strategy.ApplyAsync(effect.Kind, _world.Context(), CancellationToken.None);
        }
    }

    private Task<RollbackOpsException> ApplyFailureAsync(GitStrategy strategy) =>
        Assert.ThrowsAsync<RollbackOpsException>(
            () => strategy.ApplyAsync(strategy.Describe(_world.From, _world.Target)[^1].Kind, _world.Context(), CancellationToken.None));
}
