using RollbackOps.Databases;

namespace RollbackOps.Adapters.Backups;

/// <summary>Makes the errors of plain SQL dumps, of whatever engine (S31).</summary>
internal static class DumpErrors
{
    /// <summary>A dump that holds what is not let through.</summary>
    public static RollbackOpsException Refused(BackupSource source, long line, string why, string nextStep) => new(
        ErrorId.DumpRefused,
        $"Line {line} of the dump '{source.Name}' is not let through: {why}.",
        nextStep, source.Path);

    /// <summary>A dump that is damaged, or not what it seems to be.</summary>
    public static RollbackOpsException Invalid(BackupSource source, string why, Exception? inner = null) => new(
        ErrorId.BackupInvalid,
        $"The dump '{source.Name}' cannot be restored: {why}.",
        "Choose another: Get-DatabaseBackup. The live database is as it was.", source.Path, inner);
}
