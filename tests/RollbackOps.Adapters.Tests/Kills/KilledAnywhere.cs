using System.Collections.Concurrent;
using System.Globalization;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Kills;

/// <summary>A world of its own in which a child process rolls back.</summary>
internal interface IKillScene : IAsyncDisposable
{
    /// <summary>The folder that the child is given.</summary>
    string Root { get; }

    /// <summary>The world as another process sees it.</summary>
    RollbackContext Open();

    /// <summary>Begins it where the journal knows of none.</summary>
    Task BeginAsync();

    /// <summary>Whether the end state is as after one effect.</summary>
    Task AssertDoneOnceAsync();
}

/// <summary>Kills a rollback (SIGKILL) at every boundary that the product itself reports, and takes it up again (S16).</summary>
internal static class KilledAnywhere
{
    /// <param name="layOut">Makes a scene.</param>
    /// <param name="effect">A boundary that a whole run has to have.</param>
    public static async Task EndsAsAfterOneEffectAsync(Func<Task<IKillScene>> layOut, string effect)
    {
        IReadOnlyList<string> boundaries;
        await using (var whole = await layOut())
        {
            var run = await ChildRun.OfAsync(ChildRun.Command("roll", whole.Root, "0", "0"));
            boundaries = run.Events;
            Assert.True(boundaries.Contains(effect), run.Output + run.Errors);
            await whole.AssertDoneOnceAsync();
        }

        var failures = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(
            Enumerable.Range(1, boundaries.Count), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (boundary, _) =>
            {
                try
                {
                    await using var scene = await layOut();
                    var killed = await ChildRun.OfAsync(
                        ChildRun.Command("roll", scene.Root, "0", boundary.ToString(CultureInfo.InvariantCulture)));
                    Assert.True(killed.ExitCode == ChildRun.Killed, $"exit code {killed.ExitCode}: {killed.Output}{killed.Errors}");
                    await FinishAsync(scene);
                    await scene.AssertDoneOnceAsync();
                }
                catch (Exception failure)
                {
                    failures.Enqueue($"Killed at {boundary} ({boundaries[boundary - 1]}): {failure.Message}\n{failure.StackTrace}");
                }
            });
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }

    private static async Task FinishAsync(IKillScene scene)
    {
        var context = scene.Open();
        if (context.ReadLedger().Attempts.SingleOrDefault() is not { } attempt)
        {
            await scene.BeginAsync();
        }
        else if (attempt.IsUnfinished)
        {
            await new RollbackRunner(context, _ => { }).ResumeAsync(rollbackId: null, CancellationToken.None);
        }
    }
}
