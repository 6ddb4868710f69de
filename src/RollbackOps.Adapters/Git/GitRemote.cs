namespace RollbackOps.Adapters.Git;

/// <summary>What the remote that counts holds, and pushes to it that expect what it held (S10, S22).</summary>
internal sealed class GitRemote
{
    private static readonly string[] s_stale =
    [
        "stale info", "fetch first", "already exists", "needs force", "failed to update ref", "cannot lock ref",
        "failed to lock", "incorrect old value", "remote ref updated since checkout",
    ];

    private static readonly string[] s_cutOff =
    [
        "hung up", "RPC failed", "early EOF", "unexpected disconnect", "Broken pipe", "Connection reset", "remote failure",
        "bad line length", "protocol error",
    ];

    private readonly GitClient _git;
    private readonly string _remote;

    public GitRemote(GitClient git, string remote)
    {
        _git = git;
        _remote = remote;
    }

    /// <summary>The remote's name.</summary>
    public string Name => _remote;

    /// <summary>The refs of these names or patterns, as they are there now; a tag's commit under <c>^{}</c>.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.RemoteUnreachable"/> or <see cref="ErrorId.CredentialsMissing"/>.
    /// </exception>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        IReadOnlyList<string> patterns, CancellationToken cancellationToken)
    {
        var answer = await _git.CallAsync(["ls-remote", "--quiet", _remote, .. patterns], cancellationToken);
        return answer.ExitCode == 0
            ? answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('\t'))
                .Where(fields => fields.Length == 2)
                .ToDictionary(fields => fields[1], fields => fields[0])
            : throw GitFailure.OfRemote(answer, _remote);
    }

    /// <summary>A branch's commit, which is here afterwards, with its history.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.BranchNotFound"/>, or as for reading.</exception>
    public async Task<string> HeadAsync(string branch, GitObjects objects, CancellationToken cancellationToken)
    {
        var name = BranchRef(branch);
        var head = (await ReadAsync([name], cancellationToken)).GetValueOrDefault(name)
            ?? throw new RollbackOpsException(ErrorId.BranchNotFound,
                $"The remote '{_remote}' has no branch '{branch}'.",
                "Check repository.remote, repository.branch and repository.developmentBranch in rollback.json.", branch);
        if (!await objects.HasAsync(head, cancellationToken))
        {
            await FetchAsync(name, cancellationToken);
        }

        return head;
    }

    /// <summary>Fetches what is missing of a ref. No ref changes here, and not FETCH_HEAD.</summary>
    public async Task FetchAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await FetchAsync([name], cancellationToken);
        if (answer.ExitCode != 0)
        {
            throw GitFailure.OfRemote(answer, _remote);
        }
    }

    /// <summary>Fetches the history that a shallow clone left out; whether it was one.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RepositoryShallow"/>: the remote does not give it.</exception>
    public async Task<bool> DeepenAsync(string branch, CancellationToken cancellationToken)
    {
        if (!await IsShallowAsync(cancellationToken))
        {
            return false;
        }

        var answer = await FetchAsync(["--unshallow", BranchRef(branch)], cancellationToken, options: 1);
        if (answer.ExitCode == 0 && !await IsShallowAsync(cancellationToken))
        {
            return true;
        }

        var why = answer.ExitCode == 0 ? "the remote is shallow itself." : GitFailure.Said(answer);
        throw new RollbackOpsException(ErrorId.RepositoryShallow,
            $"'{_git.Repository}' is a shallow clone, and the rest of its history cannot be fetched: {why}",
            $"Run git fetch --unshallow {_remote} there, or use a full clone (actions/checkout: fetch-depth: 0).",
            _git.Repository);
    }

    private async Task<bool> IsShallowAsync(CancellationToken cancellationToken) =>
        await _git.ReadAsync(["rev-parse", "--is-shallow-repository"], cancellationToken) == "true";

    /// <summary>Asks whether a push would be let in, as far as that can be known without one.</summary>
    public async Task TryPushAsync(string commit, string name, string expected, CancellationToken cancellationToken)
    {
        // The user's pre-push hook judges pushes, and this is none.
        var answer = await _git.CallAsync(Push(commit, name, expected, "--dry-run", "--no-verify"), cancellationToken);
        if (answer.ExitCode != 0)
        {
            var (state, refusal) = Judge(answer, name);
            throw refusal ?? (state == PushState.Stale
                ? new RollbackOpsException(ErrorId.WorldChanged,
                    $"'{name}' on '{_remote}' moved while it was looked at: {GitFailure.Said(answer)}",
                    "Plan again: Invoke-Rollback.", name)
                : GitFailure.OfRemote(answer, _remote));
        }
    }

    /// <summary>
    /// Pushes a commit or tag to a ref that must hold what is expected; nothing means that it must not be there. Never a
    /// bare force (S22).
    /// </summary>
    /// <exception cref="RollbackOpsException">It was refused: nothing changed.</exception>
    public async Task<PushOutcome> PushAsync(
        string source, string name, string expected, CancellationToken cancellationToken)
    {
        var answer = await _git.CallAsync(Push(source, name, expected), cancellationToken);
        if (answer.ExitCode == 0)
        {
            return new PushOutcome(PushState.Done, string.Empty);
        }

        var (state, refusal) = Judge(answer, name);
        return refusal is null ? new PushOutcome(state, GitFailure.Said(answer)) : throw refusal;
    }

    /// <summary>The full name of a branch.</summary>
    public static string BranchRef(string branch) => $"refs/heads/{branch}";

    private string[] Push(string source, string name, string expected, params string[] more) =>
    [
        "push", "--porcelain", "--no-follow-tags", "--recurse-submodules=no", $"--force-with-lease={name}:{expected}",
        .. more, _remote, $"{source}:{name}",
    ];

    private Task<GitAnswer> FetchAsync(
        string[] arguments, CancellationToken cancellationToken, int options = 0) => _git.CallAsync(
        [
            "fetch", "--quiet", "--no-write-fetch-head", "--no-tags", "--no-prune", "--recurse-submodules=no", "--refmap=",
            .. arguments[..options], _remote, .. arguments[options..],
        ], cancellationToken);

    /// <summary>What a failed push means. Whatever is not known to have been refused may have arrived.</summary>
    private (PushState State, RollbackOpsException? Refusal) Judge(GitAnswer answer, string name)
    {
        var verdict = answer.Output.Split('\n').FirstOrDefault(line => line.StartsWith('!'))?.Split('\t')[^1] ?? string.Empty;
        if (verdict.StartsWith("[rejected]", StringComparison.Ordinal)
            || s_stale.Any(text => verdict.Contains(text, StringComparison.Ordinal)))
        {
            return (PushState.Stale, null);
        }

        if (verdict.Contains("non-fast-forward", StringComparison.Ordinal))
        {
            return (PushState.Refused, new RollbackOpsException(ErrorId.NotFastForward,
                $"The remote '{_remote}' takes only pushes that add to '{name}'. Nothing changed there.",
                "Set repository.rollback to revert, which adds a commit, or lift receive.denyNonFastForwards.", name));
        }

        if (verdict.Contains("shallow update", StringComparison.Ordinal))
        {
            return (PushState.Refused, new RollbackOpsException(ErrorId.RepositoryShallow,
                $"The remote '{_remote}' takes nothing from a shallow clone. Nothing changed there.",
                $"Run git fetch --unshallow {_remote}, then go on.", name));
        }

        if (verdict.StartsWith("[remote rejected]", StringComparison.Ordinal)
            && !s_cutOff.Any(text => verdict.Contains(text, StringComparison.Ordinal)))
        {
            return (PushState.Refused, new RollbackOpsException(ErrorId.PushRefused,
                $"The remote '{_remote}' refuses the push to '{name}' {verdict["[remote rejected] ".Length..]}: {GitFailure.Said(answer)} Nothing changed there.",
                "If the branch is protected, let this account pass, or open the change as a pull request; otherwise do what the hook asks.",
                name));
        }

        if (answer.ExitCode is null or > 128 || verdict.Length > 0 || GitFailure.Holds(answer, s_cutOff))
        {
            return (PushState.Unknown, null);
        }

        if (GitFailure.Holds(answer, ["unable to access", "does not appear to be", "Could not read from remote", "not found"])
            || GitFailure.IsCredentials(answer))
        {
            return (PushState.Refused, GitFailure.OfRemote(answer, _remote));
        }

        return GitFailure.Holds(answer, ["fatal:"]) || !GitFailure.Holds(answer, ["failed to push some refs"])
            ? (PushState.Unknown, null)
            : (PushState.Refused, new RollbackOpsException(ErrorId.PushRefused,
                $"This repository's pre-push hook refuses the push to '{name}': {GitFailure.Said(answer)} Nothing was sent.",
                "Do what the hook asks, then go on.", name));
    }
}

/// <summary>How a push came out.</summary>
internal enum PushState
{
    /// <summary>The remote took it.</summary>
    Done,

    /// <summary>The ref did not hold what was expected; nothing changed.</summary>
    Stale,

    /// <summary>It was refused; nothing changed.</summary>
    Refused,

    /// <summary>The connection died: it may have arrived (S17).</summary>
    Unknown,
}

/// <summary>How a push came out, and what was said.</summary>
internal sealed record PushOutcome(PushState State, string Said);
