using System.Diagnostics;
using System.Runtime.Versioning;
using RollbackOps.Adapters.Sqlite;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Databases;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>Restores of SQLite: what is live afterwards, what is kept, and what is refused (S30, S31).</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SqliteRestoreTests
{
    [Theory]
    [InlineData("wal", false)]
    [InlineData("wal", true)]
    [InlineData("delete", false)]
    [InlineData("delete", true)]
    public async Task Restore_AfterCorruption_BringsTheBackupBackAndKeepsWhatWas(string journalMode, bool keepServing)
    {
        using var world = new SqliteWorld(journalMode, database: SqliteWorld.Hooks);
        await File.WriteAllTextAsync(world.UpFile, "");
        var good = SqliteWorld.Content(world.Path);
        var backup = await world.BackUpAsync();
        world.Run("UPDATE orders SET amount = 0, note = 'corrupted'");
        world.Order(5);
        var bad = SqliteWorld.Content(world.Path);
        File.SetUnixFileMode(world.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        var result = await world.RestoreAsync(backup, request => request with { KeepServing = keepServing });

        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        Assert.Equal((good, bad), (SqliteWorld.Content(world.Path), SqliteWorld.Content(result.Kept!)));
        Assert.Equal((journalMode, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead), (world.Ask("PRAGMA journal_mode"), File.GetUnixFileMode(world.Path)));
        Assert.Equal((2005L, 2000L), (result.RowsBefore!["orders"], result.RowsAfter!["orders"]));
        Assert.Equal(["app.db", Path.GetFileName(result.Kept!), "rollback.json", "up"], world.Files());
        Assert.InRange(result.Outage!.Value, TimeSpan.Zero, result.Duration);
        Assert.All(result.Steps, step => Assert.Equal(StepStatus.Done, step.Status));
        Assert.Equal(keepServing ? RestoreStepKind.RestoreAside : RestoreStepKind.StopServices, result.Steps[0].Kind);

        var undone = await world.UndoAsync();

        Assert.True(undone.Status == RestoreStatus.Succeeded, undone.Message);
        Assert.Equal((bad, good), (SqliteWorld.Content(world.Path), SqliteWorld.Content(undone.Kept!)));
        Assert.Equal(journalMode, world.Ask("PRAGMA journal_mode"));
        Assert.Equal(ErrorId.NothingToUndo, (await Assert.ThrowsAsync<RollbackOpsException>(() => world.UndoAsync())).Id);
        Assert.Empty(JournalFindings(world));
    }

    [Fact]
    public async Task Restore_KilledProcessLeftAnEmptiedJournal_IsNoObstacle()
    {
        using var world = new SqliteWorld(journalMode: "delete");
        var backup = await world.BackUpAsync();
        world.Order(3);
        var live = SqliteWorld.Content(world.Path);
        await File.WriteAllBytesAsync(world.Path + "-journal", new byte[512]);

        var result = await world.RestoreAsync(backup);

        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        Assert.Equal(live, SqliteWorld.Content(result.Kept!));
        Assert.False(File.Exists(world.Path + "-journal"));
    }

    [Fact]
    public async Task Restore_WhileAServiceWrites_LosesNoAcknowledgedWriteSilently()
    {
        using var world = new SqliteWorld(database: """
            , "stop": { "command": ["sh", "-c", "rm up; while [ -e open ]; do sleep 0.01; done"] },
            "start": { "command": ["touch", "up"] }
            """);
        await File.WriteAllTextAsync(world.UpFile, "");
        var backup = await world.BackUpAsync();
        using var growing = new GrowingFile(Path.Combine(world.Root, DatabaseRuns.AcknowledgedFile));
        var writing = ChildRun.OfAsync(ChildRun.Command("write", world.Root, "0"));
        await growing.ReadAsync(lines: 20);

        var result = await world.RestoreAsync(backup, request => request with { KeepServing = true });

        Assert.Equal(0, (await writing).ExitCode);
        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        var acknowledged = (await File.ReadAllLinesAsync(Path.Combine(world.Root, DatabaseRuns.AcknowledgedFile))).ToHashSet();
        var found = SqliteWorld.Ask(result.Kept!, "SELECT note FROM orders WHERE note LIKE 'live %'").Split('\n')
            .Concat(world.Ask("SELECT note FROM orders WHERE note LIKE 'live %'").Split('\n')).ToHashSet();
        Assert.True(acknowledged.Count >= 20);
        Assert.Subset(found, acknowledged);
        Assert.Equal(2000, result.RowsAfter!["orders"]);
    }

    [Fact]
    public async Task Restore_SomebodyHasTheFileOpenWithoutALock_IsRefusedByNameAndChangesNothing()
    {
        using var world = new SqliteWorld(journalMode: "delete", database: SqliteWorld.Hooks);
        await File.WriteAllTextAsync(world.UpFile, "");
        var backup = await world.BackUpAsync();
        var before = (world.Hash(), string.Join(',', world.Files()));
        using var idle = Process.Start(new ProcessStartInfo("sh", ["-c", "exec 3<>app.db; echo open; read line"])
        {
            WorkingDirectory = world.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("open", await idle.StandardOutput.ReadLineAsync());

        var result = await world.RestoreAsync(backup);

        idle.StandardInput.Close();
        await idle.WaitForExitAsync();
        Assert.Equal((RestoreStatus.Failed, ErrorId.DatabaseInUse), (result.Status, result.Error));
        Assert.Contains($"process {idle.Id}", result.Message, StringComparison.Ordinal);
        Assert.Equal(before, (world.Hash(), string.Join(',', world.Files())));
    }

    [Theory]
    [InlineData("wal")]
    [InlineData("delete")]
    public async Task Fence_ProcessesThatCannotBeSeen_CountOnlyWhereNothingElseProvesIt(string journalMode)
    {
        using var world = new SqliteWorld(journalMode);
        var isProven = journalMode == "wal" || OpenHandles.Find(world.Path).IsWhole;
        var engine = world.Open().Engine;

        var fencing = async () => await (await engine.FenceAsync(new FenceOptions(AllowUnseen: false, TerminateConnections: false), CancellationToken.None)).DisposeAsync();

        if (isProven)
        {
            await fencing();
        }
        else
        {
            var refusal = await Assert.ThrowsAsync<RollbackOpsException>(fencing);
            Assert.Contains("-AllowUnseenConnections", refusal.NextStep, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("wal")]
    [InlineData("delete")]
    public async Task Restore_SomebodyIsInATransaction_IsRefusedAndChangesNothing(string journalMode)
    {
        using var world = new SqliteWorld(journalMode, database: SqliteWorld.Hooks);
        await File.WriteAllTextAsync(world.UpFile, "");
        var backup = await world.BackUpAsync();
        var before = (world.Hash(), string.Join(',', world.Files()));
        DatabaseRestoreResult result;
        using (var reader = SqliteWorld.Connect(world.Path))
        {
            using var command = reader.CreateCommand();
            command.CommandText = "BEGIN; SELECT count(*) FROM orders";
            command.ExecuteScalar();

            result = await world.RestoreAsync(backup, request => request with { KeepServing = true });
        }

        Assert.Equal((RestoreStatus.Failed, ErrorId.DatabaseInUse), (result.Status, result.Error));
        Assert.Equal((before, journalMode), ((world.Hash(), string.Join(',', world.Files())), world.Ask("PRAGMA journal_mode")));
    }

    [Theory]
    [InlineData("""{ "command": ["false"] }""", "exit code 1")]
    [InlineData("""{ "command": ["no-such-program"] }""", "there is no such program")]
    [InlineData("""{ "command": ["sleep", "60"], "timeout": "1s" }""", "took longer than 1 s")]
    public async Task Restore_StopCommandFails_ChangesNothingAndStartsTheServices(string stop, string told)
    {
        using var world = new SqliteWorld(database: $$""", "stop": {{stop}}, "start": { "command": ["touch", "up"] }""");
        var backup = await world.BackUpAsync();
        var before = world.Hash();

        var result = await world.RestoreAsync(backup);

        Assert.Equal((RestoreStatus.Failed, ErrorId.HookFailed), (result.Status, result.Error));
        Assert.Contains(told, result.Message, StringComparison.Ordinal);
        Assert.Equal((before, "app.db,rollback.json,up"), (world.Hash(), string.Join(',', world.Files())));
    }

    [Theory]
    [InlineData("\"smoke\": { \"command\": [\"false\"] }, \"start\": { \"command\": [\"touch\", \"up\"] }")]
    [InlineData("\"start\": { \"command\": [\"sh\", \"-c\", \"touch up; test -e started-once || { touch started-once; exit 1; }\"] }")]
    public async Task Restore_WhatFollowsTheSwapFails_SwapsBackAndKeepsBoth(string commands)
    {
        using var world = new SqliteWorld(database: $$""", "stop": { "command": ["rm", "-f", "up"] }, {{commands}}""");
        await File.WriteAllTextAsync(world.UpFile, "");
        var backup = await world.BackUpAsync();
        world.Order(7);
        var live = SqliteWorld.Content(world.Path);

        var result = await world.RestoreAsync(backup);

        Assert.Equal((RestoreStatus.SwappedBack, ErrorId.HookFailed), (result.Status, result.Error));
        Assert.Equal((live, "wal"), (SqliteWorld.Content(world.Path), world.Ask("PRAGMA journal_mode")));
        Assert.True(File.Exists(world.UpFile));
        var rejected = Assert.Single(Directory.GetFiles(world.Root, "*-rejected"));
        Assert.Equal("2000", SqliteWorld.Ask(rejected, "SELECT count(*) FROM orders"));
        Assert.Contains(rejected, result.Message, StringComparison.Ordinal);
        Assert.Null(result.Kept);
    }

    [Fact]
    public async Task Restore_HookPrintsItsSecret_ItIsNowhere()
    {
        using var world = new SqliteWorld(database: """
            , "stop": { "command": ["sh", "-c", "echo token $TOKEN; exit 1"], "variables": { "TOKEN": "env:ROLLBACK_TEST_SECRET" } }
            """);
        var backup = await world.BackUpAsync();

        var result = await world.RestoreAsync(backup);

        // The source of these tests gives a reference back as it is: that is the secret here.
        Assert.Contains("token ***", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ROLLBACK_TEST_SECRET", await File.ReadAllTextAsync(Path.Combine(world.Root, ".rollback", "journal.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_AuditFails_IsRefusedUnlessOverridden()
    {
        using var world = new SqliteWorld(database: """, "audits": [ { "name": "zero", "query": "SELECT id FROM orders WHERE amount = 0" } ]""");
        var backup = await world.BackUpAsync();
        var before = world.Hash();

        var refused = await world.RestoreAsync(backup);

        Assert.Equal((RestoreStatus.Failed, ErrorId.DatabaseCheckFailed, before), (refused.Status, refused.Error, world.Hash()));
        var overridden = await world.RestoreAsync(backup, request => request with { AllowFailedAudits = true });
        Assert.Equal(RestoreStatus.Succeeded, overridden.Status);
        Assert.Equal(["AllowFailedAudits: corrupted", "AllowUnseenConnections: corrupted"], overridden.Overrides.Select(one => one.ToString()));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public async Task Restore_BackupFlippedByOneBit_IsNeverSwappedIn(double place)
    {
        using var world = new SqliteWorld(database: SqliteWorld.Hooks);
        await File.WriteAllTextAsync(world.UpFile, "");
        var backup = await world.BackUpAsync();
        var before = (world.Hash(), string.Join(',', world.Files()));
        using (var file = new FileStream(backup.Path, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = (long)(place * file.Length);
            var value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value ^ 1));
        }

        var result = await world.RestoreAsync(backup);

        Assert.Equal((RestoreStatus.Failed, ErrorId.BackupInvalid), (result.Status, result.Error));
        Assert.Equal(before, (world.Hash(), string.Join(',', world.Files())));
    }

    [Fact]
    public async Task Plan_BackupOfAnotherDatabase_IsRefusedUnlessOverridden()
    {
        using var other = new SqliteWorld();
        using var world = new SqliteWorld();
        var backup = await other.BackUpAsync();

        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => world.RestoreAsync(backup));

        Assert.Equal(ErrorId.BackupForeign, refusal.Id);
        Assert.Equal(RestoreStatus.Succeeded, (await world.RestoreAsync(backup, request => request with { AllowForeignBackup = true })).Status);
    }

    [Fact]
    public async Task Plan_Made_SaysWhatWillBeLostAndWritesNothing()
    {
        using var world = new SqliteWorld();
        var backup = await world.BackUpAsync();
        await world.TestAsync(backup);
        var old = world.List()[0] with { CreatedAt = DateTimeOffset.UtcNow.AddMinutes(-90) };
        var before = (world.Hash(), string.Join(',', world.Files()), JournalLength(world));

        var plan = await new RestorePlanner(world.Open()).PlanAsync(old, new RestoreRequest { Reason = "r", KeepServing = true }, CancellationToken.None);

        Assert.InRange(plan.LostWrites, TimeSpan.FromMinutes(90), TimeSpan.FromMinutes(91));
        Assert.Equal(RestoreOrder.SwapOnly, plan.Order);
        Assert.NotNull(plan.Steps[0].Estimate);
        Assert.Contains(plan.Warnings, warning => warning.Contains("goes on being served", StringComparison.Ordinal));
        Assert.Equal(before, (world.Hash(), string.Join(',', world.Files()), JournalLength(world)));
    }

    [Fact]
    public async Task Restore_WhileARollbackHoldsTheLease_IsRefused()
    {
        using var world = new SqliteWorld();
        var backup = await world.BackUpAsync();
        using var lease = world.Open().Context.TakeLease("rollback", "switch", _ => { });

        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => world.RestoreAsync(backup));

        Assert.Equal(ErrorId.LeaseHeld, refusal.Id);
    }

    private static long JournalLength(SqliteWorld world) => new FileInfo(Path.Combine(world.Root, ".rollback", "journal.jsonl")).Length;

    private static IReadOnlyList<JournalFinding> JournalFindings(SqliteWorld world) => world.Open().Journal.Read().Findings;
}
