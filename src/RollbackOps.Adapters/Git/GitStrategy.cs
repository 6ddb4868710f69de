using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Git;

/// <summary>
/// A rollback by the <c>git</c> program: a tag on what is live, then a revert commit or a push of the target with a
/// lease (S22). The user's HEAD, index, working tree and stashes are never touched.
/// </summary>
/// <remarks>
/// Looking fetches objects that are not here yet (in a shallow clone the rest of the history), and changes no ref.
/// </remarks>
internal sealed class GitStrategy : IRollbackStrategy
{
    /// <summary>The first git that merges without a working tree.</summary>
    public static readonly Version MergeVersion = new(2, 38);

    /// <summary>The first git that fetches without writing FETCH_HEAD.</summary>
    public static readonly Version LeastVersion = new(2, 29);

    /// <summary>An effect may push three times, and look and fetch after each.</summary>
    private static readonly TimeSpan s_deadline = GitClient.NetworkTimeout * 10;

    private readonly GitScope _scope;
    private readonly GitTag _tag;
    private readonly GitRevert _revert;
    private readonly GitPush _push;
    private readonly GitDevelopmentBranch? _development;
    private readonly bool _reset;

    /// <param name="settings">The repository.</param>
    /// <param name="resetDevelopmentBranch">
    /// Whether the development branch is set to production, rather than production merged into it.
    /// </param>
    /// <param name="git">The program.</param>
    public GitStrategy(RepositorySettings settings, bool resetDevelopmentBranch = false, GitClient? git = null)
    {
        _scope = new GitScope(settings, git ?? new GitClient(settings.Path));
        _tag = new GitTag(_scope);
        _revert = new GitRevert(_scope);
        _push = new GitPush(_scope, _revert);
        _reset = resetDevelopmentBranch;
        _development = settings.DevelopmentBranch is { } branch
            ? new GitDevelopmentBranch(_scope, branch)
            : null;
    }

    public RollbackStrategy Kind => RollbackStrategy.Git;

    public bool Deploys => true;

    public IRollbackStrategy? ResettingDevelopmentBranch => _development is null
        ? null
        : new GitStrategy(Settings, resetDevelopmentBranch: true, _scope.Git);

    private RepositorySettings Settings => _scope.Settings;

    public IReadOnlyList<PlannedEffect> Describe(Deployment from, Deployment target)
    {
        var branch = $"'{Settings.Branch}' on '{Settings.Remote}'";
        var effects = new List<PlannedEffect>
        {
            Effect(StepKind.Tag, $"Tag {from.ShortCommit}, which is live, as rollback-<epoch seconds> on '{Settings.Remote}'"),
        };
        if (Settings.Rollback == GitRollback.Revert)
        {
            effects.Add(Effect(StepKind.Revert,
                $"Make one commit that takes back {target.ShortCommit}..{from.ShortCommit}; the work returns only by reverting that revert"));
            effects.Add(Effect(StepKind.Push, $"Push it to {branch}, if that is still at {from.ShortCommit}"));
        }
        else
        {
            effects.Add(Effect(StepKind.Push,
                $"Set {branch} to {target.ShortCommit}, if it is still at {from.ShortCommit} (--force-with-lease)"));
        }

        if (_development is not null)
        {
            effects.Add(_reset
                ? Effect(StepKind.ResetBranch,
                    $"Set '{Settings.DevelopmentBranch}' to '{Settings.Branch}', if no commit exists only there (--force-with-lease)")
                : Effect(StepKind.MergeBranch,
                    $"Merge '{Settings.Branch}' into '{Settings.DevelopmentBranch}'; what it holds already stays there"));
        }

        return effects;
    }

