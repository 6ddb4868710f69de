using RollbackOps.Adapters.Git;
using RollbackOps.Adapters.Tests.Probes;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Git;

/// <summary>Connections that die and processes that are killed: the end state is as after one effect (S16, S17).</summary>
public sealed class GitCutOffTests : IAsyncLifetime
{
    private GitWorld _world = null!;

    public static TheoryData<int, bool, GitRollback> Kills()
    {
        var kills = new TheoryData<int, bool, GitRollback>();
        foreach (var isAfter in (bool[])[false, true])
        {
            // Revert: tag, push, commit-tree, update-ref, push, update-ref -d, commit-tree, push. Force: tag, push, push.
            for (var number = 1; number <= 8; number++)
            {
                kills.Add(number, isAfter, GitRollback.Revert);
            }

            for (var number = 1; number <= 3; number++)
            {
                kills.Add(number, isAfter, GitRollback.ForcePush);
            }
        }

        return kills;
    }

    public async Task InitializeAsync() => _world = await GitWorld.NewAsync();

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(GitRollback.Revert, PushFate.CutBeforeTheEffect)]
    [InlineData(GitRollback.Revert, PushFate.CutAfterTheEffect)]
    [InlineData(GitRollback.ForcePush, PushFate.CutBeforeTheEffect)]
    [InlineData(GitRollback.ForcePush, PushFate.CutAfterTheEffect)]
    internal async Task Push_ConnectionDies_IsLookedForAndDoneOnce(GitRollback rollback, PushFate fate)
    {
        await using var server = new GitHttpServer(_world.RemoteRoot);
        await _world.GitAsync("remote", "set-url", "origin", $"{server.Address}app.git");
        server.Fates.Enqueue(fate);
        server.Fates.Enqueue(fate == PushFate.CutBeforeTheEffect ? PushFate.Answered : fate);
        server.Fates.Enqueue(fate);

        await _world.CarryOutAsync(_world.Strategy(rollback));

        // What arrived is not pushed again: one push for the tag and one for the branch.
        Assert.Equal(fate == PushFate.CutAfterTheEffect ? 2 : 4, server.Pushes);
        await AssertDoneOnceAsync(rollback);
    }

    [Theory]
    [InlineData(PushFate.CutBeforeTheEffect)]
    [InlineData(PushFate.CutAfterTheEffect)]
    internal async Task Push_RemoteStaysAway_IsUnknownAndResumedLater(PushFate fate)
    {
        var strategy = _world.Strategy();
        await strategy.ApplyAsync(StepKind.Tag, _world.Context(), CancellationToken.None);
        await strategy.ApplyAsync(StepKind.Revert, _world.Context(), CancellationToken.None);
        await using (var server = new GitHttpServer(_world.RemoteRoot) { StaysDown = true })
        {
            await _world.GitAsync("remote", "set-url", "origin", $"{server.Address}app.git");
            server.Fates.Enqueue(fate);

            var failure = await Assert.ThrowsAsync<RollbackOpsException>(
                () => strategy.ApplyAsync(StepKind.Push, _world.Context(), CancellationToken.None));

            Assert.Equal(ErrorId.OutcomeUnknown, failure.Id);
            Assert.Contains("git ls-remote", failure.NextStep, StringComparison.Ordinal);
            Assert.Equal(EffectState.Unknown,
                (await strategy.ObserveAsync(StepKind.Push, _world.Context(), CancellationToken.None)).State);
        }

        await _world.GitAsync("remote", "set-url", "origin", _world.Bare);
        await _world.CarryOutAsync(_world.Strategy());

        await AssertDoneOnceAsync(GitRollback.Revert);
    }

    [Fact]
    public async Task Push_RemoteNeverAnswers_EndsAtTheTimeoutAndIsUnknown()
    {
        await _world.Strategy().ApplyAsync(StepKind.Revert, _world.Context(), CancellationToken.None);
        await using var server = new RawServer((_, token) => Task.Delay(Timeout.InfiniteTimeSpan, token));
        await _world.GitAsync("remote", "set-url", "origin", $"{server.Address}app.git");
        var strategy = new GitStrategy(_world.Settings(), git: new GitClient(
            _world.Work, "git", GitWorld.Variables, TimeSpan.FromMilliseconds(500)));

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => strategy.ApplyAsync(StepKind.Push, _world.Context(), CancellationToken.None));

        Assert.Equal(ErrorId.OutcomeUnknown, failure.Id);
        Assert.Contains("no answer within", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_Cancelled_ThrowsAndIsResumed()
    {
        await _world.Strategy().ApplyAsync(StepKind.Revert, _world.Context(), CancellationToken.None);
        using var stopping = new CancellationTokenSource();
        await using (var server = new RawServer(async (_, token) =>
        {
            await stopping.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        }))
        {
            await _world.GitAsync("remote", "set-url", "origin", $"{server.Address}app.git");

            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => _world.Strategy().ApplyAsync(StepKind.Push, _world.Context(), stopping.Token));
        }

        await _world.GitAsync("remote", "set-url", "origin", _world.Bare);
        await _world.CarryOutAsync(_world.Strategy());

        await AssertDoneOnceAsync(GitRollback.Revert);
    }

    [Fact]
    public async Task Tag_RemoteStaysAway_IsUnknown()
    {
        await using var server = new GitHttpServer(_world.RemoteRoot) { StaysDown = true };
        await _world.GitAsync("remote", "set-url", "origin", $"{server.Address}app.git");
        server.Fates.Enqueue(PushFate.CutAfterTheEffect);

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(
            () => _world.Strategy().ApplyAsync(StepKind.Tag, _world.Context(), CancellationToken.None));

        Assert.Equal(ErrorId.OutcomeUnknown, failure.Id);
    }

    [Theory]
    [InlineData("pre-receive")]
    [InlineData("update")]
    [InlineData("post-receive")]
    public async Task Push_KilledWhileTheRemoteWorks_IsDoneOnce(string hook)
    {
        var pushing = await GitWorld.ProgramAsync(_world["git"],
            $"case \" $* \" in *\" push \"*) echo $$ > '{_world["pid"]}';; esac\nexec git \"$@\"");
        await GitWorld.HookAsync(_world.Bare, hook,
            $"[ -e '{_world["once"]}' ] && exit 0\ncase \"$1$(cat)\" in *refs/heads/main*) touch '{_world["once"]}'; kill -9 $(cat '{_world["pid"]}');; esac");

        await _world.CarryOutAsync(_world.Strategy(program: pushing));

        Assert.True(File.Exists(_world["once"]));
        await AssertDoneOnceAsync(GitRollback.Revert);
    }

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task CarryOut_KilledAtAnyWrite_EndsAsAfterOneEffect(int number, bool isAfter, GitRollback rollback)
    {
        await _world.DevelopAsync(_world.Good, "dev.txt", "dev\n");
        var before = _world.Checksum();
        // From the kill on nothing runs any more, as when the machine is gone.
        var dying = await GitWorld.ProgramAsync(_world["git"],
            $"""
            [ -e '{_world["dead"]}' ] && kill -9 $$
            case " $* " in
              *" push --porcelain --no-follow-tags --recurse-submodules=no --force-with-lease="*|*" tag --annotate "*|*" commit-tree "*|*" update-ref "*)
                echo x >> '{_world["writes"]}'
                if [ "$(wc -l < '{_world["writes"]}')" -eq {number} ]; then
                  touch '{_world["dead"]}'
                  {(isAfter ? "git \"$@\"" : string.Empty)}
                  kill -9 $$
                fi;;
            esac
            exec git "$@"
            """);
        var development = rollback == GitRollback.Revert ? "dev" : null;
        await Assert.ThrowsAsync<RollbackOpsException>(
            () => _world.CarryOutAsync(_world.Strategy(rollback, development, program: dying)));
        Assert.Equal(before, WithoutOwnRef(_world.Checksum()));

        // A minute later, as a new run sees it.
        var later = _world.Context() with { StartedAt = _world.Context().StartedAt.AddMinutes(1) };
        await _world.CarryOutAsync(_world.Strategy(rollback, development), later);

        await AssertDoneOnceAsync(rollback);
        if (development is not null)
        {
            Assert.Equal("2", await _world.RemoteAsync("rev-list", "--count", "dev", "--not", "main"));
            Assert.Equal(string.Empty, await _world.RemoteAsync("rev-list", "main", "--not", "dev"));
        }

        Assert.Equal(before, WithoutOwnRef(_world.Checksum()));
    }

    private static string WithoutOwnRef(string checksum) =>
        string.Concat(checksum.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.Contains("/refs/rollbackops/", StringComparison.Ordinal))
            .Select(line => line + "\n"));

    private async Task AssertDoneOnceAsync(GitRollback rollback)
    {
        Assert.Single((await _world.RemoteAsync("tag", "--list")).Split('\n'), tag => tag.StartsWith("rollback-", StringComparison.Ordinal));
        Assert.Equal(rollback == GitRollback.Revert ? "1" : "0",
            await _world.RemoteAsync("rev-list", "--count", $"{_world.Bad}..main"));
        Assert.Equal(
            await _world.RemoteAsync("rev-parse", $"{_world.Good}^{{tree}}"), await _world.RemoteAsync("rev-parse", "main^{tree}"));
        Assert.Equal(_world.Bad, await _world.RemoteAsync("log", "-1", "--format=%H", "--tags=rollback-*"));
    }
}
