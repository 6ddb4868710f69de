using RollbackOps.Deployments;

namespace RollbackOps.Tests.Fakes;

/// <summary>A repository that knows one answer.</summary>
internal sealed class FakeRepository : IRepository
{
    public IReadOnlyList<string> Migrations { get; set; } = [];

    public bool IsUnreadable { get; set; }

    public Task<CommitComparison> CompareAsync(
        string fromCommit, string toCommit, CancellationToken cancellationToken) => IsUnreadable
        ? throw new RollbackOpsException(ErrorId.RepositoryUnreadable, "git says no.", "Look at it.")
        : Task.FromResult(new CommitComparison(
            [new CommitInfo(fromCommit, "Break it", "Ann", FakeClock.Start)], ["a.cs"], Migrations, IsAncestor: true));
}
