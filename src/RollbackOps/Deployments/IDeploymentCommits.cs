namespace RollbackOps.Deployments;

/// <summary>
/// The commits of the production branch that were deployed, as their subjects and tags tell; for platforms that keep no
/// history of their own.
/// </summary>
public interface IDeploymentCommits
{
    /// <summary>They, newest first, read as they are asked for.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RepositoryUnreadable"/>.</exception>
    IAsyncEnumerable<DeploymentCommit> ListAsync(CancellationToken cancellationToken);
}

/// <summary>A commit that was deployed, or that a rollback made; an ancestor of the production branch's head, or that head itself.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Tags">Its tags, made inert (S43).</param>
/// <param name="Parents">The full hashes of its parents, the main line's first.</param>
/// <param name="IsOnMainLine">Whether the branch itself stood there; if not, it came in with a merge.</param>
/// <param name="RollbackId">The rollback that made it, whatever its subject is; null for any other commit.</param>
public sealed record DeploymentCommit(
    CommitInfo Commit,
    IReadOnlyList<string> Tags,
    IReadOnlyList<string> Parents,
    bool IsOnMainLine,
    string? RollbackId);
