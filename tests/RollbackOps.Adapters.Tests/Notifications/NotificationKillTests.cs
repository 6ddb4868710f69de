using System.Diagnostics;
using System.Globalization;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Notifications;

/// <summary>
/// A process that tells people is killed (SIGKILL) at random moments. Whatever its journal has is told in the end: in Slack
/// exactly once, by the webhook at least once, and a repeat says that it is one. <c>ROLLBACKOPS_KILLS</c> says how often.
/// </summary>
public sealed class NotificationKillTests
{
    private const int LongestLife = 700;

    private static readonly int s_kills = int.TryParse(
        Environment.GetEnvironmentVariable("ROLLBACKOPS_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var kills) ? kills : 4;

    [Fact]
    public async Task Telling_KilledAtRandomMoments_LosesNothingAndRepeatsNothingThatCanBeReadBack()
    {
        await using var server = await PeopleServer.StartAsync();
        using var root = new SampleRoot();
        await File.WriteAllTextAsync(Path.Combine(root.Path, NotificationRuns.AddressFile), server.Address.ToString());
        var killed = 0;
        while (killed < s_kills)
        {
            using var process = Process.Start(ChildRun.Command("tell", root.Path, "0"))!;
            process.StandardInput.Close();
            Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
            using var life = new CancellationTokenSource(Random.Shared.Next(LongestLife));
            try
            {
                await process.WaitForExitAsync(life.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                await process.WaitForExitAsync();
                killed++;
            }
        }

        // The next commands: each goes on until its budget is used up.
        var last = await ChildRun.OfAsync(ChildRun.Command("tell-on", root.Path, "0"));
        for (var more = 0; last.Result != "slack=0 hook=0" && more < s_kills; more++)
        {
            last = await ChildRun.OfAsync(ChildRun.Command("tell-on", root.Path, "0"));
        }

        Assert.Equal("slack=0 hook=0", last.Result);
        var records = root.Records(JournalKind.AttemptRefused).Select(record => $"J{record.Number}").ToList();
        var inSlack = server.Messages.Select(message => (string)message["metadata"]!["event_payload"]!["id"]!).ToList();
        Assert.Equal(records.Order(), inSlack.Order());
        var hooks = server.To("/hook").Select(seen => seen.Json).GroupBy(json => (string)json["id"]!).ToDictionary(group => group.Key, group => group.ToList());
        Assert.Equal(records.Order(), hooks.Keys.Order());
        Assert.All(hooks.Values, same => Assert.All(same.Skip(1), repeat => Assert.True((bool)repeat["isRepeat"]!)));
    }
}
