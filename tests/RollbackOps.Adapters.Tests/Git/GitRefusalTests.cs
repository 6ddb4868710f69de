using RollbackOps.Adapters.Git;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Git;

/// <summary>Whatever refuses has a name of its own, says what the remote said, and leaves production as it was.</summary>
public sealed class GitRefusalTests : IAsyncLifetime
{
    private GitWorld _world = null!;

    public async Task InitializeAsync() => _world = await GitWorld.NewAsync();

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("pre-receive", "cat >/dev/null", GitRollback.Revert)]
    [InlineData("pre-receive", "cat >/dev/null", GitRollback.ForcePush)]
    [InlineData("update", "true", GitRollback.Revert)]
    [InlineData("update", "true", GitRollback.ForcePush)]
    public async Task Push_HookOfTheRemoteRefuses_SaysWhatItSaid(string hook, string begin, GitRollback rollback)
    {
        var strategy = _world.Strategy(rollback);
        await ApplyUpToPushAsync(strategy);
        await GitWorld.HookAsync(_world.Bare, hook,
            $"{begin}\nprintf 'GH006: \\033[31mProtected branch\\033[0m update failed\\n' >&2\nexit 1");

        var failure = await FailAsync(() => strategy.ApplyAsync(StepKind.Push, _world.Context(), CancellationToken.None));

        Assert.Equal(ErrorId.PushRefused, failure.Id);
        Assert.Contains("GH006: <U+001B>[31mProtected branch", failure.Message, StringComparison.Ordinal);
        Assert.Contains("pull request", failure.NextStep, StringComparison.Ordinal);
        Assert.Equal(_world.Bad, await _world.RemoteAsync("rev-parse", "main"));
    }

    [Fact]
    public async Task Push_OwnHookRefuses_SaysWhatItSaid()
    {
        var strategy = _world.Strategy();
        await ApplyUpToPushAsync(strategy);
        await GitWorld.HookAsync(Path.Combine(_world.Work, ".git"), "pre-push", "echo 'no pushes on a Friday' >&2\nexit 1");

        var failure = await FailAsync(() => strategy.ApplyAsync(StepKind.Push, _world.Context(), CancellationToken.None));

        Assert.Equal(ErrorId.PushRefused, failure.Id);
        Assert.Contains("no pushes on a Friday", failure.Message, StringComparison.Ordinal);
        Assert.Equal(_world.Bad, await _world.RemoteAsync("rev-parse", "main"));
    }

    [Fact]
    public async Task Push_RemoteDeniesNonFastForwards_PointsToARevert()
    {
        await _world.RemoteAsync("config", "receive.denyNonFastForwards", "true");
        var strategy = _world.Strategy(GitRollback.ForcePush);
        await ApplyUpToPushAsync(strategy);

        var failure = await FailAsync(() => strategy.ApplyAsync(StepKind.Push, _world.Context(), CancellationToken.None));

        Assert.Equal(ErrorId.NotFastForward, failure.Id);
        Assert.Contains("repository.rollback to revert", failure.NextStep, StringComparison.Ordinal);
        await _world.CarryOutAsync(_world.Strategy());
        Assert.Equal(_world.Bad, await _world.RemoteAsync("rev-parse", "main^"));
    }

    [Fact]
    public async Task Preflight_NoCredentials_AsksNobody()
    {
        await using var server = new GitHttpServer(_world.RemoteRoot) { Password = "right" };
        await _world.GitAsync("remote", "set-url", "origin", $"{server.Address}app.git");
        // A window that would never be answered.
        var asking = await GitWorld.ProgramAsync(_world["ask"], $"touch '{_world["asked"]}'\nexec tail -f /dev/null");
        await _world.GitAsync("config", "core.askPass", asking);
        var git = new GitClient(_world.Work, "git",
            new Dictionary<string, string?>(GitWorld.Variables) { ["GIT_ASKPASS"] = null });

        var failure = await FailAsync(() => new GitStrategy(_world.Settings(), git: git)
            .PreflightAsync(_world.From, _world.Target, CancellationToken.None));

        Assert.Equal(ErrorId.CredentialsMissing, failure.Id);
        Assert.False(File.Exists(_world["asked"]));
    }

    [Fact]
    public async Task Preflight_WrongPassword_DoesNotShowIt()
    {
        await using var server = new GitHttpServer(_world.RemoteRoot) { Password = "right" };
        await _world.GitAsync("remote", "set-url", "origin",
            $"{server.Address.Replace("://", "://ada:hunter2@", StringComparison.Ordinal)}app.git");

        var failure = await PreflightFailureAsync();

        Assert.Equal(ErrorId.CredentialsMissing, failure.Id);
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_CredentialHelper_Counts()
    {
        await using var server = new GitHttpServer(_world.RemoteRoot) { Password = "right" };
        await _world.GitAsync("remote", "set-url", "origin", $"{server.Address}app.git");
        await _world.GitAsync("config", "credential.helper", "!printf 'username=ada\\npassword=right\\n' #");

        await _world.Strategy().PreflightAsync(_world.From, _world.Target, CancellationToken.None);
        await _world.CarryOutAsync(_world.Strategy());

        Assert.Equal(_world.Bad, await _world.RemoteAsync("rev-parse", "main^"));
    }

    [Theory]
    [InlineData(null, "-o BatchMode=yes -o ControlMaster=no")]
    [InlineData("ssh -v", "-v")]
    public async Task Preflight_OverSsh_LetsNobodyBeAskedUnlessTheUserChoseTheCommand(string? chosen, string expected)
    {
        Directory.CreateDirectory(_world["bin"]);
        await GitWorld.ProgramAsync(Path.Combine(_world["bin"], "ssh"),
            $"echo \"$*\" >> '{_world["ssh"]}'\necho 'Permission denied (publickey).' >&2\nexit 255");
        await _world.GitAsync("remote", "set-url", "origin", "ssh://nobody.invalid/app.git");
        if (chosen is not null)
        {
            await _world.GitAsync("config", "core.sshCommand", chosen);
        }

        var git = new GitClient(_world.Work, "git", new Dictionary<string, string?>(GitWorld.Variables)
        {
            ["GIT_SSH_COMMAND"] = null,
            ["GIT_SSH"] = null,
            ["PATH"] = $"{_world["bin"]}:{Environment.GetEnvironmentVariable("PATH")}",
        });
        var failure = await FailAsync(() => new GitStrategy(_world.Settings(), git: git)
            .PreflightAsync(_world.From, _world.Target, CancellationToken.None));

        Assert.Equal(ErrorId.CredentialsMissing, failure.Id);
        Assert.StartsWith(expected, await File.ReadAllTextAsync(_world["ssh"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tag_Refused_LeavesNoneHere()
    {
        await GitWorld.HookAsync(_world.Bare, "update", "echo 'tags are for releases'\nexit 1");

        var failure = await FailAsync(
            () => _world.Strategy().ApplyAsync(StepKind.Tag, _world.Context(), CancellationToken.None));

        Assert.Equal(ErrorId.PushRefused, failure.Id);
        Assert.Empty(await _world.GitAsync("tag", "--list"));
    }

    [Theory]
    [InlineData("/nowhere/app.git")]
    [InlineData("http://127.0.0.1:1/app.git")]
    public async Task Preflight_NoRemoteThere_SaysUnreachable(string address)
    {
        await _world.GitAsync("remote", "set-url", "origin", address);

        Assert.Equal(ErrorId.RemoteUnreachable, (await PreflightFailureAsync()).Id);
        Assert.Equal(EffectState.Unknown,
            (await _world.Strategy().ObserveAsync(StepKind.Push, _world.Context(), CancellationToken.None)).State);
    }

    [Fact]
    public async Task Preflight_BranchesMissing_SaysWhich()
    {
        var noDevelopment = await FailAsync(() => _world.Strategy(development: "dev")
            .PreflightAsync(_world.From, _world.Target, CancellationToken.None));
        await _world.RemoteAsync("branch", "--move", "main", "trunk");

        var noProduction = await PreflightFailureAsync();

        Assert.Equal((ErrorId.BranchNotFound, ErrorId.BranchNotFound), (noDevelopment.Id, noProduction.Id));
        Assert.Contains("'dev'", noDevelopment.Message, StringComparison.Ordinal);
        Assert.Contains("'main'", noProduction.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_NoName_SaysToSetIt()
    {
        await _world.GitAsync("config", "--unset", "user.name");
        await _world.GitAsync("config", "--unset", "user.email");
        await _world.GitAsync("config", "user.useConfigOnly", "true");

        var failure = await PreflightFailureAsync();

        Assert.Equal(ErrorId.CommitterMissing, failure.Id);
        Assert.Contains("user.email", failure.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("commit.gpgSign", StepKind.Revert)]
    [InlineData("tag.gpgSign", StepKind.Tag)]
    public async Task Apply_SignerFails_SaysSoAndMakesNothing(string setting, StepKind kind)
    {
        await _world.GitAsync("config", setting, "true");
        await _world.GitAsync("config", "gpg.program", "/bin/false");
        var refs = await _world.GitAsync("for-each-ref");

        var failure = await FailAsync(() => _world.Strategy().ApplyAsync(kind, _world.Context(), CancellationToken.None));

        Assert.Equal(ErrorId.SigningFailed, failure.Id);
        Assert.Equal(refs, await _world.GitAsync("for-each-ref"));
    }

    [Fact]
    public async Task Apply_SignerWorks_SignsTheCommit()
    {
        var signer = await GitWorld.ProgramAsync(_world["sign"],
            "cat >/dev/null\nprintf '\\n[GNUPG:] SIG_CREATED D 1 8 00 1 X\\n' >&2\n"
            + "printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nx\\n-----END PGP SIGNATURE-----\\n'");
        await _world.GitAsync("config", "commit.gpgSign", "yes");
        await _world.GitAsync("config", "tag.gpgSign", "yes");
        await _world.GitAsync("config", "gpg.program", signer);

        await _world.CarryOutAsync(_world.Strategy());
        await _world.CarryOutAsync(_world.Strategy());

        Assert.Contains("gpgsig ", await _world.RemoteAsync("cat-file", "commit", "main"), StringComparison.Ordinal);
        Assert.Single((await _world.RemoteAsync("tag", "--list")).Split('\n'));
    }

    [Theory]
    [InlineData("echo git version 2.37.1", "git is 2.37, and a merge without a working tree needs 2.38")]
    [InlineData("echo what", "names no version")]
    public async Task Preflight_GitTooOld_SaysWhatItNeeds(string answer, string expected)
    {
        var program = await GitWorld.ProgramAsync(_world["git"], answer);

        var failure = await FailAsync(() => _world.Strategy(development: "dev", program: program)
            .PreflightAsync(_world.From, _world.Target, CancellationToken.None));

        Assert.Equal(ErrorId.GitUnsuitable, failure.Id);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_NoGit_SaysToInstallIt()
    {
        var failure = await FailAsync(() => _world.Strategy(program: "/nonexistent/git")
            .PreflightAsync(_world.From, _world.Target, CancellationToken.None));

        Assert.Equal(ErrorId.GitUnsuitable, failure.Id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("--output=pwned")]
    [InlineData("1111111111111111111111111111111111111111")]
    public async Task Preflight_TargetHasNoUsableCommit_IsRefused(string? commit)
    {
        var failure = await FailAsync(() => _world.Strategy()
            .PreflightAsync(_world.From, GitWorld.Deployed("v1", commit), CancellationToken.None));

        Assert.Equal(ErrorId.TargetNotEligible, failure.Id);
    }

    [Theory]
    [InlineData(GitRollback.Revert)]
    [InlineData(GitRollback.ForcePush)]
    public async Task Preflight_TargetOnAnotherBranch_IsRefused(GitRollback rollback)
    {
        await _world.GitAsync("checkout", "--quiet", "-b", "preview", _world.Good);
        var preview = await _world.CommitAsync("a preview");

        var failure = await FailAsync(() => _world.Strategy(rollback)
            .PreflightAsync(_world.From, GitWorld.Deployed("p1", preview), CancellationToken.None));

        Assert.Equal(ErrorId.TargetNotEligible, failure.Id);
    }

    private async Task ApplyUpToPushAsync(GitStrategy strategy)
    {
        foreach (var effect in strategy.Describe(_world.From, _world.Target).Where(effect => effect.Kind != StepKind.Push))
        {
            await strategy.ApplyAsync(effect.Kind, _world.Context(), CancellationToken.None);
        }
    }

    private Task<RollbackOpsException> PreflightFailureAsync() =>
        FailAsync(() => _world.Strategy().PreflightAsync(_world.From, _world.Target, CancellationToken.None));

    private static Task<RollbackOpsException> FailAsync(Func<Task> act) => Assert.ThrowsAsync<RollbackOpsException>(act);
}
