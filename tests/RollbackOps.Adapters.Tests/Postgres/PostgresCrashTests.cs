using RollbackOps.Adapters.Tests.Databases;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>
/// The server ends at once (<c>pg_ctl stop -m immediate</c>) in the midst of a restore, and is started again. The live
/// database is whole all the while, and the second call finishes what was begun or puts everything back.
/// </summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresCrashTests(PostgresCluster cluster)
{
    private const string Hooks = """
        , "stop": { "command": ["rm", "-f", "up"] }, "start": { "command": ["touch", "up"] }
        """;

    [PostgresFact]
    public async Task Restore_ServerStopsWhileItIsFilled_StartsOverWithTheNextCall()
    {
        using var world = World();
        world.Run("CREATE TABLE slow (id integer CHECK (pg_sleep(COALESCE(current_setting('shop.open', true), '600')::integer) IS NOT NULL))");
        cluster.Run("postgres", $"ALTER DATABASE {world.Name} SET shop.open TO '0'");
        world.Run("INSERT INTO slow VALUES (1)");
        var backup = await world.BackUpAsync();
        world.Order(3);
        var before = world.Content();
        var restoring = world.RestoreAsync(backup);
        while (cluster.Ask("postgres", "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'").Length == 0)
        {
            Assert.False(restoring.IsCompleted);
            await Task.Yield();
        }

        cluster.Crash();
        var cut = await restoring;
        cluster.StartAgain();

        AssertCutOff(world, cut);
        Assert.Equal(RestoreStatus.Failed, (await TakeUpAsync(world)).Status);
        Assert.Equal((before, true), (world.Content(), File.Exists(world.UpFile)));
        Assert.Equal([world.Name], world.Databases());
        // Its rows load at once from now on.
        cluster.Run("postgres", $"ALTER ROLE {PostgresCluster.Superuser} SET shop.open TO '0'");
        try
        {
            Assert.Equal(RestoreStatus.Succeeded, (await world.RestoreAsync(backup)).Status);
        }
        finally
        {
            cluster.Run("postgres", $"ALTER ROLE {PostgresCluster.Superuser} RESET ALL");
        }
    }

    [PostgresTheory]
    [InlineData("Swap.Before", false)]
    [InlineData("Swap.Renamed", true)]
    public async Task Restore_ServerStopsAtTheSwap_IsTakenUpByTheNextCall(string boundary, bool isSwapped)
    {
        using var world = World();
        var good = world.Content();
        var backup = await world.BackUpAsync();
        world.Order(3);
        var bad = world.Content();
        DatabaseRestoreResult cut;
        using (new BrokenBoundary(boundary, detail: null, $"{cluster.Folder}:5432/{world.Name}_kept_", cluster.Crash))
        {
            cut = await world.RestoreAsync(backup);
        }

        cluster.StartAgain();
        await AssertTakenUpAsync(world, cut, isSwapped, good, bad);
    }

    [PostgresFact]
    public async Task Restore_ServerStopsInTheSwapsTransaction_IsTakenUpByTheNextCall()
    {
        using var world = World();
        var good = world.Content();
        var backup = await world.BackUpAsync();
        world.Order(3);
        var bad = world.Content();
        Task? crashing = null;
        DatabaseRestoreResult cut;
        // Somebody changes the live one at that moment and does not commit: the rename waits for it, and the server ends then.
        await using var other = cluster.Connect("postgres");
        using (new BrokenBoundary("Swap.Before", detail: null, $"{cluster.Folder}:5432/{world.Name}_kept_", () =>
        {
            using var command = other.CreateCommand();
            command.CommandText = $"BEGIN; ALTER DATABASE {world.Name} CONNECTION LIMIT 99";
            command.ExecuteNonQuery();
            crashing = Task.Run(() =>
            {
                while (cluster.Ask("postgres", "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%RENAME TO%' AND pid <> pg_backend_pid()").Length == 0)
                {
                }

                cluster.Crash();
            });
        }))
        {
            cut = await world.RestoreAsync(backup);
        }

        await crashing!;
        cluster.StartAgain();
        await AssertTakenUpAsync(world, cut, isSwapped: false, good, bad);
    }

    [PostgresFact]
    public async Task Export_ServerStopsMeanwhile_IsMadeByTheNextCall()
    {
        using var world = World();
        var good = world.Content();
        var backup = await world.BackUpAsync();
        world.Order(3);
        var isUp = true;
        world.Told = progress =>
        {
            if (isUp && progress.Text == "Compare the schemas")
            {
                isUp = false;
                cluster.Crash();
            }
        };

        var cut = await world.RestoreAsync(backup, request => request with { ExportLostChanges = true });

        Assert.False(isUp);
        cluster.StartAgain();
        AssertCutOff(world, cut);
        Assert.Equal(good, world.Content());
        var result = await TakeUpAsync(world);
        Assert.Equal((RestoreStatus.Succeeded, null, 3), (result.Status, result.LostChanges!.Error, result.LostChanges.Inserted));
        Assert.Equal([world.Name, result.Kept!.Split('/')[^1]], world.Databases());
        Assert.Equal([result.LostChanges.Folder!], Directory.GetDirectories(Path.GetDirectoryName(result.LostChanges.Folder!)!));
    }

    private PostgresWorld World()
    {
        var world = new PostgresWorld(cluster, Hooks, orders: 20);
        File.WriteAllText(world.UpFile, string.Empty);
        return world;
    }

    private static void AssertCutOff(PostgresWorld world, DatabaseRestoreResult cut)
    {
        Assert.True(cut is { Status: RestoreStatus.Unfinished, Error: ErrorId.DatabaseUnreachable }, $"{cut.Status} {cut.Error}: {cut.Message}");
        Assert.Contains("takes this up first", cut.NextStep, StringComparison.Ordinal);
        Assert.True(File.Exists(world.UpFile), "the services are down");
    }

    private static async Task AssertTakenUpAsync(PostgresWorld world, DatabaseRestoreResult cut, bool isSwapped, string good, string bad)
    {
        AssertCutOff(world, cut);
        var result = await TakeUpAsync(world);
        Assert.Equal(isSwapped ? RestoreStatus.Succeeded : RestoreStatus.Failed, result.Status);
        // And it is open to connections.
        Assert.Equal(isSwapped ? good : bad, world.Content());
        Assert.Equal(isSwapped ? 2 : 1, world.Databases().Count);
        if (isSwapped)
        {
            Assert.Equal(bad, world.Content(result.Kept!.Split('/')[^1]));
        }

        Assert.True(File.Exists(world.UpFile), "the services are down");
        Assert.Empty(world.Open().Journal.Read().Findings);
    }

    private static async Task<DatabaseRestoreResult> TakeUpAsync(PostgresWorld world)
    {
        var runner = new RestoreRunner(world.Open(), _ => { });
        var result = await runner.TakeUpAsync(runner.Unfinished!);
        Assert.Null(runner.Unfinished);
        return result;
    }
}
