using System.Globalization;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>
/// A restore is killed (SIGKILL) at every one of its boundaries. The live database is then either the old one or the
/// restored one, whole; taking it up finishes it or puts everything back, and nothing is deleted.
/// </summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresKillTests(PostgresCluster cluster)
{
    private const string Hooks = """
        , "stop": { "command": ["rm", "-f", "up"] }, "start": { "command": ["touch", "up"] }
        """;

    [PostgresFact]
    public async Task Restore_KilledAtEveryBoundary_IsTakenUp()
    {
        using var world = new PostgresWorld(cluster, Hooks, orders: 20);
        await File.WriteAllTextAsync(world.UpFile, string.Empty);
        var good = world.Content();
        await world.BackUpAsync();
        world.Run("UPDATE orders SET note = 'corrupted'");
        var bad = world.Content();
        var whole = await RunAsync(world, killAt: 0);
        Assert.Equal("Succeeded", whole.Result);
        Assert.True(whole.Events.Count > 40, $"{whole.Events.Count} boundaries");
        var outcomes = new List<RestoreStatus>();
        for (var boundary = 1; boundary <= whole.Events.Count; boundary++)
        {
            world.DropKept();
            world.Run("UPDATE orders SET note = 'corrupted'");
            outcomes.Add(await KillAndTakeUpAsync(world, boundary, good, bad));
        }

        Assert.Contains(RestoreStatus.Failed, outcomes);
        Assert.Contains(RestoreStatus.Succeeded, outcomes);
    }

    private async Task<RestoreStatus> KillAndTakeUpAsync(PostgresWorld world, int boundary, string good, string bad)
    {
        var killed = await RunAsync(world, boundary);
        Assert.True(killed.ExitCode == ChildRun.Killed, $"exit code {killed.ExitCode} at {boundary}: {killed.Output}{killed.Errors}");
        var runner = new RestoreRunner(world.Open(), _ => { });
        if (runner.Unfinished is not { } unfinished)
        {
            // Killed before its first record, or after its last.
            var content = world.Content();
            Assert.True(content == good || content == bad, $"at {boundary}");
            Assert.Equal(content == good ? 2 : 1, world.Databases().Count);
            Assert.True(File.Exists(world.UpFile));
            return content == good ? RestoreStatus.Succeeded : RestoreStatus.Failed;
        }

        var result = await runner.TakeUpAsync(unfinished);

        Assert.True(File.Exists(world.UpFile), $"at {boundary} the service is down");
        Assert.Null(new RestoreRunner(world.Open(), _ => { }).Unfinished);
        Assert.Empty(world.Open().Journal.Read().Findings);
        Assert.True(result.Status is RestoreStatus.Succeeded or RestoreStatus.Failed, $"{result.Status} at {boundary}: {result.Message}");
        if (result.Status == RestoreStatus.Succeeded)
        {
            Assert.Equal((good, bad), (world.Content(), world.Content(result.Kept!.Split('/')[^1])));
            Assert.Equal(2, world.Databases().Count);
        }
        else
        {
            Assert.Equal(bad, world.Content());
            Assert.Equal([world.Name], world.Databases());
        }

        return result.Status;
    }

    private static Task<ChildRun> RunAsync(PostgresWorld world, int killAt) => ChildRun.OfAsync(
        ChildRun.Command("restore", world.Root, "0", killAt.ToString(CultureInfo.InvariantCulture)));
}