    public async Task PreflightAsync(Deployment from, Deployment target, CancellationToken cancellationToken)
    {
        var isMerge = _development is not null && !_reset;
        await _scope.Git.RequireVersionAsync(
            isMerge ? MergeVersion : LeastVersion, isMerge ? "a merge without a working tree" : "it", cancellationToken);
        await _scope.Git.ReadAsync(["var", "GIT_COMMITTER_IDENT"], cancellationToken);
        await _scope.Git.ReadAsync(["var", "GIT_AUTHOR_IDENT"], cancellationToken);
        var head = await _scope.Remote.HeadAsync(Settings.Branch, _scope.Objects, cancellationToken);
        var (live, back) = await _scope.CommitsAsync(from, target, cancellationToken);
        if (head != live)
        {
            throw new RollbackOpsException(ErrorId.WorldChanged,
                $"'{Settings.Branch}' on '{Settings.Remote}' is at {head[..12]}, and what is live was built from {live[..12]}: a rollback would take back what lies between, too.",
                "Look at what was pushed since; deploy it, or roll back by another strategy.", from.Id);
        }

        await RequireOneLineAsync(live, back, target, cancellationToken);
        await _scope.Remote.TryPushAsync(back, _scope.Production, live, cancellationToken);
        if (_development is not null)
        {
            var development = await _scope.Remote.HeadAsync(Settings.DevelopmentBranch!, _scope.Objects, cancellationToken);
            if (_reset)
            {
                await _development.RequireNothingLostAsync(development, live, back, cancellationToken);
            }
        }
    }

    public Task<EffectObservation> ObserveAsync(
        StepKind kind, StepContext context, CancellationToken cancellationToken) => kind switch
        {
            StepKind.Tag => LookAsync(_tag.ObserveAsync, context, cancellationToken),
            StepKind.Revert => LookAsync(_revert.ObserveAsync, context, cancellationToken),
            StepKind.Push => LookAsync(_push.ObserveAsync, context, cancellationToken),
            StepKind.MergeBranch when _development is not null =>
                LookAsync(_development.ObserveMergedAsync, context, cancellationToken),
            StepKind.ResetBranch when _development is not null =>
                LookAsync(_development.ObserveResetAsync, context, cancellationToken),
            _ => Task.FromResult(Seen.Unknown("cannot be told")),
        };

    public Task<string> ApplyAsync(StepKind kind, StepContext context, CancellationToken cancellationToken) => kind switch
    {
        StepKind.Tag => _tag.ApplyAsync(context, cancellationToken),
        StepKind.Revert => _revert.ApplyAsync(context, cancellationToken),
        StepKind.Push => _push.ApplyAsync(context, cancellationToken),
        StepKind.MergeBranch when _development is not null => _development.MergeAsync(context, cancellationToken),
        StepKind.ResetBranch when _development is not null => _development.ResetAsync(context, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The strategy has no such effect."),
    };

    public async Task<string?> FindCommitAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (from, target) = await _scope.CommitsAsync(context.From, context.Target, cancellationToken);
        var head = await _scope.Remote.HeadAsync(Settings.Branch, _scope.Objects, cancellationToken);
        return await _scope.OutcomeAsync(context.RollbackId, from, target, head, cancellationToken);
    }

    /// <summary>What cannot be read now is unknown; whatever else is wrong will not mend by looking again.</summary>
    private static async Task<EffectObservation> LookAsync(
        Func<StepContext, CancellationToken, Task<EffectObservation>> look,
        StepContext context,
        CancellationToken cancellationToken)
    {
        try
        {
            return await look(context, cancellationToken);
        }
        catch (RollbackOpsException unseen) when (unseen.Id is ErrorId.RemoteUnreachable or ErrorId.CredentialsMissing)
        {
            // Every effect here expects an old value: to repeat it is harmless.
            return Seen.Unknown(unseen.Message);
        }
    }

    /// <summary>The target lies behind what is live; without a revert commit it may lie ahead, as for an undo.</summary>
    private async Task RequireOneLineAsync(
        string live, string back, Deployment target, CancellationToken cancellationToken)
    {
        if (await IsOneLineAsync(live, back, cancellationToken)
            || (await _scope.Remote.DeepenAsync(Settings.Branch, cancellationToken)
                && await IsOneLineAsync(live, back, cancellationToken)))
        {
            return;
        }

        throw new RollbackOpsException(ErrorId.TargetNotEligible,
            $"{target.Id} was built from {back[..12]}, which is no ancestor of {live[..12]}, what is live on '{Settings.Branch}'.",
            "Choose a target from the production branch's own history.", target.Id);
    }

    private async Task<bool> IsOneLineAsync(string live, string back, CancellationToken cancellationToken) =>
        await _scope.Objects.IsAncestorAsync(back, live, cancellationToken)
        || (Settings.Rollback == GitRollback.ForcePush
            && await _scope.Objects.IsAncestorAsync(live, back, cancellationToken));

    private static PlannedEffect Effect(StepKind kind, string description) =>
        new() { Kind = kind, Description = description, Deadline = s_deadline };
}
