using System.Diagnostics;
using System.Runtime.Versioning;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Databases;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>What goes wrong in a restore: the services run again, and the live database has lost nothing (S30).</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SqliteFailureTests
{
    [Fact]
    public async Task Restore_LiveFileVanishesOnTheWay_StartsTheServicesAndLeavesNothing()
    {
        using var world = new SqliteWorld(database: """
            , "stop": { "command": ["rm", "-f", "up", "app.db"] }, "start": { "command": ["touch", "up"] }
            """);
        var backup = await world.BackUpAsync();

        var result = await world.RestoreAsync(backup);

        Assert.Equal((RestoreStatus.Failed, ErrorId.DatabaseUnreachable), (result.Status, result.Error));
        Assert.NotEmpty(result.NextStep!);
        Assert.Equal(["rollback.json", "up"], world.Files());
        Assert.NotNull(result.Outage);
    }

    [Fact]
    public async Task Restore_FolderCannotBeWritten_StartsTheServicesAndChangesNothing()
    {
        using var world = new SqliteWorld(database: SqliteWorld.Hooks);
        await File.WriteAllTextAsync(world.UpFile, "");
        var backup = await world.BackUpAsync();
        var planned = await new RestorePlanner(world.Open()).PlanAsync(
            backup, new RestoreRequest { Reason = "r", AllowUnseenConnections = true }, CancellationToken.None);
        var before = (world.Hash(), string.Join(',', world.Files()));

        // The side is to be made where there is no folder.
        var result = await new RestoreRunner(world.Open(), world.Progress.Add).RunAsync(
            planned with { Side = Path.Combine(world.Root, "gone", "app.db.aside") }, CancellationToken.None);

        Assert.Equal((RestoreStatus.Failed, ErrorId.RestoreFailed), (result.Status, result.Error));
        Assert.Equal(before, (world.Hash(), string.Join(',', world.Files())));
    }

    [Fact]
    public async Task Restore_BackupsVanishOnTheWay_StartsTheServicesAndSaysWhatIsGone()
    {
        using var world = new SqliteWorld(database: """
            , "stop": { "command": ["sh", "-c", "rm -rf .rollback/backups up"] }, "start": { "command": ["touch", "up"] }
            """);
        var backup = await world.BackUpAsync();
        var before = world.Hash();

        var result = await world.RestoreAsync(backup);

        Assert.Equal((RestoreStatus.Failed, ErrorId.BackupInvalid), (result.Status, result.Error));
        Assert.Contains(backup.Path, result.Message, StringComparison.Ordinal);
        Assert.Equal((before, "app.db,rollback.json,up"), (world.Hash(), string.Join(',', world.Files())));
        // The next one sees it before any service stops.
        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => world.RestoreAsync(backup));
        Assert.Equal(ErrorId.BackupInvalid, refusal.Id);
        Assert.Empty(world.List());
    }

    [Fact]
    public async Task Backup_FolderVanishesOnTheWay_IsAnErrorOfOurs()
    {
        using var world = new SqliteWorld();
        var context = world.Open();
        var taker = new BackupTaker(context, context.OpenFolder(null), progress =>
        {
            if (progress.Kind == RollbackOps.Rollbacks.ProgressKind.Step && progress.Step == 2)
            {
                Directory.Delete(world.Backups, recursive: true);
            }
        });

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() => taker.TakeAsync(keep: null, CancellationToken.None));

        Assert.Equal(ErrorId.BackupFailed, failure.Id);
        Assert.Empty(world.List());
    }

    [Theory]
    [InlineData(DatabaseRuns.StopFirst, "delete")]
    [InlineData(DatabaseRuns.StopFirst, "wal")]
    [InlineData(DatabaseRuns.InPlace, "delete")]
    public async Task Restore_FolderIsReadOnly_IsRefusedBeforeAnyServiceStops(string verb, string journalMode)
    {
        using var world = new SqliteWorld(journalMode, orders: 20, database: SqliteWorld.Hooks);
        await File.WriteAllTextAsync(world.UpFile, "");
        await world.BackUpAsync();
        var before = (world.Hash(), string.Join(',', world.Files()));
        var mode = File.GetUnixFileMode(world.Root);
        ChildRun run;
        File.SetUnixFileMode(world.Root, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            run = await ChildRun.OfAsync(WithoutPrivileges(ChildRun.Command(verb, world.Root, "0", "-1")));
        }
        finally
        {
            File.SetUnixFileMode(world.Root, mode);
        }

        Assert.True(run.Output.Contains("result Refused DatabaseUnsuitable", StringComparison.Ordinal), run.Output + run.Errors);
        Assert.Contains("Nothing can be written beside", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, (world.Hash(), string.Join(',', world.Files())));
        Assert.Equal(RestoreStatus.Succeeded, (await world.RestoreAsync(world.List()[0])).Status);
    }

    /// <summary>To the superuser nothing is read-only: it is run without the right to pass over a file's mode.</summary>
    private static ProcessStartInfo WithoutPrivileges(ProcessStartInfo command)
    {
        if (Environment.IsPrivilegedProcess)
        {
            string[] arguments = ["--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search", command.FileName];
            for (var index = arguments.Length - 1; index >= 0; index--)
            {
                command.ArgumentList.Insert(0, arguments[index]);
            }

            command.FileName = "setpriv";
        }

        return command;
    }

    [Fact]
    public async Task Restore_StoppedWhileTheStopCommandRuns_WaitsForItAndStartsTheServicesAfterIt()
    {
        using var world = new SqliteWorld(database: """
            , "stop": { "command": ["sh", "-c", "touch stopping; while [ ! -e go-on ]; do sleep 0.01; done; rm up; echo stop >> order"] },
            "start": { "command": ["sh", "-c", "touch up; echo start >> order"] }
            """);
        await File.WriteAllTextAsync(world.UpFile, "");
        var backup = await world.BackUpAsync();
        using var stop = new CancellationTokenSource();

        var restoring = world.RestoreAsync(backup, cancellationToken: stop.Token);
        while (!File.Exists(Path.Combine(world.Root, "stopping")))
        {
            // The command is another process: its file is all that tells. A restore that ended without it would be waited for in vain.
            Assert.False(restoring.IsCompleted);
            await Task.Delay(5);
        }

        await stop.CancelAsync();
        await File.WriteAllTextAsync(Path.Combine(world.Root, "go-on"), "");
        var result = await restoring;

        Assert.Equal(RestoreStatus.Interrupted, result.Status);
        Assert.Equal(["stop", "start"], await File.ReadAllLinesAsync(Path.Combine(world.Root, "order")));
        Assert.True(File.Exists(world.UpFile));
        Assert.DoesNotContain(world.Files(), file => file.StartsWith("app.db.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restore_SwappedBack_CountsTheOutageToTheLastStart()
    {
        using var world = new SqliteWorld(database: """
            , "stop": { "command": ["rm", "-f", "up"] }, "start": { "command": ["touch", "up"] }, "smoke": { "command": ["sh", "-c", "sleep 0.3; exit 1"] }
            """);
        var backup = await world.BackUpAsync();

        var result = await world.RestoreAsync(backup);

        Assert.Equal(RestoreStatus.SwappedBack, result.Status);
        Assert.InRange(result.Outage!.Value, TimeSpan.FromSeconds(0.3), result.Duration);
    }

    [Theory]
    [InlineData("Effect.Before", "Swap")]
    [InlineData("Swap.Before", null)]
    [InlineData("Swap.Kept", null)]
    [InlineData("Effect.Before", "RestoreAside")]
    [InlineData("Effect.After", "Check")]
    [InlineData("Effect.Before", "Fence")]
    [InlineData("Effect.After", "StopServices")]
    public async Task Restore_SomethingUnforeseenBeforeTheSwap_IsAnErrorOfOursAndLeavesAllAsItWas(string boundary, string? step)
    {
        using var world = new SqliteWorld(database: SqliteWorld.Hooks.Replace("\"rm\", \"up\"", "\"rm\", \"-f\", \"up\"", StringComparison.Ordinal));
        await File.WriteAllTextAsync(world.UpFile, "");
        var backup = await world.BackUpAsync();
        var before = (world.Hash(), string.Join(',', world.Files()));
        using var broken = new BrokenBoundary(boundary, step, world.Root);

        var result = await world.RestoreAsync(backup);

        Assert.True(broken.WasReached);
        Assert.Equal((RestoreStatus.Failed, ErrorId.StepFailed), (result.Status, result.Error));
        Assert.Contains(BrokenBoundary.Message, result.Message, StringComparison.Ordinal);
        Assert.Equal((before, "wal"), ((world.Hash(), string.Join(',', world.Files())), world.Ask("PRAGMA journal_mode")));
        Assert.Empty(world.Open().Journal.Read().Findings);
        Assert.Null(new RestoreRunner(world.Open(), _ => { }).Unfinished);
    }

    [Fact]
    public async Task Restore_SomethingUnforeseenAfterTheSwap_SwapsBack()
    {
        using var world = new SqliteWorld(database: SqliteWorld.Hooks.Replace("\"rm\", \"up\"", "\"rm\", \"-f\", \"up\"", StringComparison.Ordinal));
        await File.WriteAllTextAsync(world.UpFile, "");
        var backup = await world.BackUpAsync();
        world.Order(4);
        var live = SqliteWorld.Content(world.Path);
        using var broken = new BrokenBoundary("Effect.Before", "Verify", world.Root);

        var result = await world.RestoreAsync(backup);

        Assert.Equal((RestoreStatus.SwappedBack, ErrorId.StepFailed), (result.Status, result.Error));
        Assert.Equal(live, SqliteWorld.Content(world.Path));
        Assert.True(File.Exists(world.UpFile));
    }

    [Fact]
    public async Task Run_AnotherRestoreWasCutOffMeanwhile_IsRefused()
    {
        using var world = new SqliteWorld();
        var backup = await world.BackUpAsync();
        var context = world.Open();
        var request = new RestoreRequest { Reason = "r", AllowUnseenConnections = true };
        var first = await new RestorePlanner(context).PlanAsync(backup, request, CancellationToken.None);
        using (var lease = context.Context.TakeLease(first.Id, "test", _ => { }))
        {
            new RestoreRecorder(context, first, lease, _ => { }).Started();
        }

        // Made after it, as by a clock that another machine has set back.
        var second = (await new RestorePlanner(context).PlanAsync(backup, request, CancellationToken.None)) with
        {
            CreatedAt = DateTimeOffset.UtcNow.AddMinutes(5),
        };

        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => new RestoreRunner(context, _ => { }).RunAsync(second, CancellationToken.None));

        Assert.Equal(ErrorId.WorldChanged, refusal.Id);
    }

    [Theory]
    [InlineData("wal", 0)]
    [InlineData("delete", 0)]
    [InlineData("delete", 18)]
    [InlineData("wal", 4096)]
    [InlineData("delete", 105)]
    public async Task Restore_LiveFileIsDamaged_BringsTheBackupBackAndKeepsItAsItWas(string journalMode, int from)
    {
        using var world = new SqliteWorld(journalMode, database: SqliteWorld.Hooks);
        await File.WriteAllTextAsync(world.UpFile, "");
        var good = SqliteWorld.Content(world.Path);
        var backup = await world.BackUpAsync();
        await DamageAsync(world.Path, from, 4096);
        var damaged = await File.ReadAllBytesAsync(world.Path);

        var result = await world.RestoreAsync(backup);

        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        Assert.Equal((good, File.Exists(world.UpFile)), (SqliteWorld.Content(world.Path), true));
        // Where SQLite still reads the header, leaving the log's mode is written there.
        Assert.Equal(damaged[100..], (await File.ReadAllBytesAsync(result.Kept!))[100..]);
        Assert.Equal(["app.db", Path.GetFileName(result.Kept!), "rollback.json", "up"], world.Files());
    }

    [Fact]
    public async Task Restore_LiveFileIsDamagedBesideItsLog_KeepsTheLogWithIt()
    {
        using var world = new SqliteWorld();
        var good = SqliteWorld.Content(world.Path);
        var backup = await world.BackUpAsync();
        byte[] log;
        using (var client = SqliteWorld.Connect(world.Path))
        {
            SqliteWorld.Ask(client, "PRAGMA wal_autocheckpoint = 0");
            SqliteWorld.Ask(client, "INSERT INTO orders (customer, amount) VALUES (1, 1)");
            log = await ReadOpenAsync(world.Path + "-wal");
        }

        // As a crash leaves it: with its log, whose content the file does not have.
        await File.WriteAllBytesAsync(world.Path + "-wal", log);
        await DamageAsync(world.Path, 0, 100);
        await DamageAsync(world.Path + "-wal", 0, 32);
        log = await File.ReadAllBytesAsync(world.Path + "-wal");

        var result = await world.RestoreAsync(backup);

        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        Assert.Equal((good, "ok"), (SqliteWorld.Content(world.Path), world.Ask("PRAGMA integrity_check")));
        Assert.Equal(log, await File.ReadAllBytesAsync(result.Kept! + "-wal"));
    }

    [Fact]
    public async Task Plan_LiveFileIsDamaged_SaysSoAndDoesNotWriteIntoIt()
    {
        using var world = new SqliteWorld();
        var backup = await world.BackUpAsync();
        await DamageAsync(world.Path, 0, 4096);
        var planner = new RestorePlanner(world.Open());

        var plan = await planner.PlanAsync(backup, new RestoreRequest { Reason = "r" }, CancellationToken.None);

        Assert.Contains(plan.Warnings, warning => warning.Contains("cannot be read", StringComparison.Ordinal));
        Assert.Equal("wal", plan.Mode);
        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() =>
            planner.PlanAsync(backup, new RestoreRequest { Reason = "r", InPlace = true }, CancellationToken.None));
        Assert.Equal(ErrorId.DatabaseUnreadable, refusal.Id);
    }

    [Fact]
    public async Task Plan_LiveFileIsGone_SaysHowToGoOn()
    {
        using var world = new SqliteWorld(journalMode: "delete");
        var good = SqliteWorld.Content(world.Path);
        var backup = await world.BackUpAsync();
        File.Delete(world.Path);

        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => world.RestoreAsync(backup));

        Assert.Equal(ErrorId.DatabaseUnreachable, refusal.Id);
        Assert.Contains($"touch '{world.Path}'", refusal.NextStep, StringComparison.Ordinal);
        // What it says works.
        await File.WriteAllBytesAsync(world.Path, []);
        Assert.Equal(RestoreStatus.Succeeded, (await world.RestoreAsync(backup)).Status);
        Assert.Equal(good, SqliteWorld.Content(world.Path));
    }

    [Fact]
    public async Task Undo_KeptDatabaseIsGone_IsRefusedBeforeAnyServiceStops()
    {
        using var world = new SqliteWorld(database: SqliteWorld.Hooks);
        await File.WriteAllTextAsync(world.UpFile, "");
        var restored = await world.RestoreAsync(await world.BackUpAsync());
        File.Delete(restored.Kept!);
        var records = world.Open().Journal.Read().Records.Count;

        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => world.UndoAsync());

        Assert.Equal(ErrorId.NothingToUndo, refusal.Id);
        Assert.Equal((true, records), (File.Exists(world.UpFile), world.Open().Journal.Read().Records.Count));
    }

    private static async Task DamageAsync(string path, int from, int length)
    {
        var content = await File.ReadAllBytesAsync(path);
        for (var at = from; at < Math.Min(content.Length, from + length); at++)
        {
            content[at] = (byte)~content[at];
        }

        await File.WriteAllBytesAsync(path, content);
    }

    private static async Task<byte[]> ReadOpenAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[file.Length];
        await file.ReadExactlyAsync(content);
        return content;
    }
}
