using System.Globalization;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Git;

/// <summary>
/// The commit that takes back everything between the target and what is live: what is live as its parent, the target's
/// tree as its tree. Merges come out right by construction, and no working tree is needed. Until it is pushed, a ref of
/// its own holds it, by which a crash finds it again.
/// </summary>
internal sealed class GitRevert
{
    private readonly GitScope _scope;

    public GitRevert(GitScope scope) => _scope = scope;

    public async Task<EffectObservation> ObserveAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (from, target) = await _scope.CommitsAsync(context.From, context.Target, cancellationToken);
        if (await FindMadeAsync(context, from, target, cancellationToken) is { } made)
        {
            return Seen.Present($"{made[..12]} is made and not yet pushed");
        }

        var head = await _scope.Remote.HeadAsync(_scope.Settings.Branch, _scope.Objects, cancellationToken);
        return await _scope.OutcomeAsync(context.RollbackId, from, target, head, cancellationToken) is { } pushed
            ? Seen.Present($"{pushed[..12]} is on {_scope.Settings.Branch}")
            : head == from
                ? Seen.Absent("no revert commit of this rollback is there")
                : Seen.Conflicting($"'{_scope.Settings.Branch}' is at {head[..12]}, not at {from[..12]}");
    }

    public async Task<string> ApplyAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (from, target) = await _scope.CommitsAsync(context.From, context.Target, cancellationToken);
        var tree = await _scope.Objects.TreeAsync(target, cancellationToken);
        var commit = await _scope.Objects.CommitAsync(
            tree, [from], await MessageAsync(context, from, target, cancellationToken), cancellationToken);
        await _scope.Objects.WriteRefAsync(RefOf(context), commit, expected: string.Empty, cancellationToken);
        return $"revert commit {commit[..12]} takes back {target[..12]}..{from[..12]}; the work returns only by reverting it: "
            + $"git revert {commit[..12]}{await _scope.Objects.RemarksAsync(target, cancellationToken)}";
    }

    /// <summary>The commit that was made here and not yet seen on the remote, or null.</summary>
    public async Task<string?> FindMadeAsync(
        StepContext context, string from, string target, CancellationToken cancellationToken)
    {
        if (await _scope.Objects.ReadRefAsync(RefOf(context), cancellationToken) is not { } made)
        {
            return null;
        }

        var isRight = await _scope.Objects.TreeAsync(made, cancellationToken)
                == await _scope.Objects.TreeAsync(target, cancellationToken)
            && await _scope.Objects.ReadRefAsync($"{made}^", cancellationToken) == from;
        return isRight ? made : throw new RollbackOpsException(ErrorId.WorldChanged,
            $"'{RefOf(context)}' holds {made[..12]}, which is not the revert of {target[..12]}..{from[..12]}.",
            $"Find out who wrote it; remove it with git update-ref -d {RefOf(context)}, then go on.", context.RollbackId);
    }

    /// <summary>Lets the commit go: the remote's branch holds it now.</summary>
    public async Task ForgetAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (await _scope.Objects.ReadRefAsync(RefOf(context), cancellationToken) is { } made)
        {
            await _scope.Objects.DeleteRefAsync(RefOf(context), made, cancellationToken);
        }
    }

    private static string RefOf(StepContext context) => $"refs/rollbackops/{context.RollbackId}";

    private async Task<string> MessageAsync(
        StepContext context, string from, string target, CancellationToken cancellationToken)
    {
        var count = await _scope.Git.ReadAsync(["rev-list", "--count", from, "--not", target], cancellationToken);
        return string.Create(CultureInfo.InvariantCulture,
            $"""
            Revert {target[..12]}..{from[..12]}: roll back to {Inert.Line(context.Target.Id)}

            This takes back {count} commits, from {from} to {target},
            in one; its tree is the target's. The work returns only by reverting this commit.

            Reason: {Inert.Line(context.Reason)}
            By: {Inert.Line(context.By)}

            {RollbackTrailer.Of(context.RollbackId)}

            """);
    }
}
