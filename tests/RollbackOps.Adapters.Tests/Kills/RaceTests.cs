using System.Diagnostics;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Kills;

/// <summary>Many people roll back at the same moment, each in a process of their own (S2, S8, S10).</summary>
public class RaceTests
{
    private const int Racers = 50;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Rollback_FiftyProcessesAtOnce_SwitchesExactlyOnce()
    {
        using var root = new SampleRoot();
        using var switches = new SwitchCount(root.Path);
        var racers = new List<Process>();
        List<ChildRun> runs = [];
        try
        {
            for (var i = 0; i < Racers; i++)
            {
                racers.Add(Process.Start(ChildRun.Command("race", root.Path, "0"))!);
            }

            await Task.WhenAll(racers.Select(AwaitReadyAsync));
            foreach (var racer in racers)
            {
                racer.StandardInput.Close();
            }

            runs = [.. await Task.WhenAll(racers.Select(ChildRun.EndOfAsync))];
        }
        finally
        {
            foreach (var racer in racers)
            {
                if (!racer.HasExited)
                {
                    racer.Kill();
                }

                racer.Dispose();
            }
        }

        Assert.Equal(1, await switches.ReadAsync());
        Assert.Equal(SampleRoot.Previous, root.Target);
        var results = runs.ConvertAll(run => run.Result);
        // Without an address nothing proves from outside what is served; it was switched all the same.
        var winner = Assert.Single(results, result => result.StartsWith("IdentityUnproven", StringComparison.Ordinal));
        string[] refusals = ["LeaseHeld", "WorldChanged", "RollbackUnfinished", "RecentlyRolledBack"];
        Assert.All(results.Where(result => result != winner), result => Assert.Contains(result.Split(' ')[1], refusals));
        var ledger = root.Context.ReadLedger();
        Assert.Empty(ledger.Reading.Findings);
        Assert.Equal(Racers, ledger.Attempts.Count);
        Assert.Single(ledger.Attempts, attempt => attempt.SwitchedAt is not null);
        Assert.Equal(Racers - 1, root.Records(JournalKind.AttemptRefused).Count());
        Assert.Empty(root.Records(JournalKind.LeaseTakenOver));
        Assert.Empty(root.Leftovers);
        Assert.Empty(root.Processes());
    }

    private static async Task AwaitReadyAsync(Process racer)
    {
        using var patience = new CancellationTokenSource(s_patience);
        Assert.Equal("ready", await racer.StandardOutput.ReadLineAsync(patience.Token));
    }
}
