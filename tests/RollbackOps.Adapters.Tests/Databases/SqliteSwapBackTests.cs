using RollbackOps.Adapters.LocalState;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>What was swapped in does not serve, and swapping back goes wrong, or is done to an undo.</summary>
public sealed class SqliteSwapBackTests
{
    private const string Commands = """
        , "stop": { "command": ["rm", "-f", "up"] }, "start": { "command": ["touch", "up"] },
        "smoke": { "command": ["test", "!", "-e", "fails"] }
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SwapBack_FailsHalfway_LeavesTheRestoredOneLiveAndExportsAllTheSame(bool inPlace)
    {
        using var world = new SqliteWorld(orders: 20, database: Commands);
        var (good, backup) = (SqliteWorld.Content(world.Path), await world.BackUpAsync());
        world.Order(5);
        var bad = SqliteWorld.Content(world.Path);
        await File.WriteAllTextAsync(Fails(world), "");
        DatabaseRestoreResult result;
        using (var broken = new BrokenBoundary("Swap.Kept", "-rejected", world.Root))
        {
            result = await world.RestoreAsync(backup, request => request with { InPlace = inPlace, ExportLostChanges = true });
            Assert.True(broken.WasReached);
        }

        Assert.Equal((RestoreStatus.Unhealthy, ErrorId.HookFailed), (result.Status, result.Error));
        Assert.Contains("Swapping back was not possible", result.Message, StringComparison.Ordinal);
        Assert.Equal((good, bad, true), (SqliteWorld.Content(world.Path), SqliteWorld.Content(result.Kept!), File.Exists(world.UpFile)));
        Assert.Equal((null, 5L), (result.LostChanges!.Error, result.LostChanges.Tables.Single(table => table.Table == "orders").Inserted));
        Assert.True(File.Exists(Path.Combine(result.LostChanges.Folder!, "apply.sql")));
        // Nothing of what was begun is in the way of the next one.
        Assert.Equal(1u, FileStatus.Of(world.Path)!.Value.Links);
        Assert.Equal(["app.db", Path.GetFileName(result.Kept!), "fails", "rollback.json", "up"], world.Files());
        File.Delete(Fails(world));
        var undone = await world.UndoAsync(inPlace: inPlace);
        Assert.True(undone.Status == RestoreStatus.Succeeded, undone.Message);
        Assert.Equal(bad, SqliteWorld.Content(world.Path));
    }

    [Theory]
    [InlineData("Swap.Renamed", false)]
    [InlineData("Swap.Written", true)]
    public async Task SwapBack_FailsOnceItIsMade_SaysThatTheFormerOneIsLive(string boundary, bool inPlace)
    {
        using var world = new SqliteWorld(orders: 20, database: Commands);
        var backup = await world.BackUpAsync();
        world.Order(5);
        var bad = SqliteWorld.Content(world.Path);
        await File.WriteAllTextAsync(Fails(world), "");
        using var broken = new BrokenBoundary(boundary, "-rejected", world.Root);

        var result = await world.RestoreAsync(backup, request => request with { InPlace = inPlace });

        Assert.True(broken.WasReached);
        Assert.Equal((RestoreStatus.SwappedBack, bad, true), (result.Status, SqliteWorld.Content(world.Path), File.Exists(world.UpFile)));
        Assert.Contains(BrokenBoundary.Message, result.Message, StringComparison.Ordinal);
        Assert.Null(result.Kept);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Undo_SwappedBack_CanBeCalledAgain(bool inPlace)
    {
        using var world = new SqliteWorld(orders: 20, database: Commands);
        var (good, backup) = (SqliteWorld.Content(world.Path), await world.BackUpAsync());
        world.Order(5);
        var bad = SqliteWorld.Content(world.Path);
        var restored = await world.RestoreAsync(backup);
        await File.WriteAllTextAsync(Fails(world), "");

        var first = await world.UndoAsync(inPlace: inPlace);

        Assert.Equal((RestoreStatus.SwappedBack, good), (first.Status, SqliteWorld.Content(world.Path)));
        Assert.Equal(bad, SqliteWorld.Content(restored.Kept!));
        File.Delete(Fails(world));
        var second = await world.UndoAsync(inPlace: inPlace);
        Assert.True(second.Status == RestoreStatus.Succeeded, second.Message);
        Assert.Equal(bad, SqliteWorld.Content(world.Path));
    }

    private static string Fails(SqliteWorld world) => Path.Combine(world.Root, "fails");
}
