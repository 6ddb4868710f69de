using RollbackOps.Databases;

namespace RollbackOps.Tests.Fakes;

/// <summary>A database that tells its migrations, or cannot be reached.</summary>
internal sealed class FakeDatabase : IDatabase
{
    public AppliedMigrations? Applied { get; set; }

    public bool IsUnreachable { get; set; }

    public int Reads { get; private set; }

    public string Place => "shop";

    public IReadOnlyList<string> IntegrityChecks => [];

    public Task<string> PingAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IntegrityAnswer> CheckIntegrityAsync(string check, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<QueryAnswer> QueryAsync(string query, int most, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyDictionary<string, long>> CountRowsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string?> ReadMigrationLevelAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<AppliedMigrations?> ReadMigrationsAsync(CancellationToken cancellationToken)
    {
        Reads++;
        return IsUnreachable
            ? throw new RollbackOpsException(ErrorId.DatabaseUnreachable, "The database does not answer.", "Look at it.")
            : Task.FromResult(Applied);
    }
}
