using System.Runtime.CompilerServices;

namespace RollbackOps.Deployments;

/// <summary>Deployments with the checks of their commits.</summary>
public sealed class CheckedDeployments
{
    // Two requests each, and nobody's rate limit is ours alone.
    private const int AtOnce = 4;

    private readonly ICommitChecks _checks;
    private readonly Action<Deployment, RollbackOpsException> _unread;

    /// <param name="context">Knows who to ask.</param>
    /// <param name="unread">Is told of each deployment whose checks cannot be read; it is given without them.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.InvalidArgument"/>: nothing that knows is configured.</exception>
    public CheckedDeployments(RollbackContext context, Action<Deployment, RollbackOpsException> unread)
    {
        ArgumentNullException.ThrowIfNull(context);
        _checks = context.CommitChecks ?? throw new RollbackOpsException(ErrorId.InvalidArgument,
            "Nothing is configured that knows the checks of a commit.",
            "Add a section github to rollback.json: \"github\": {} takes the repository from the git remote.");
        _unread = unread;
    }

    /// <summary>They, in their order, a few read at a time.</summary>
    public async IAsyncEnumerable<Deployment> ReadAsync(
        IAsyncEnumerable<Deployment> deployments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deployments);
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pending = new Queue<Task<Deployment>>();
        try
        {
            await foreach (var deployment in deployments.WithCancellation(cancellationToken))
            {
                pending.Enqueue(ReadAsync(deployment, abandoned.Token));
                if (pending.Count == AtOnce)
                {
                    yield return await pending.Dequeue();
                }
            }

            while (pending.TryDequeue(out var next))
            {
                yield return await next;
            }
        }
        finally
        {
            await abandoned.CancelAsync();
        }
    }

    /// <summary>One of them.</summary>
    public async Task<Deployment> ReadAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        try
        {
            return deployment.Commit is { } commit
                ? deployment with { Checks = await _checks.ReadAsync(commit, cancellationToken) }
                : deployment;
        }
        catch (RollbackOpsException failure)
        {
            _unread(deployment, failure);
            return deployment;
        }
    }
}
