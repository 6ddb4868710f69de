using RollbackOps.Databases;

namespace RollbackOps.Adapters.Backups;

/// <summary>Whether a backup is what was written (S31).</summary>
internal static class BackupIdentity
{
    /// <summary>Holds what was read against the manifest; without a manifest there is nothing to hold it against.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.BackupInvalid"/>.</exception>
    public static void RequireHash(BackupSource source, string hash)
    {
        if (source.Sha256 is { } stated && !string.Equals(stated, hash, StringComparison.OrdinalIgnoreCase))
        {
            throw new RollbackOpsException(ErrorId.BackupInvalid,
                $"The backup '{source.Name}' is not what was written: its SHA-256 is {hash}, its manifest states {stated}.",
                "Choose another: Get-DatabaseBackup. This one was changed or damaged since.", source.Path);
        }
    }

    /// <summary>What to tell of one that cannot be read, or is gone.</summary>
    public static RollbackOpsException Unreadable(BackupSource source, Exception failure) => new(ErrorId.BackupInvalid,
        $"The backup '{source.Name}' cannot be read: {failure.Message}",
        "Check that it is still there (ls -l), or choose another: Get-DatabaseBackup.", source.Path, failure);
}
