using System.Diagnostics;
using System.Globalization;
using RollbackOps.Adapters.Tests.Notifications;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Escalations;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Escalations;

/// <summary>
/// A process that escalates is killed (SIGKILL) at random moments, and another takes it up: no turn is called twice, no two levels
/// at once, and what the journal says was called is in Slack exactly once, or was out of date. <c>ROLLBACKOPS_KILLS</c> says how often.
/// </summary>
public sealed class EscalationKillTests
{
    private const int ShortestLife = 300;
    private const int LongestLife = 2500;

    private static readonly int s_kills = int.TryParse(
        Environment.GetEnvironmentVariable("ROLLBACKOPS_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var kills) ? kills : 4;

    [Fact]
    public async Task Escalation_KilledAtRandomMoments_GoesOnWithoutBurstOrRepeat()
    {
        await using var server = await PeopleServer.StartAsync();
        using var root = new SampleRoot();
        await File.WriteAllTextAsync(Path.Combine(root.Path, NotificationRuns.AddressFile), server.Address.ToString());
        for (var killed = 0; killed < s_kills; killed++)
        {
            using var process = Process.Start(ChildRun.Command("escalate", root.Path, "0"))!;
            process.StandardInput.Close();
            // It has begun, or gone on.
            Assert.StartsWith("step ", await process.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
            var drained = process.StandardOutput.ReadToEndAsync();
            using var life = new CancellationTokenSource(Random.Shared.Next(ShortestLife, LongestLife));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => process.WaitForExitAsync(life.Token));
            process.Kill();
            await process.WaitForExitAsync();
            await drained;
        }

        // The last one is told from a second terminal that it is over.
        using (var last = Process.Start(ChildRun.Command("escalate", root.Path, "0"))!)
        {
            last.StandardInput.Close();
            await last.StandardOutput.ReadLineAsync();
            var confirmation = new EscalationConfirmation(SampleSettings.Open(EscalationRuns.SettingsOf(root.Path)));
            confirmation.Confirm(confirmation.Find(EscalationRuns.Id), EscalationStepKind.Resolved, contact: null, note: "it was the cache");
            var run = await ChildRun.EndOfAsync(last);
            Assert.True(run.ExitCode == 0, run.Errors);
            Assert.Contains("step Resolved", run.Output, StringComparison.Ordinal);
        }

        var steps = root.Records(JournalKind.EscalationStep).Select(record => EscalationState.StepOf(record)!).ToList();
        Assert.Equal(s_kills, steps.Count(step => step.Kind == EscalationStepKind.Continued));
        var calls = steps.Where(step => step.Kind == EscalationStepKind.Called).ToList();
        Assert.Equal(Enumerable.Range(1, calls.Count), calls.Select(call => call.Call!.Value));
        Assert.All(calls.Zip(calls.Skip(1)), pair => Assert.True(
            pair.Second.DueAt - pair.First.DueAt >= EscalationRuns.Wait, $"{pair.First} was due {pair.First.DueAt:O}, and {pair.Second} {pair.Second.DueAt:O}"));

        // In Slack each at most once; there is none that was not recorded first, and whatever is recorded as taken is there.
        var inSlack = server.Messages.Select(message => (string)message["metadata"]!["event_payload"]!["id"]!).ToList();
        Assert.Equal(inSlack.Distinct(), inSlack);
        var recorded = calls.ToDictionary(call => call.Call!.Value, call => $"J{call.Record}");
        var ends = steps.Where(step => step.Kind == EscalationStepKind.Resolved).Select(step => $"J{step.Record}");
        Assert.Empty(inSlack.Except(recorded.Values).Except(ends));
        var taken = steps.Where(step => step.Kind == EscalationStepKind.Reached && step.Channels.Contains("slack")).ToList();
        Assert.NotEmpty(taken);
        Assert.Empty(taken.Select(step => recorded[step.Call!.Value]).Except(inSlack));
    }
}
