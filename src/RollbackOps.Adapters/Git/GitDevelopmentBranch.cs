using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Git;

/// <summary>
/// The development branch after the rollback: production is merged into it by plumbing, or, when that was asked for by
/// name, it is set to production with a lease. Commits that exist only there are never dropped (S22).
/// </summary>
internal sealed class GitDevelopmentBranch
{
    private readonly GitScope _scope;
    private readonly string _branch;

    public GitDevelopmentBranch(GitScope scope, string branch)
    {
        _scope = scope;
        _branch = branch;
    }

    public async Task<EffectObservation> ObserveMergedAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (_, outcome) = await RequireOutcomeAsync(context, cancellationToken);
        var head = await HeadAsync(cancellationToken);
        return Observed(await _scope.Objects.IsAncestorAsync(outcome, head, cancellationToken), head, outcome);
    }

    public async Task<EffectObservation> ObserveResetAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (from, outcome) = await RequireOutcomeAsync(context, cancellationToken);
        var head = await HeadAsync(cancellationToken);
        return Observed(await _scope.HoldsAsync(outcome, from, head, cancellationToken), head, outcome);
    }

    /// <summary>Merges production into it.</summary>
    public async Task<string> MergeAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (_, outcome) = await RequireOutcomeAsync(context, cancellationToken);
        var head = await HeadAsync(cancellationToken);
        var next = await _scope.Objects.IsAncestorAsync(head, outcome, cancellationToken)
            ? outcome
            : await MergeCommitAsync(context, head, outcome, cancellationToken);
        return await PushAsync(next, head, () => ObserveMergedAsync(context, cancellationToken), cancellationToken);
    }

    /// <summary>Sets it to production.</summary>
    public async Task<string> ResetAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (from, outcome) = await RequireOutcomeAsync(context, cancellationToken);
        var head = await HeadAsync(cancellationToken);
        await RequireNothingLostAsync(head, from, outcome, cancellationToken);
        return await PushAsync(outcome, head, () => ObserveResetAsync(context, cancellationToken), cancellationToken);
    }

    /// <summary>Whether a reset of the branch would drop what exists only there.</summary>
    /// <param name="head">The branch's commit.</param>
    /// <param name="from">What was live; its tag keeps it.</param>
    /// <param name="outcome">What the branch is set to.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.CommitsWouldBeLost"/>.</exception>
    public async Task RequireNothingLostAsync(
        string head, string from, string outcome, CancellationToken cancellationToken)
    {
        var own = await _scope.Objects.OnlyInAsync(head, [from, outcome], cancellationToken);
        if (own.Count > 0)
        {
            throw new RollbackOpsException(ErrorId.CommitsWouldBeLost,
                $"'{_branch}' on '{_scope.Remote.Name}' holds commits that exist only there, and a reset would drop them: {string.Join("; ", own)}. It was left as it is.",
                $"Leave -ResetDevelopmentBranch out, so that '{_scope.Settings.Branch}' is merged into it, or move those commits to another branch first.",
                _branch);
        }
    }

    private Task<string> HeadAsync(CancellationToken cancellationToken) =>
        _scope.Remote.HeadAsync(_branch, _scope.Objects, cancellationToken);

    private EffectObservation Observed(bool isThere, string head, string outcome) => isThere
        ? Seen.Present($"'{_branch}' holds {outcome[..12]}")
        : Seen.Absent($"'{_branch}' is at {head[..12]}");

    /// <summary>Another head than the one that was looked at is somebody else's push.</summary>
    private Task<string> PushAsync(
        string next, string expected, Func<Task<EffectObservation>> observe, CancellationToken cancellationToken) =>
        new GitExpectedPush(_scope.Remote, next, GitRemote.BranchRef(_branch), expected).ApplyAsync(
            async () =>
            {
                var seen = await observe();
                var head = await HeadAsync(cancellationToken);
                return seen.State == EffectState.Absent && head != expected
                    ? Seen.Conflicting($"'{_branch}' is at {head[..12]}, no longer at {expected[..12]}")
                    : seen;
            },
            cancellationToken);

    private async Task<(string From, string Outcome)> RequireOutcomeAsync(
        StepContext context, CancellationToken cancellationToken)
    {
        var (from, target) = await _scope.CommitsAsync(context.From, context.Target, cancellationToken);
        var production = await _scope.Remote.HeadAsync(_scope.Settings.Branch, _scope.Objects, cancellationToken);
        var outcome = await _scope.OutcomeAsync(context.RollbackId, from, target, production, cancellationToken);
        return (from, outcome ?? throw new RollbackOpsException(ErrorId.WorldChanged,
            $"'{_scope.Settings.Branch}' is at {production[..12]} and does not hold this rollback any more, so '{_branch}' was left as it is.",
            $"Look at who pushed to '{_scope.Settings.Branch}'.", context.RollbackId));
    }

    private async Task<string> MergeCommitAsync(
        StepContext context, string head, string outcome, CancellationToken cancellationToken)
    {
        await _scope.Git.RequireVersionAsync(GitStrategy.MergeVersion, "a merge without a working tree", cancellationToken);
        var merged = await _scope.Git.RunAsync(
            ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", head, outcome], cancellationToken);
        var fields = merged.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        if (merged.ExitCode == 1)
        {
            throw new RollbackOpsException(ErrorId.MergeConflict,
                $"'{_scope.Settings.Branch}' cannot be merged into '{_branch}' without a person; they conflict in {string.Join(", ", fields.Skip(1).Distinct().Take(10).Select(Inert.Line))}. '{_branch}' was left as it is.",
                $"Merge it by hand: git switch {_branch} && git merge {_scope.Remote.Name}/{_scope.Settings.Branch}.", _branch);
        }

        if (merged.ExitCode != 0 || fields.Length == 0)
        {
            throw GitFailure.OfLocal(merged, _scope.Git.Repository);
        }

        return await _scope.Objects.CommitAsync(fields[0], [head, outcome],
            $"""
            Merge branch '{_scope.Settings.Branch}' into {_branch} after a rollback

            Of the rollback {context.RollbackId}: {Inert.Line(context.Reason)}

            """, cancellationToken);
    }
}
