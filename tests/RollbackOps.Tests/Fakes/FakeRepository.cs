using RollbackOps.Deployments;

namespace RollbackOps.Tests.Fakes;

/// <summary>A repository that knows one answer.</summary>
internal sealed class FakeRepository : IRepository
{
    public IReadOnlyList<string> Migrations { get; set; } = [];

    public bool IsUnreadable { get; set; }

    public Task<CommitComparison> CompareAsync(
        string fromCommit, string toCommit, CancellationToken cancellationToken) => IsUnreadable
        ? throw Unreadable()
        : Task.FromResult(new CommitComparison([Commit(fromCommit)], ["a.cs"], Migrations, IsAncestor: true));

    public Task<CommitInfo?> FindCommitAsync(string commit, CancellationToken cancellationToken) =>
        IsUnreadable ? throw Unreadable() : Task.FromResult<CommitInfo?>(Commit(commit));

    /// <summary>The migration files of each commit.</summary>
    public Dictionary<string, IReadOnlyList<string>> Files { get; } = [];

    public Task<IReadOnlyList<string>> ListMigrationsAsync(string commit, CancellationToken cancellationToken) =>
        IsUnreadable ? throw Unreadable() : Task.FromResult(Files.GetValueOrDefault(commit) ?? []);

    public Task<IReadOnlyDictionary<string, byte[]>> ReadFilesAsync(
        string commit, IReadOnlyCollection<string> paths, CancellationToken cancellationToken) => throw new NotSupportedException();

    private static CommitInfo Commit(string hash) => new(hash, "Break it", "Ann", FakeClock.Start);

    private static RollbackOpsException Unreadable() =>
        new(ErrorId.RepositoryUnreadable, "git says no.", "Look at it.");
}
