using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Git;

/// <summary>
/// The push of the production branch: the revert commit, or the target itself. The remote takes it only if the branch
/// is still at what was live (S10, S22).
/// </summary>
internal sealed class GitPush
{
    private readonly GitScope _scope;
    private readonly GitRevert _revert;

    public GitPush(GitScope scope, GitRevert revert)
    {
        _scope = scope;
        _revert = revert;
    }

    public async Task<EffectObservation> ObserveAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (from, target) = await _scope.CommitsAsync(context.From, context.Target, cancellationToken);
        var head = await _scope.Remote.HeadAsync(_scope.Settings.Branch, _scope.Objects, cancellationToken);
        if (await _scope.OutcomeAsync(context.RollbackId, from, target, head, cancellationToken) is { } outcome)
        {
            return Seen.Present(head == outcome
                ? $"'{_scope.Settings.Branch}' is at {outcome[..12]}"
                : $"'{_scope.Settings.Branch}' holds {outcome[..12]}, and newer commits up to {head[..12]}");
        }

        return head == from
            ? Seen.Absent($"'{_scope.Settings.Branch}' is at {from[..12]}")
            : Seen.Conflicting($"'{_scope.Settings.Branch}' is at {head[..12]}, neither at {from[..12]} nor rolled back");
    }

    public async Task<string> ApplyAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (from, target) = await _scope.CommitsAsync(context.From, context.Target, cancellationToken);
        var isRevert = _scope.Settings.Rollback == GitRollback.Revert;
        var source = isRevert
            ? await _revert.FindMadeAsync(context, from, target, cancellationToken)
                ?? throw new RollbackOpsException(ErrorId.StepFailed,
                    "There is no revert commit of this rollback to push.", "Plan again: Invoke-Rollback.", context.RollbackId)
            : target;
        var push = new GitExpectedPush(_scope.Remote, source, _scope.Production, from);
        var said = await push.ApplyAsync(() => ObserveAsync(context, cancellationToken), cancellationToken);
        if (!isRevert)
        {
            return said + await _scope.Objects.RemarksAsync(target, cancellationToken);
        }

        await _revert.ForgetAsync(context, cancellationToken);
        return $"{said}; the work returns only by reverting the revert: git revert {source[..12]}";
    }
}

/// <summary>
/// A push with an expected old value. One whose connection died is looked for, and repeated if it is not in place: the
/// expected value makes that harmless (S16, S17).
/// </summary>
internal sealed class GitExpectedPush(GitRemote remote, string source, string name, string expected)
{
    /// <summary>A first that was cut off, a second that finds the remote still at work on it, and a third.</summary>
    private const int Attempts = 3;

    /// <summary>Pushes; says how it went.</summary>
    /// <param name="observe">Looks whether the effect is in place.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.WorldChanged"/>: another push came first. <see cref="ErrorId.OutcomeUnknown"/>.
    /// </exception>
    public async Task<string> ApplyAsync(Func<Task<EffectObservation>> observe, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var pushed = await remote.PushAsync(source, name, expected, cancellationToken);
            if (pushed.State == PushState.Done)
            {
                return $"'{name}' on '{remote.Name}' went from {expected[..12]} to {source[..12]}";
            }

            var seen = await LookAsync(observe, pushed);
            if (seen.State == EffectState.Present)
            {
                return $"{seen.Detail}; the push arrived, although it was cut off";
            }

            if (seen.State == EffectState.Conflicting)
            {
                throw new RollbackOpsException(ErrorId.WorldChanged,
                    $"Another push to '{name}' on '{remote.Name}' came first: {seen.Detail}. Nothing was overwritten.",
                    "Look at what was pushed, then plan again: Invoke-Rollback.", name);
            }

            if (attempt == Attempts)
            {
                throw Unknown($"{pushed.Said} It is not in place now, and may still arrive");
            }
        }
    }

    private async Task<EffectObservation> LookAsync(Func<Task<EffectObservation>> observe, PushOutcome pushed)
    {
        try
        {
            return await observe();
        }
        catch (RollbackOpsException unseen)
        {
            throw Unknown($"{pushed.Said} The remote could not be looked at either: {unseen.Message}", unseen);
        }
    }

    private RollbackOpsException Unknown(string why, Exception? inner = null) => new(ErrorId.OutcomeUnknown,
        $"Whether the push of {source[..12]} to '{name}' on '{remote.Name}' arrived is not known: {why}",
        $"Look with git ls-remote {remote.Name} {name}, then run Resume-Rollback; it looks first and overwrites nothing.",
        name, inner);
}
