namespace RollbackOps.Databases;

/// <summary>A place where backups are kept. A port, so that they can lie elsewhere than on this machine.</summary>
public interface IBackupFolder
{
    /// <summary>Where it is, for people.</summary>
    string Location { get; }

    /// <summary>Every backup there, in no order; empty where there is no such place yet.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.BackupUnreadable"/>.</exception>
    IReadOnlyList<StoredBackup> List();

    /// <summary>A name that is free, and the temporary file to write to.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.BackupFailed"/>: nothing can be written there.</exception>
    BackupReservation Reserve(string name, string extension);

    /// <summary>
    /// Makes what was written to the temporary file durable, and then visible under its own name with its manifest.
    /// </summary>
    /// <param name="reservation">What was reserved.</param>
    /// <param name="describe">Makes the manifest from the file's hash (hexadecimal SHA-256) and size in bytes.</param>
    /// <param name="progress">Is told how far the hashing is.</param>
    /// <param name="cancellationToken">Stops it before anything is visible.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.BackupFailed"/>.</exception>
    Task<StoredBackup> KeepAsync(
        BackupReservation reservation,
        Func<string, long, BackupManifest> describe,
        Action<ByteProgress> progress,
        CancellationToken cancellationToken);

    /// <summary>Removes what a reservation left behind; what is gone already is no error.</summary>
    void Discard(BackupReservation reservation);

    /// <summary>Deletes a backup and its manifest.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.BackupFailed"/>.</exception>
    void Delete(StoredBackup backup);
}

/// <summary>A name taken for a backup that is being written.</summary>
/// <param name="Name">The backup's name.</param>
/// <param name="TemporaryFile">The file to write to, absolute.</param>
/// <param name="File">The file it becomes, absolute.</param>
public sealed record BackupReservation(string Name, string TemporaryFile, string File);

/// <summary>A backup as it lies there.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">The file, absolute.</param>
/// <param name="Size">The file's size in bytes.</param>
/// <param name="WrittenAt">When the file was last written, UTC.</param>
/// <param name="Format">What its first bytes say it is.</param>
/// <param name="Manifest">Its manifest, or null.</param>
/// <param name="Fault">What is wrong with it at first sight, or null.</param>
public sealed record StoredBackup(
    string Name,
    string Path,
    long Size,
    DateTimeOffset WrittenAt,
    BackupFormat Format,
    BackupManifest? Manifest,
    string? Fault);
