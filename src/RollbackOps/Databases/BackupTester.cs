using System.Globalization;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Databases;

/// <summary>Proves a backup: restores it aside, checks what came of it, drops that, and records how it went.</summary>
internal sealed class BackupTester
{
    private readonly DatabaseContext _context;
    private readonly Action<RollbackProgress> _tell;

    public BackupTester(DatabaseContext context, Action<RollbackProgress> tell)
    {
        _context = context;
        _tell = tell;
    }

    /// <summary>Tests one. A backup that does not stand is a result, not an exception.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; what was restored is gone, and nothing is recorded.</exception>
    public async Task<BackupTestResult> TestAsync(DatabaseBackup backup, CancellationToken cancellationToken)
    {
        var teller = new StepTeller(_tell, _context.Clock);
        var begun = _context.Clock.GetTimestamp();
        TimeSpan? restored = null;
        BackupTestResult result;
        try
        {
            RefuseUnusable(backup);
            teller.Begin(1, 2, $"Restore {backup.Name} aside");
            var side = await _context.Engine.RestoreAsideAsync(
                backup.ToSource(), _context.Engine.SidePlace($"test-{Guid.NewGuid():N}"[..13]), teller.Bytes, cancellationToken);
            restored = _context.Clock.GetElapsedTime(begun);
            try
            {
                teller.Begin(2, 2, "Check what was restored");
                var checks = await new DatabaseChecker(side, _context.Database, _context.Clock)
                    .RunAllAsync(backup.Manifest?.Tables, cancellationToken);
                result = Judge(backup, restored.Value, _context.Clock.GetElapsedTime(begun) - restored.Value, side.Size, checks);
            }
            finally
            {
                await side.DropAsync();
            }
        }
        catch (RollbackOpsException failure) when (failure.Id is ErrorId.BackupInvalid or ErrorId.DumpRefused
            or ErrorId.RestoreFailed or ErrorId.DatabaseUnreadable)
        {
            var spent = _context.Clock.GetElapsedTime(begun);
            result = Result(backup, isPassed: false, restored ?? spent, spent - (restored ?? spent), failure.Message) with
            {
                Error = failure.Id,
            };
        }

        _context.Journal.Append(JournalKind.BackupTested, rollbackId: null,
            new BackupTestedData
            {
                Result = result,
                Sha256 = backup.Manifest?.Sha256,
                Size = backup.Size,
                By = _context.Context.Actor,
            },
            RollbackJson.Compact.BackupTestedData);
        return result;
    }

    private void RefuseUnusable(DatabaseBackup backup)
    {
        if (backup.Status == BackupStatus.Damaged)
        {
            throw new RollbackOpsException(ErrorId.BackupInvalid,
                $"The backup '{backup.Name}' is damaged: {backup.Detail}", "Choose another: Get-DatabaseBackup.", backup);
        }

        if (!_context.Engine.CanRestore(backup.Format))
        {
            throw new RollbackOpsException(ErrorId.BackupInvalid,
                $"The backup '{backup.Name}' is of the format {backup.Format}, which {_context.Engine.Name} does not restore here.",
                "Choose another: Get-DatabaseBackup. An encrypted or unknown file has to be unpacked first.", backup);
        }
    }

    private BackupTestResult Judge(
        DatabaseBackup backup, TimeSpan restored, TimeSpan checking, long size, IReadOnlyList<DatabaseCheckResult> checks)
    {
        var failed = checks.Where(check => check.Status == CheckStatus.Failed).ToList();
        var detail = failed.Count == 0
            ? string.Create(CultureInfo.InvariantCulture,
                $"restored in {restored.TotalSeconds:0.00} s, {checks.Count(check => check.Status == CheckStatus.Passed)} checks passed in {checking.TotalSeconds:0.00} s")
                + RestoredCheck.Unmade(checks)
            : $"{failed.Count} of {checks.Count} checks failed: {string.Join("; ", failed.Select(check => $"{check.Name}: {check.Detail}"))}";
        return Result(backup, failed.Count == 0, restored, checking, detail) with
        {
            RestoredSize = size,
            Checks = checks,
            Error = failed.Count == 0 ? null : ErrorId.DatabaseCheckFailed,
        };
    }

    private BackupTestResult Result(
        DatabaseBackup backup, bool isPassed, TimeSpan restored, TimeSpan checking, string detail) => new()
        {
            Backup = backup.Name,
            Path = backup.Path,
            IsPassed = isPassed,
            TestedAt = _context.Clock.GetUtcNow(),
            RestoreTime = restored,
            CheckTime = checking,
            RestoredSize = 0,
            Detail = detail,
        };
}
