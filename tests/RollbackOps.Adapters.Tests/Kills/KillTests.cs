using System.Collections.Concurrent;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Kills;

/// <summary>
/// A process is killed (SIGKILL) before and after every journal record and every effect of a rollback (S16). The
/// boundaries are the product's own diagnostic events: one run tells them, and each is then died at.
/// </summary>
public class KillTests
{
    // Most of a case is waiting for processes; more at once than there are cores.
    private static readonly ParallelOptions s_atOnce = new() { MaxDegreeOfParallelism = 4 };

    [Fact]
    public async Task Rollback_KilledAtAnyBoundary_IsFinishedByResumeWithOneSwitch()
    {
        var boundaries = await BoundariesAsync();
        var failures = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(Enumerable.Range(1, boundaries.Count), s_atOnce, async (boundary, _) =>
            await CollectAsync(failures, $"{boundary} ({boundaries[boundary - 1]})", async () =>
            {
                using var rollback = await KilledRollback.LayOutAsync();
                await rollback.KillAsync("roll", boundary);
                Assert.Equal(RollbackStatus.Succeeded, await rollback.FinishAsync());
                await rollback.AssertInPlaceOnceAsync();
                var takenOver = rollback.Root.Records(JournalKind.LeaseTakenOver).Count();
                Assert.Equal(boundary < boundaries.Count ? 1 : 0, takenOver);
            }));
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    [Fact]
    public async Task Resume_KilledToo_IsFinishedByTheNextWithOneSwitch()
    {
        var boundaries = await BoundariesAsync();
        var failures = new ConcurrentQueue<string>();
        // The first kill leaves nothing, a bare intent, a switch without its record, and a switch that is not served.
        string[] first = ["Journal.After RollbackStarted", "Effect.Before Switch", "Effect.After Switch", "Effect.Before Activate"];
        var cases =
            from boundary in first
            from second in new[] { 2, 6, 11 }
            select (First: boundaries.ToList().IndexOf(boundary) + 1, Second: second);
        await Parallel.ForEachAsync(cases, s_atOnce, async (kills, _) =>
            await CollectAsync(failures, $"{kills.First} ({boundaries[kills.First - 1]}), then {kills.Second}", async () =>
            {
                using var rollback = await KilledRollback.LayOutAsync();
                await rollback.KillAsync("roll", kills.First);
                await rollback.KillAsync("resume", kills.Second);
                Assert.Equal(RollbackStatus.Succeeded, await rollback.FinishAsync());
                await rollback.AssertInPlaceOnceAsync();
                Assert.Equal(2, rollback.Root.Records(JournalKind.LeaseTakenOver).Count());
            }));
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    /// <summary>Every boundary of a rollback that is left alone.</summary>
    private static async Task<IReadOnlyList<string>> BoundariesAsync()
    {
        using var whole = await KilledRollback.LayOutAsync();
        var run = await ChildRun.OfAsync("roll", whole.Root);
        Assert.Equal("Succeeded", run.Result);
        await whole.AssertInPlaceOnceAsync();
        Assert.Contains("Effect.Before Switch", run.Events);
        Assert.Contains("Effect.After Activate", run.Events);
        // Before and after every record that is there, and every effect.
        var records = whole.Root.Context.Journal.Read().Records.Count;
        Assert.Equal(records, run.Events.Count(one => one.StartsWith("Journal.Before ", StringComparison.Ordinal)));
        Assert.Equal(records, run.Events.Count(one => one.StartsWith("Journal.After ", StringComparison.Ordinal)));
        return run.Events;
    }

    private static async Task CollectAsync(ConcurrentQueue<string> failures, string name, Func<Task> body)
    {
        try
        {
            await body();
        }
        catch (Exception failure)
        {
            failures.Enqueue($"Killed at {name}: {failure.Message}\n{failure.StackTrace}");
        }
    }
}
