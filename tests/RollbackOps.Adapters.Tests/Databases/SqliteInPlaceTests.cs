using System.Runtime.Versioning;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Databases;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>Restores that write into the live file, while others have it open.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SqliteInPlaceTests
{
    [Theory]
    [InlineData("wal", false)]
    [InlineData("wal", true)]
    [InlineData("delete", false)]
    [InlineData("delete", true)]
    public async Task Restore_WhileAClientStays_ItReadsAndWritesTheNewContent(string journalMode, bool keepServing)
    {
        using var world = new SqliteWorld(journalMode);
        var good = SqliteWorld.Content(world.Path);
        var backup = await world.BackUpAsync();
        world.Run("UPDATE orders SET amount = 0; ALTER TABLE customers ADD COLUMN broken TEXT");
        var bad = SqliteWorld.Content(world.Path);
        File.SetUnixFileMode(world.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await using var client = SqliteWorld.Connect(world.Path);
        Assert.Equal("2000", SqliteWorld.Ask(client, "SELECT count(*) FROM orders WHERE amount = 0"));

        var result = await world.RestoreAsync(backup, request => request with { InPlace = true, KeepServing = keepServing });

        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        Assert.Equal((good, bad), (SqliteWorld.Content(world.Path), SqliteWorld.Content(result.Kept!)));
        Assert.Equal("2", SqliteWorld.Ask(client, "SELECT count(*) FROM orders WHERE amount = 0"));
        Assert.Equal((journalMode, "delete"), (world.Ask("PRAGMA journal_mode"), SqliteWorld.Ask(result.Kept!, "PRAGMA journal_mode")));
        Assert.Equal(File.GetUnixFileMode(world.Path), File.GetUnixFileMode(result.Kept!));
        Assert.Equal(["app.db", Path.GetFileName(result.Kept!), "rollback.json"], world.Files());
        SqliteWorld.Ask(client, "INSERT INTO orders (customer, amount, note) VALUES (1, 1, 'after')");
        Assert.Equal("1", world.Ask("SELECT count(*) FROM orders WHERE note = 'after'"));
        var since = SqliteWorld.Content(world.Path);

        var undone = await world.UndoAsync(inPlace: true);

        Assert.True(undone.Status == RestoreStatus.Succeeded, undone.Message);
        Assert.Equal((bad, since), (SqliteWorld.Content(world.Path), SqliteWorld.Content(undone.Kept!)));
        Assert.Equal(bad, SqliteWorld.Content(result.Kept!));
        Assert.Equal("ok", world.Ask("PRAGMA integrity_check"));
    }

    [Theory]
    [InlineData("wal")]
    [InlineData("delete")]
    public async Task Restore_WhileAServiceGoesOnWriting_LosesNoAcknowledgedWriteSilently(string journalMode)
    {
        using var world = new SqliteWorld(journalMode);
        await File.WriteAllTextAsync(world.UpFile, "");
        var backup = await world.BackUpAsync();
        using var acknowledged = new GrowingFile(Path.Combine(world.Root, DatabaseRuns.AcknowledgedFile));
        var writing = ChildRun.OfAsync(ChildRun.Command("write", world.Root, "0"));
        var before = await acknowledged.ReadAsync(lines: 20);

        var result = await world.RestoreAsync(backup, request => request with { InPlace = true, KeepServing = true });

        await acknowledged.ReadToEndAsync();
        var after = await acknowledged.ReadAsync(lines: 20);
        File.Delete(world.UpFile);
        Assert.Equal(0, (await writing).ExitCode);
        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        var (kept, live) = (Notes(result.Kept!), Notes(world.Path));
        Assert.Subset(kept, before.ToHashSet());
        Assert.Empty(kept.Intersect(live));
        var all = await File.ReadAllLinesAsync(Path.Combine(world.Root, DatabaseRuns.AcknowledgedFile));
        Assert.Equal(all.Order(), kept.Concat(live).Order());
        Assert.Contains(after[^1], live);
    }

    [Fact]
    public async Task Restore_PagesOfAnotherSize_AreMatched()
    {
        using var world = new SqliteWorld(journalMode: "delete");
        var good = SqliteWorld.Content(world.Path);
        var backup = await world.BackUpAsync();
        world.Run("PRAGMA page_size = 8192; VACUUM; PRAGMA journal_mode = wal; DELETE FROM orders");

        var result = await world.RestoreAsync(backup, request => request with { InPlace = true });

        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        Assert.Equal((good, "8192"), (SqliteWorld.Content(world.Path), world.Ask("PRAGMA page_size")));
    }

    [Theory]
    [InlineData("wal", "BEGIN IMMEDIATE")]
    [InlineData("delete", "BEGIN; SELECT * FROM orders")]
    public async Task Restore_SomebodyStaysInATransaction_IsRefusedAndChangesNothing(string journalMode, string transaction)
    {
        using var world = new SqliteWorld(journalMode, timeout: "1s");
        var backup = await world.BackUpAsync();
        world.Order(3);
        var live = SqliteWorld.Content(world.Path);
        await using var client = SqliteWorld.Connect(world.Path);
        await using var command = client.CreateCommand();
        command.CommandText = transaction;
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();

        var result = await world.RestoreAsync(backup, request => request with { InPlace = true });

        Assert.Equal((RestoreStatus.Failed, ErrorId.DatabaseInUse), (result.Status, result.Error));
        await reader.CloseAsync();
        await client.CloseAsync();
        Assert.Equal(live, SqliteWorld.Content(world.Path));
        Assert.Equal(["app.db", "rollback.json"], world.Files());
    }

    [Fact]
    public async Task Restore_SmokeFails_WritesTheFormerContentBack()
    {
        using var world = new SqliteWorld(database: """, "smoke": { "command": ["false"] }""");
        var backup = await world.BackUpAsync();
        world.Order(7);
        var live = SqliteWorld.Content(world.Path);

        var result = await world.RestoreAsync(backup, request => request with { InPlace = true });

        Assert.Equal((RestoreStatus.SwappedBack, live), (result.Status, SqliteWorld.Content(world.Path)));
        var rejected = Assert.Single(Directory.GetFiles(world.Root, "*-rejected"));
        Assert.Equal("2000", SqliteWorld.Ask(rejected, "SELECT count(*) FROM orders"));
    }

    [Fact]
    public async Task Plan_InPlace_SaysThatTheOutageGrowsAndAsksForTheSpace()
    {
        using var world = new SqliteWorld();
        var backup = await world.BackUpAsync();
        var planner = new RestorePlanner(world.Open());

        var renamed = await planner.PlanAsync(backup, new RestoreRequest { Reason = "r" }, CancellationToken.None);
        var plan = await planner.PlanAsync(backup, new RestoreRequest { Reason = "r", InPlace = true }, CancellationToken.None);

        Assert.Contains(plan.Warnings, warning => warning.Contains("the outage grows with the size", StringComparison.Ordinal));
        Assert.True(plan.SpaceNeeded >= renamed.SpaceNeeded + (2 * plan.LiveSize), $"{plan.SpaceNeeded}");
        Assert.Contains(plan.Overrides, one => one.Name == "InPlace");
    }

    private static HashSet<string> Notes(string path) =>
        [.. SqliteWorld.Ask(path, "SELECT note FROM orders WHERE note LIKE 'live %'").Split('\n', StringSplitOptions.RemoveEmptyEntries)];
}
