using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>Backups of SQLite: consistent under writers, whole or not there, and what is listed of them.</summary>
public sealed class SqliteBackupTests
{
    [Theory]
    [InlineData("wal")]
    [InlineData("delete")]
    public async Task Backup_WhileSomebodyWrites_IsOneCommittedState(string journalMode)
    {
        using var world = new SqliteWorld(journalMode, orders: 20_000);
        using var enough = new CancellationTokenSource();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writing = Task.Run(() =>
        {
            for (var count = 0; !enough.IsCancellationRequested; count++)
            {
                world.Order(3);
                begun.TrySetResult();
            }
        });
        await begun.Task;

        var backup = await world.BackUpAsync();

        await enough.CancelAsync();
        await writing;
        Assert.Equal("0", SqliteWorld.Ask(backup.Path, "SELECT (SELECT sum(amount) FROM orders) - (SELECT sum(amount) FROM totals)"));
        Assert.Equal(backup.Manifest!.Tables["orders"].ToString(), SqliteWorld.Ask(backup.Path, "SELECT count(*) FROM orders"));
        Assert.Equal("ok", SqliteWorld.Ask(backup.Path, "PRAGMA integrity_check"));
        // The copy is one file and stays one.
        Assert.Equal([backup.Path, backup.Path + ".manifest.json"], Directory.GetFiles(world.Backups).Order());
    }

    [Fact]
    public async Task Backup_Made_StatesWhatItIs()
    {
        using var world = new SqliteWorld();

        var backup = await world.BackUpAsync();

        Assert.Matches("^db-snapshot-[0-9]{8}T[0-9]{6}Z$", backup.Name);
        Assert.Equal((BackupStatus.Untested, BackupFormat.SqliteFile), (backup.Status, backup.Format));
        var manifest = backup.Manifest!;
        Assert.Equal(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(backup.Path))), manifest.Sha256, ignoreCase: true);
        Assert.Equal((new FileInfo(backup.Path).Length, "EF Core: 20260202_Orders"), (manifest.Size, manifest.MigrationLevel));
        Assert.Equal(new Dictionary<string, long> { ["__EFMigrationsHistory"] = 2, ["customers"] = 10, ["orders"] = 2000, ["totals"] = 10 }, manifest.Tables.OrderBy(table => table.Key, StringComparer.Ordinal).ToDictionary());
        Assert.Equal(SqliteWorld.Content(world.Path), SqliteWorld.Content(backup.Path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(backup.Path));
        }
    }

    [Fact]
    public async Task Backup_StoppedInTheMidst_LeavesNothing()
    {
        using var world = new SqliteWorld(orders: 60_000);
        using var stop = new CancellationTokenSource();
        var context = world.Open();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new BackupTaker(context, context.OpenFolder(null), news =>
        {
            if (news.Kind == RollbackOps.Rollbacks.ProgressKind.Bytes)
            {
                stop.Cancel();
            }
        }).TakeAsync(keep: null, stop.Token));

        Assert.Empty(Directory.GetFileSystemEntries(world.Backups));
        Assert.Empty(context.Journal.Read().Records);
    }

    [Fact]
    public async Task Keep_WithMoreBackups_DeletesTheOldestButNotTheLastProven()
    {
        using var world = new SqliteWorld();
        var proven = await world.BackUpAsync();
        Assert.True((await world.TestAsync(proven)).IsPassed);
        var second = await world.BackUpAsync();
        await File.WriteAllTextAsync(Path.Combine(world.Backups, "db-snapshot-20200101.sql"), "SELECT 1;");

        var third = await world.BackUpAsync(keep: 1);

        Assert.Equal([third.Name, proven.Name, "db-snapshot-20200101"], world.List().Select(backup => backup.Name));
        Assert.False(File.Exists(second.Path + ".manifest.json"));
    }

    [Fact]
    public async Task List_ForeignFiles_AreUnverifiedAndDatedByTheirName()
    {
        using var world = new SqliteWorld();
        Directory.CreateDirectory(world.Backups);
        foreach (var name in new[] { "1700000000.sql", "2024-01-02T03-04-05Z.sql", "20230102030405.sql" })
        {
            await File.WriteAllTextAsync(Path.Combine(world.Backups, "db-snapshot-" + name), "CREATE TABLE t (a);");
        }

        await File.WriteAllTextAsync(Path.Combine(world.Backups, "db-snapshot-20220101.db.partial"), "half");

        Assert.Equal(
            [("2024-01-02 03:04:05Z", BackupStatus.Unverified), ("2023-11-14 22:13:20Z", BackupStatus.Unverified), ("2023-01-02 03:04:05Z", BackupStatus.Unverified)],
            world.List().Select(backup => (backup.CreatedAt.ToString("u"), backup.Status)));
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("another manifest")]
    [InlineData("half a manifest")]
    [InlineData("newer manifest")]
    public async Task List_BackupThatIsNotWhatWasWritten_IsDamaged(string damage)
    {
        using var world = new SqliteWorld();
        var backup = await world.BackUpAsync();
        var manifest = backup.Path + ".manifest.json";
        switch (damage)
        {
            case "truncated":
                await File.WriteAllBytesAsync(backup.Path, File.ReadAllBytes(backup.Path)[..^4096]);
                break;
            case "another manifest":
                await File.WriteAllTextAsync(manifest, File.ReadAllText(manifest).Replace($"\"{backup.Name}.db\"", "\"db-snapshot-1.db\"", StringComparison.Ordinal));
                break;
            case "half a manifest":
                await File.WriteAllTextAsync(manifest, File.ReadAllText(manifest)[..100]);
                break;
            default:
                await File.WriteAllTextAsync(manifest, File.ReadAllText(manifest).Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal));
                break;
        }

        var listed = Assert.Single(world.List());

        Assert.Equal(BackupStatus.Damaged, listed.Status);
        Assert.Equal(ErrorId.BackupInvalid, (await world.TestAsync(listed)).Error);
    }
}
