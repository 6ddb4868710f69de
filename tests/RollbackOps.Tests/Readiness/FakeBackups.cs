using RollbackOps.Databases;

namespace RollbackOps.Tests.Readiness;

/// <summary>A folder of backups that can be listed. Whoever writes there fails.</summary>
internal sealed class FakeBackups : IBackupFolder
{
    public IList<StoredBackup> Stored { get; } = [];

    public string Location => "/srv/backups";

    public IReadOnlyList<StoredBackup> List() => [.. Stored];

    public BackupReservation Reserve(string name, string extension) => throw Untouchable();

    public Task<StoredBackup> KeepAsync(
        BackupReservation reservation, Func<string, long, BackupManifest> describe, Action<ByteProgress> progress, CancellationToken cancellationToken) =>
        throw Untouchable();

    public void Discard(BackupReservation reservation) => throw Untouchable();

    public void Delete(StoredBackup backup) => throw Untouchable();

    private static InvalidOperationException Untouchable() => new("Readiness changes nothing.");
}
