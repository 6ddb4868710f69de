using System.Globalization;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Databases;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>The export of lost writes is killed (SIGKILL) on its way: the next call drops its scratch and exports again.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresExportKillTests(PostgresCluster cluster)
{
    [PostgresFact]
    public async Task Export_Killed_IsMadeByTheNextCall()
    {
        using var world = new PostgresWorld(cluster, orders: 20);
        world.Configure(more: """, "keptDump": "never" """);
        var good = world.Content();
        await world.BackUpAsync();
        var whole = await RunAsync(world, killAt: 0);
        Assert.StartsWith("Succeeded", whole.Result, StringComparison.Ordinal);
        foreach (var name in new[] { "Export.Restored", "Export.Written", "Export.Unnamed" })
        {
            world.DropKept();
            world.Run("UPDATE orders SET note = 'corrupted'");
            var bad = world.Content();
            var boundary = 1 + whole.Events.ToList().FindIndex(one => one.StartsWith(name, StringComparison.Ordinal));
            var killed = await RunAsync(world, boundary);
            Assert.True(killed.ExitCode == ChildRun.Killed, $"exit code {killed.ExitCode} at {name}: {killed.Output}{killed.Errors}");
            Assert.Equal(3, world.Databases().Count);
            var runner = new RestoreRunner(world.Open(), _ => { });

            var result = await runner.TakeUpAsync(runner.Unfinished!);

            Assert.True(result.Status == RestoreStatus.Succeeded, $"{result.Status} at {name}: {result.Message}");
            var kept = result.Kept!.Split('/')[^1];
            Assert.Equal((good, bad), (world.Content(), world.Content(kept)));
            Assert.Equal([world.Name, kept], world.Databases());
            var changes = result.LostChanges!;
            Assert.Equal((null, 0L, 20L, 0L), (changes.Error, changes.Inserted, changes.Changed, changes.Deleted));
            Assert.True(File.Exists(Path.Combine(changes.Folder!, "apply.sql")));
            Assert.False(Directory.Exists(changes.Folder + ".partial"));
        }
    }

    private static Task<ChildRun> RunAsync(PostgresWorld world, int killAt) => ChildRun.OfAsync(
        ChildRun.Command(DatabaseRuns.Exporting, world.Root, "0", killAt.ToString(CultureInfo.InvariantCulture)));
}
