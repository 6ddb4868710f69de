using RollbackOps.Databases;
using RollbackOps.Signals;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>The database cmdlets at the prompt.</summary>
public sealed class DatabaseTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly Session _session;

    public DatabaseTests()
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
    public void Backup_PipedIntoItsTest_IsListedAsTested()
    {
        var result = _session.Run("Backup-Database -Confirm:$false | Test-DatabaseBackup").Clean().Single<BackupTestResult>();

        Assert.True(result.IsPassed);
        var listed = _session.Run("Get-DatabaseBackup").Clean().Single<DatabaseBackup>();
        Assert.Equal((result.Backup, BackupStatus.Tested), (listed.Name, listed.Status));
    }

    [Fact]
    public void GetBackup_Before_GivesTheNewestUsableOneFromBeforeThatTime()
    {
        Foreign("20240101T000000Z", "20240201T000000Z", "20240301T000000Z");

        var found = _session.Run("Get-DatabaseBackup -Before '2024-02-15T00:00:00Z'").Clean().Single<DatabaseBackup>();

        Assert.Equal("db-snapshot-20240201T000000Z", found.Name);
        Assert.Equal("BackupNotFound", _session.Run("Get-DatabaseBackup -Before '2023-01-01T00:00:00Z'").ErrorId());
    }

    [Fact]
    public void GetBackup_Wildcard_GivesTheMatchingOnesNewestFirst()
    {
        Foreign("20240101T000000Z", "20240201T000000Z", "20250301T000000Z");

        var names = _session.Run("(Get-DatabaseBackup db-snapshot-2024*).Name").Clean().Output.Select(one => one.ToString());

        Assert.Equal(["db-snapshot-20240201T000000Z", "db-snapshot-20240101T000000Z"], names);
        Assert.Empty(_session.Run("Get-DatabaseBackup none*").Clean().Output);
        Assert.Equal("BackupNotFound", _session.Run("Get-DatabaseBackup none").ErrorId());
    }

    [Fact]
    public void TestBackup_ThatDoesNotStand_GivesItsResultThenOneError()
    {
        Foreign("20240101T000000Z");
        File.AppendAllText(Path.Combine(_folder.State, "backups", "db-snapshot-20240101T000000Z.sql"), "INSERT INTO nowhere VALUES (1);\n");

        var outcome = _session.Run("Get-DatabaseBackup | Test-DatabaseBackup");

        Assert.False(outcome.Single<BackupTestResult>().IsPassed);
        Assert.Equal("BackupInvalid", outcome.ErrorId());
        Assert.False(_session.Run("Get-DatabaseBackup | Test-DatabaseBackup -Quiet").Clean().Single<bool>());
    }

    [Fact]
    public void TestDatabase_ByName_MakesOnlyThoseChecks()
    {
        var check = _session.Run("Test-Database health-*").Clean().Single<DatabaseCheckResult>();

        Assert.Equal((DatabaseCheckKind.Connectivity, CheckStatus.Passed), (check.Kind, check.Status));
        Assert.True(_session.Run("Test-Database -Quiet").Clean().Single<bool>());
        Assert.Equal("InvalidArgument", _session.Run("Test-Database nothing").ErrorId());
    }

    [Fact]
    public void DatabaseCmdlets_WithoutADatabase_SayWhatToConfigure()
    {
        File.Delete(_folder.Database);
        _folder.Configure();

        foreach (var call in new[] { "Test-Database", "Get-DatabaseBackup", "Backup-Database -Confirm:$false" })
        {
            var outcome = _session.Run(call);
            Assert.Equal("DatabaseNotConfigured", outcome.ErrorId());
            Assert.Contains("database section", outcome.Told, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Restore_PipedFromABackup_GivesItsResultAndTheCommandThatUndoesIt()
    {
        var result = _session.Run("Backup-Database -Confirm:$false | Restore-Database -Reason r -AllowUnseenConnections -Confirm:$false")
            .Clean().Single<DatabaseRestoreResult>();

        Assert.Equal(RestoreStatus.Succeeded, result.Status);
        var undone = _session.Run(result.UndoCommand + " -AllowUnseenConnections -Confirm:$false").Clean().Single<DatabaseRestoreResult>();
        Assert.Equal((RestoreKind.Undo, RestoreStatus.Succeeded), (undone.Kind, undone.Status));
    }

    [Fact]
    public void Restore_NothingOrTwoFromThePipeline_ChangesNothing()
    {
        Foreign("20240101T000000Z", "20240201T000000Z");
        var before = File.ReadAllBytes(_folder.Database);

        Assert.Equal("MultipleTargets", _session.Run("Get-DatabaseBackup | Restore-Database -Reason r -Confirm:$false").ErrorId());
        Assert.Equal("NoInput", _session.Run("Get-DatabaseBackup none* | Restore-Database -Reason r -Confirm:$false").ErrorId());
        Assert.Equal(before, File.ReadAllBytes(_folder.Database));
    }

    [Fact]
    public void Restore_ThatFails_GivesItsResultFirstThenOneError()
    {
        Foreign("20240101T000000Z");
        File.AppendAllText(Path.Combine(_folder.State, "backups", "db-snapshot-20240101T000000Z.sql"), "INSERT INTO nowhere VALUES (1);\n");
        var before = File.ReadAllBytes(_folder.Database);

        var outcome = _session.Run("Get-DatabaseBackup | Restore-Database -Reason r -AllowUnseenConnections -Confirm:$false");

        Assert.Equal(RestoreStatus.Failed, outcome.Single<DatabaseRestoreResult>().Status);
        Assert.Equal("BackupInvalid", outcome.ErrorId());
        Assert.Equal(before, File.ReadAllBytes(_folder.Database));
    }

    [Fact]
    public void Restore_WhatIf_SaysHowManyMinutesWillBeMissing()
    {
        Foreign("20240101T000000Z");

        var plan = _session.Run("Get-DatabaseBackup | Restore-Database -Reason r -WhatIf").Clean().Single<DatabaseRestorePlan>();

        Assert.True(plan.LostWrites > TimeSpan.FromDays(300));
        Assert.Contains(plan.Warnings, warning => warning.Contains("no manifest", StringComparison.Ordinal));
    }

    [Fact]
    public void TestBackup_OfSomethingElse_SaysWhatIsExpected() =>
        Assert.Equal("InvalidArgument", _session.Run("'db-snapshot-1' | Test-DatabaseBackup").ErrorId());

    private void Foreign(params string[] stamps)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.State, "backups")).FullName;
        foreach (var stamp in stamps)
        {
            File.WriteAllText(Path.Combine(folder, $"db-snapshot-{stamp}.sql"), "CREATE TABLE t (a);\n");
        }
    }
}
