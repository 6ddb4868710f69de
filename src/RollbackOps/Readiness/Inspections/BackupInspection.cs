using RollbackOps.Databases;

namespace RollbackOps.Readiness.Inspections;

/// <summary>How old the newest backup is that was restored aside and stood.</summary>
internal sealed class BackupInspection(ReadinessScope scope) : IInspection
{
    public string Name => "backup";

    public ReadinessArea Area => ReadinessArea.Database;

    public string Expected => $"a backup that was restored aside and checked, at most {Elapsed.Told(scope.Limits.BackupAge)} old";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        if (scope.Database is null)
        {
            return ReadinessFinding.None("no database is configured");
        }

        var backups = await scope.BackupsAsync(cancellationToken);
        var newest = backups is [var first, ..] ? first : null;
        var verified = backups.FirstOrDefault(backup => backup.Status == BackupStatus.Tested);
        var tail = newest is not null && newest != verified ? $"; the newest of all, {newest.Name}, is {newest.Status} and {Elapsed.Told(newest.Age)} old" : "";
        return (newest, verified) switch
        {
            (null, _) => ReadinessFinding.Fail("there is none", "Backup-Database | Test-DatabaseBackup, every day."),
            (_, null) => ReadinessFinding.Fail($"none of {backups.Count} was ever restored and stood{tail}", "Get-DatabaseBackup -Before (Get-Date) | Test-DatabaseBackup"),
            _ when verified.Age > scope.Limits.BackupAge => ReadinessFinding.Fail($"{verified.Name} is {Elapsed.Told(verified.Age)} old{tail}",
                newest == verified ? "Backup-Database | Test-DatabaseBackup, every day." : "Get-DatabaseBackup -Before (Get-Date) | Test-DatabaseBackup"),
            _ => ReadinessFinding.Ready($"{verified.Name} is {Elapsed.Told(verified.Age)} old{tail}"),
        };
    }
}
