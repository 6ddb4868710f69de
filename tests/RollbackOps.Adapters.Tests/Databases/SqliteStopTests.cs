using System.Collections.Concurrent;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>A restore is stopped (Ctrl+C) at its boundaries: before the swap everything is put back, from the swap on it goes through (S20, S30).</summary>
public sealed class SqliteStopTests
{
    [Theory]
    [InlineData(DatabaseRuns.StopFirst, "wal")]
    [InlineData(DatabaseRuns.InPlace, "delete")]
    [InlineData(DatabaseRuns.Undo, "delete")]
    public async Task Restore_StoppedAtAnyBoundary_IsPutBackOrGoesThrough(string verb, string journalMode)
    {
        var scene = new KillScene(verb, journalMode);
        var boundaries = (await scene.BoundariesAsync("Succeeded")).ToList();
        // The record of the swap's intent comes with two boundaries before it.
        var swap = boundaries.IndexOf("Effect.Before Swap") - 1;
        Assert.StartsWith("Journal.Before", boundaries[swap - 1], StringComparison.Ordinal);
        var failures = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(
            KillScene.Apart(boundaries), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (number, _) =>
            {
                try
                {
                    await StopAsync(scene, number, isGoingThrough: number >= swap);
                }
                catch (Exception failure)
                {
                    failures.Enqueue($"{number} ({boundaries[number - 1]}): {failure}");
                }
            });
        Assert.True(failures.IsEmpty, $"Stopped at {string.Join("\n\n", failures)}");
    }

    private static async Task StopAsync(KillScene scene, int number, bool isGoingThrough)
    {
        using var restore = await scene.LayOutAsync();
        using var stop = new CancellationTokenSource();
        using var watch = new BoundaryWatch((seen, _, _) =>
        {
            if (seen.Seen.Count == number)
            {
                stop.Cancel();
            }
        });

        var said = await DatabaseRuns.DoAsync(scene.Verb, restore.World.Open(), stop.Token);

        Assert.True(stop.IsCancellationRequested);
        Assert.StartsWith(isGoingThrough ? "Succeeded " : "Interrupted ", said, StringComparison.Ordinal);
        // Nothing is left to be taken up, the service runs, and all is where it was or where it belongs.
        Assert.Null(await restore.TakeUpAsync());
        if (!isGoingThrough && number % 3 == 0)
        {
            await restore.StartOverAsync();
        }
    }
}
