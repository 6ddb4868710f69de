namespace RollbackOps.Deployments;

/// <summary>The repository behind the deployments; only ever read.</summary>
public interface IRepository
{
    /// <summary>What separates two commits.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.RepositoryUnreadable"/>: the repository cannot be read, or lacks one of them.
    /// </exception>
    Task<CommitComparison> CompareAsync(string fromCommit, string toCommit, CancellationToken cancellationToken);

    /// <summary>A commit by its hash or a unique prefix of it, at least seven digits; null when there is none.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RepositoryUnreadable"/>.</exception>
    Task<CommitInfo?> FindCommitAsync(string commit, CancellationToken cancellationToken);

    /// <summary>The paths of the migration files that a commit holds.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RepositoryUnreadable"/>.</exception>
    Task<IReadOnlyList<string>> ListMigrationsAsync(string commit, CancellationToken cancellationToken);

    /// <summary>The content of files of a commit, by path; what is not there is left out.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RepositoryUnreadable"/>.</exception>
    Task<IReadOnlyDictionary<string, byte[]>> ReadFilesAsync(
        string commit, IReadOnlyCollection<string> paths, CancellationToken cancellationToken);
}

/// <summary>A commit, made inert (S43).</summary>
/// <param name="Hash">Its full hash.</param>
/// <param name="Subject">Its subject line.</param>
/// <param name="Author">Its author.</param>
/// <param name="At">When it was committed, UTC.</param>
public sealed record CommitInfo(string Hash, string Subject, string Author, DateTimeOffset At);

/// <summary>What a rollback from one commit to another takes back.</summary>
/// <param name="Commits">The commits in the first and not in the second, newest first.</param>
/// <param name="ChangedFiles">The files that differ.</param>
/// <param name="Migrations">Those of them that are database migrations.</param>
/// <param name="IsAncestor">Whether the second commit is an ancestor of the first.</param>
public sealed record CommitComparison(
    IReadOnlyList<CommitInfo> Commits,
    IReadOnlyList<string> ChangedFiles,
    IReadOnlyList<string> Migrations,
    bool IsAncestor);
