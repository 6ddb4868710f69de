using System.Text.Json;
using RollbackOps.Databases;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>Restores stand in the log and in incident reports, refused and failed ones too (S35, S39).</summary>
public sealed class RestoreRecordTests : IDisposable
{
    private const string Restore = "Restore-Database -Reason 'orders corrupted' -AllowUnseenConnections -Confirm:$false";
    private readonly ReleaseFolder _folder = new();
    private readonly Session _session;

    public RestoreRecordTests()
    {
        _folder.AddDatabase();
        _session = new Session(_folder.Root);
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Log_RollbacksAndRestores_CountsBothInOneRow()
    {
        _session.Run("Invoke-Rollback -Reason r -Confirm:$false").Clean();
        var restored = _session.Run($"Backup-Database -Confirm:$false | {Restore}").Clean().Single<DatabaseRestoreResult>();
        var undone = _session.Run("Undo-Rollback -Reason r -Confirm:$false").Clean().Single<RollbackResult>();

        var log = Log("Get-RollbackLog");

        Assert.Equal([1, 2, 3], log.Select(entry => entry.Number));
        Assert.Equal(3, undone.Number);
        var restore = log[1];
        Assert.Equal((restored.Database, restored.Backup), (restore.PreviousDeployment, restore.RollbackTarget));
        Assert.Equal((RollbackStatus.Succeeded, "orders corrupted", restored.Duration), (restore.Status, restore.Reason, restore.Duration));
        Assert.Equal("Restore of the database (StopFirst): Fence, RestoreAside, Check, Swap, Verify", restore.ActionsTaken);
        Assert.Equal(2, Assert.Single(Log("Get-RollbackLog -Kind Restore")).Number);
        Assert.Equal([1, 3], Log("Get-RollbackLog -Kind Rollback").Select(entry => entry.Number));
    }

    [Theory]
    [InlineData("Get-DatabaseBackup none* | Restore-Database -Reason r -Confirm:$false", "NoInput")]
    [InlineData("Get-DatabaseBackup | Restore-Database -Reason r", "ApprovalMissing")]
    [InlineData("Get-DatabaseBackup | Restore-Database -Reason r -InPlace -Setting @{ 'database.path' = 'none.db' } -Confirm:$false", "BackupForeign")]
    [InlineData("Undo-DatabaseRestore -Reason r -Confirm:$false", "NothingToUndo")]
    public void Log_RefusedRestore_IsThereAsARestore(string script, string id)
    {
        _session.Run("Backup-Database -Confirm:$false").Clean();

        Assert.Equal(id, _session.Run(script).ErrorId());

        var entry = Assert.Single(Log("Get-RollbackLog -Kind Restore"));
        Assert.Equal((1, RollbackStatus.Refused, "r"), (entry.Number, entry.Status, entry.Reason));
        Assert.StartsWith("none: a restore of the database was asked for.", entry.ActionsTaken, StringComparison.Ordinal);
        Assert.Empty(Log("Get-RollbackLog -Kind Rollback"));
    }

    [Fact]
    public void Report_OfARestore_TellsWhatTheRestoreDid()
    {
        var report = _session.Run($"$backup = Backup-Database -Confirm:$false; $restore = $backup | {Restore}; " +
            "$restore, ($backup | Test-DatabaseBackup), (Test-Database) | ForEach-Object { $_ } | New-IncidentReport")
            .Clean().Single<IncidentReport>();

        var restore = Assert.Single(report.Database!.Restores);
        Assert.Equal($"Restore 1 of {restore.Project}/production: Succeeded", report.Title);
        Assert.Contains(report.Timeline, entry => entry.What == "Swap done" && entry.Evidence?.StartsWith("kept: ", StringComparison.Ordinal) == true);
        Assert.Contains(report.Overrides, one => one is { Name: "AllowUnseenConnections", Reason: "orders corrupted" });
        Assert.Single(report.Database.BackupTests);
        Assert.Contains(report.Database.Checks, check => check.Kind == DatabaseCheckKind.Integrity);
        var markdown = File.ReadAllText(Assert.Single(report.Files, file => file.EndsWith(".md", StringComparison.Ordinal)));
        Assert.Contains("### Restore: Succeeded", markdown, StringComparison.Ordinal);
        Assert.Contains($"Undo-DatabaseRestore -RestoreId {restore.RestoreId}", markdown, StringComparison.Ordinal);
        Assert.Contains("| Writes that are missing | 0 minutes |", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("No rollback was made", markdown, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(Assert.Single(report.Files, file => file.EndsWith(".json", StringComparison.Ordinal))));
        var told = json.RootElement.GetProperty("database").GetProperty("restores")[0];
        Assert.Equal(restore.RestoreId, told.GetProperty("restoreId").GetString());
        Assert.Equal("Succeeded", told.GetProperty("status").GetString());
        Assert.Equal(restore.RowsAfter!.Count, told.GetProperty("rowsAfter").EnumerateObject().Count());
    }

    [Fact]
    public void Report_OfAFailedRestoreWhereErrorsStopTheScript_IsWhole()
    {
        Damaged();

        Assert.Equal("BackupInvalid", _session.Run($"$ErrorActionPreference = 'Stop'; Get-DatabaseBackup | {Restore} | New-IncidentReport").ErrorId());

        var markdown = File.ReadAllText(Assert.Single(Directory.GetFiles(Path.Combine(_folder.State, "reports"), "*.md")));
        Assert.Contains("### Restore: Failed", markdown, StringComparison.Ordinal);
        Assert.Contains("The live database is as it was", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_WithoutInput_TellsOfTheLastEntryOfTheLog()
    {
        _session.Run("Invoke-Rollback -Reason r -Confirm:$false").Clean();
        Assert.Equal("NothingToUndo", _session.Run("Undo-DatabaseRestore -Reason r -Confirm:$false").ErrorId());

        var report = _session.Run("New-IncidentReport").Clean().Single<IncidentReport>();

        Assert.Null(report.Rollback);
        Assert.Equal((RestoreKind.Undo, RestoreStatus.Refused), (report.Database!.Restores[0].Kind, report.Database.Restores[0].Status));
    }

    [Fact]
    public void Report_OfARestorePlan_WritesNothingAndSaysSo()
    {
        var outcome = _session.Run("Backup-Database -Confirm:$false | Restore-Database -Reason r -WhatIf | New-IncidentReport");

        Assert.Contains("no report is written", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.State, "reports")));
    }

    private List<RollbackLogEntry> Log(string script) =>
        [.. _session.Run(script).Clean().Output.Select(one => (RollbackLogEntry)one.BaseObject)];

    private void Damaged()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.State, "backups")).FullName;
        File.WriteAllText(Path.Combine(folder, "db-snapshot-20240101T000000Z.sql"), "CREATE TABLE t (a);\nINSERT INTO nowhere VALUES (1);\n");
    }
}
