using System.Collections.Concurrent;
using RollbackOps.Databases;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>
/// A restore, its undo and what swaps them back are killed (SIGKILL) at every one of their boundaries. The live database is
/// then either the old one or the new one, whole; taking it up finishes it or puts everything back, and nothing is deleted.
/// </summary>
public sealed class SqliteKillTests
{
    private static readonly ParallelOptions s_atOnce = new() { MaxDegreeOfParallelism = 2 };

    [Theory]
    [InlineData(DatabaseRuns.SwapOnly, "wal")]
    [InlineData(DatabaseRuns.StopFirst, "delete")]
    [InlineData(DatabaseRuns.InPlace, "wal")]
    [InlineData(DatabaseRuns.InPlace, "delete")]
    [InlineData(DatabaseRuns.Undo, "wal")]
    [InlineData(DatabaseRuns.UndoInPlace, "delete")]
    public async Task Restore_KilledAtEveryBoundary_IsTakenUp(string verb, string journalMode)
    {
        var scene = new KillScene(verb, journalMode);
        var boundaries = await scene.BoundariesAsync("Succeeded");
        Assert.Contains("Effect.After Swap", boundaries);

        var outcomes = await TakeUpAsync(scene, boundaries, from: 1);

        Assert.Contains(RestoreStatus.Failed, outcomes);
        Assert.Contains(RestoreStatus.Succeeded, outcomes);
    }

    [Theory]
    [InlineData(DatabaseRuns.StopFirst, "wal")]
    [InlineData(DatabaseRuns.InPlace, "wal")]
    [InlineData(DatabaseRuns.Undo, "delete")]
    public async Task SwapBack_KilledAtEveryBoundary_IsTakenUp(string verb, string journalMode)
    {
        var scene = new KillScene(verb, journalMode, SmokeFails: true);
        var boundaries = await scene.BoundariesAsync("SwappedBack");
        Assert.Contains("Effect.After SwapBack", boundaries);

        // Until then it is as any restore.
        var outcomes = await TakeUpAsync(scene, boundaries, from: 1 + boundaries.ToList().IndexOf("Effect.Before Smoke"));

        Assert.Equal([RestoreStatus.SwappedBack], outcomes.OfType<RestoreStatus>().Distinct());
    }

    [Theory]
    [InlineData(DatabaseRuns.StopFirst, "wal", false)]
    [InlineData(DatabaseRuns.InPlace, "delete", false)]
    [InlineData(DatabaseRuns.Undo, "delete", true)]
    public async Task TakeUp_KilledToo_IsTakenUpByTheNext(string verb, string journalMode, bool smokeFails)
    {
        var scene = new KillScene(verb, journalMode, smokeFails);
        var boundaries = (await scene.BoundariesAsync(smokeFails ? "SwappedBack" : "Succeeded")).ToList();
        // The first kill leaves nothing done, a bare intent, a swap without its record, and a swap back without one.
        string[] last = smokeFails
            ? ["Effect.Before SwapBack", "Effect.After SwapBack"]
            : ["Effect.Before Fence", "Effect.Before Swap", "Effect.After Swap"];
        foreach (var name in last)
        {
            var first = boundaries.IndexOf(name) + 1;
            using var once = (await CutOffRestore.KillAsync(scene, [first]))[0];
            using var watch = new BoundaryWatch((_, _, _) => { });
            await once.TakeUpAsync();

            await TakeUpAsync(
                await CutOffRestore.KillTwiceAsync(scene, first, KillScene.Apart(watch.Seen)), number => $"{name}, then {watch.Seen[number - 1]}", assert: null);
        }
    }

    [Fact]
    public async Task Export_KilledAtEveryBoundary_IsMadeByTheNextCall()
    {
        var scene = new KillScene(DatabaseRuns.Exporting, "wal");
        var boundaries = await scene.BoundariesAsync("Succeeded");

        await TakeUpAsync(scene, boundaries, from: 1 + boundaries.ToList().IndexOf("Effect.Before ExportLostChanges"), restore =>
        {
            var world = restore.World;
            var attempt = RestoreLedger.From(world.Open().Journal.Read()).Attempts[^1];
            var changes = attempt.Finished!.LostChanges!;
            Assert.Equal((null, 1, 11, 1), (changes.Error, changes.Inserted, changes.Changed, changes.Deleted));
            // No scratch, and nothing that is half written.
            Assert.Equal([changes.Folder!], Directory.GetFileSystemEntries(Path.Combine(world.Root, ".rollback", "lost-changes")));
            Assert.DoesNotContain(Directory.GetFiles(world.Root), file => file.Contains("-lost", StringComparison.Ordinal));
            var again = Path.Combine(world.Root, "again.db");
            File.Copy(world.List()[0].Path, again);
            SqliteWorld.Run(again, File.ReadAllText(Path.Combine(changes.Folder!, "apply.sql")));
            Assert.Equal(SqliteContent.Of(attempt.Plan.Kept), SqliteContent.Of(again));
        });
    }

    private static async Task<IReadOnlyList<RestoreStatus?>> TakeUpAsync(
        KillScene scene, IReadOnlyList<string> boundaries, int from, Action<CutOffRestore>? assert = null)
    {
        var numbers = KillScene.Apart(boundaries).Where(number => number >= from).ToList();
        return await TakeUpAsync(await CutOffRestore.KillAsync(scene, numbers), number => $"{number} ({boundaries[number - 1]})", assert);
    }

    /// <summary>Takes up each of those that were killed.</summary>
    private static async Task<IReadOnlyList<RestoreStatus?>> TakeUpAsync(
        IReadOnlyList<CutOffRestore> cut, Func<int, string> nameOf, Action<CutOffRestore>? assert)
    {
        var (outcomes, failures) = (new RestoreStatus?[cut.Count], new ConcurrentQueue<string>());
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, cut.Count), s_atOnce, async (index, _) =>
            {
                try
                {
                    outcomes[index] = await cut[index].TakeUpAsync();
                    if (outcomes[index] == RestoreStatus.Failed)
                    {
                        await cut[index].StartOverAsync();
                    }

                    assert?.Invoke(cut[index]);
                }
                catch (Exception failure)
                {
                    failures.Enqueue($"{nameOf(cut[index].Boundary)}: {failure}");
                }
            });
        }
        finally
        {
            foreach (var restore in cut)
            {
                restore.Dispose();
            }
        }

        Assert.True(failures.IsEmpty, $"Killed at {string.Join("\n\n", failures)}");
        return outcomes;
    }
}
