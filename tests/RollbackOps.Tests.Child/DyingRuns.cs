using System.Diagnostics;
using System.Globalization;
using RollbackOps.Diagnostics;

namespace RollbackOps.Tests.Child;

/// <summary>
/// Many runs in one process, each in a folder of its own, and each brought to a stand at a boundary of its own with all that
/// it holds there. When every one of them stands or has ended, the process is killed (SIGKILL), and with it each run at
/// its boundary: one process's start for many deaths.
/// </summary>
internal sealed class DyingRuns : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    // A run that stands keeps its thread.
    private const int Threads = 128;
    private const int AtOnce = 2;

    private static readonly AsyncLocal<Run?> s_current = new();

    /// <summary>Runs them until this process is dead.</summary>
    /// <param name="runs">For each the verb, the root and the number of the boundary, which count from 1.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> runs)
    {
        ThreadPool.SetMinThreads(Threads, Threads);
        DiagnosticListener.AllListeners.Subscribe(new DyingRuns());
        await Parallel.ForEachAsync(
            runs.Chunk(3), new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (one, _) => await RunAsync(one[0], one[1], new Run(int.Parse(one[2], CultureInfo.InvariantCulture))));
        using var self = Process.GetCurrentProcess();
        self.Kill();
        return 0;
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == RollbackEvents.ListenerName)
        {
            value.Subscribe(this);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (s_current.Value is { } run && Interlocked.Increment(ref run.Seen) == run.StandsAt)
        {
            run.Stands.SetResult();
            // For ever: until the process dies.
            using var never = new ManualResetEventSlim();
            never.Wait();
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private static async Task RunAsync(string verb, string root, Run run)
    {
        var running = Task.Run(async () =>
        {
            s_current.Value = run;
            return await DatabaseRuns.RunAsync(verb, root);
        });
        if (await Task.WhenAny(running, run.Stands.Task) == running)
        {
            Console.Out.WriteLine($"ended {root}");
        }
    }

    private sealed class Run(int standsAt)
    {
        public int Seen;

        public int StandsAt { get; } = standsAt;

        public TaskCompletionSource Stands { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
