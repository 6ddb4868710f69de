using System.Globalization;
using RollbackOps.Databases;
using RollbackOps.Rollbacks;

namespace RollbackOps.Readiness.Inspections;

/// <summary>How long a restore takes, as the last test of a backup measured it.</summary>
internal sealed class RecoveryTimeInspection(ReadinessScope scope) : IInspection
{
    public string Name => "recovery-time";

    public ReadinessArea Area => ReadinessArea.Database;

    public string Expected => $"the last Test-DatabaseBackup stood, in at most {Elapsed.Told(scope.Limits.RecoveryTime)}";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        if (scope.Database is null)
        {
            return ReadinessFinding.None("no database is configured");
        }

        var last = (await scope.LedgerAsync(cancellationToken)).Reading.Records
            .Where(record => record.Kind == JournalKind.BackupTested)
            .Select(record => record.Read(RollbackJson.Compact.BackupTestedData)?.Result)
            .LastOrDefault(result => result is not null);
        if (last is null)
        {
            return ReadinessFinding.Fail("it was never measured", "Get-DatabaseBackup -Before (Get-Date) | Test-DatabaseBackup");
        }

        var ago = $"{Elapsed.Told(scope.Now - last.TestedAt)} ago";
        if (!last.IsPassed)
        {
            return ReadinessFinding.Fail($"{last.Backup} did not stand {ago}: {last.Detail}", "Take another: Backup-Database | Test-DatabaseBackup.");
        }

        var took = last.RestoreTime + last.CheckTime;
        var observed = string.Create(CultureInfo.InvariantCulture,
            $"{took.TotalSeconds:0.0} s for {last.Backup} ({StepTeller.Size(last.RestoredSize)} restored), measured {ago}");
        return took > scope.Limits.RecoveryTime
            ? ReadinessFinding.Fail(observed, "Restore with more jobs (database.postgres.jobs), on faster disks, or raise readiness.recoveryTime if that long an outage will do.")
            : ReadinessFinding.Ready(observed);
    }
}
