using System.Globalization;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Databases;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>
/// A restore is killed (SIGKILL) at every one of its boundaries. The live database is then either the old one or the
/// restored one, whole; taking it up finishes it or puts everything back, and nothing is deleted.
/// </summary>
public sealed class SqliteKillTests
{
    private static readonly string s_database = SqliteWorld.Hooks.Replace("[\"rm\", \"up\"]", "[\"rm\", \"-f\", \"up\"]", StringComparison.Ordinal);

    [Theory]
    [InlineData("wal", false)]
    [InlineData("wal", true)]
    [InlineData("delete", true)]
    public async Task Restore_KilledAtEveryBoundary_IsTakenUp(string journalMode, bool inPlace)
    {
        var count = 0;
        using (var whole = await NewWorldAsync(journalMode))
        {
            var run = await RunAsync(whole.World, inPlace, killAt: 0);
            Assert.Equal("Succeeded", run.Result);
            count = run.Events.Count;
        }

        Assert.True(count > 40, $"{count} boundaries");
        var outcomes = new List<RestoreStatus>();
        for (var boundary = 1; boundary <= count; boundary++)
        {
            outcomes.Add(await KillAndTakeUpAsync(journalMode, inPlace, boundary));
        }

        Assert.Contains(RestoreStatus.Failed, outcomes);
        Assert.Contains(RestoreStatus.Succeeded, outcomes);
    }

    private static async Task<RestoreStatus> KillAndTakeUpAsync(string journalMode, bool inPlace, int boundary)
    {
        using var sample = await NewWorldAsync(journalMode);
        var world = sample.World;
        var killed = await RunAsync(world, inPlace, boundary);
        Assert.True(killed.ExitCode == ChildRun.Killed, $"exit code {killed.ExitCode} at {boundary}: {killed.Output}{killed.Errors}");

        // Whoever opens it now finds one of the two, whole.
        var live = SqliteWorld.Content(world.Path);
        Assert.True(live == sample.Good || live == sample.Bad, $"at {boundary}");
        Assert.Equal("ok", world.Ask("PRAGMA integrity_check"));

        var runner = new RestoreRunner(world.Open(), _ => { });
        if (runner.Unfinished is not { } unfinished)
        {
            // Killed before its first record, or after its last.
            Assert.Equal(live == sample.Good, Directory.GetFiles(world.Root, "app.db.kept-*").Length == 1);
            Assert.True(File.Exists(world.UpFile));
            return live == sample.Good ? RestoreStatus.Succeeded : RestoreStatus.Failed;
        }

        var result = await runner.TakeUpAsync(unfinished);

        Assert.True(File.Exists(world.UpFile), $"at {boundary} the service is down");
        Assert.Equal(journalMode, world.Ask("PRAGMA journal_mode"));
        Assert.Null(new RestoreRunner(world.Open(), _ => { }).Unfinished);
        Assert.Empty(world.Open().Journal.Read().Findings);
        if (result.Status == RestoreStatus.Succeeded)
        {
            Assert.Equal((sample.Good, sample.Bad), (SqliteWorld.Content(world.Path), SqliteWorld.Content(result.Kept!)));
            Assert.Equal(["app.db", Path.GetFileName(result.Kept!), "rollback.json", "up"], world.Files());
        }
        else
        {
            Assert.Equal((RestoreStatus.Failed, sample.Bad), (result.Status, SqliteWorld.Content(world.Path)));
            Assert.Equal(["app.db", "rollback.json", "up"], world.Files());
            // It cleanly starts over.
            Assert.Equal(RestoreStatus.Succeeded, (await world.RestoreAsync(world.List()[0])).Status);
            Assert.Equal(sample.Good, SqliteWorld.Content(world.Path));
        }

        return result.Status;
    }

    private static Task<ChildRun> RunAsync(SqliteWorld world, bool inPlace, int killAt) => ChildRun.OfAsync(
        ChildRun.Command(inPlace ? DatabaseRuns.InPlace : "restore", world.Root, "0", killAt.ToString(CultureInfo.InvariantCulture)));

    private static async Task<Sample> NewWorldAsync(string journalMode)
    {
        var world = new SqliteWorld(journalMode, orders: 200, database: s_database);
        await File.WriteAllTextAsync(world.UpFile, "");
        var good = SqliteWorld.Content(world.Path);
        await world.BackUpAsync();
        world.Run("UPDATE orders SET note = 'corrupted'");
        return new Sample(world, good, SqliteWorld.Content(world.Path));
    }

    private sealed record Sample(SqliteWorld World, string Good, string Bad) : IDisposable
    {
        public void Dispose() => World.Dispose();
    }
}
