using System.Globalization;
using RollbackOps.Adapters;
using RollbackOps.Configuration;
using RollbackOps.Notifications;
using RollbackOps.Rollbacks;

namespace RollbackOps.Tests.Child;

/// <summary>Attempts that are told while they go on, in a process of its own that may be killed.</summary>
public static class NotificationRuns
{
    /// <summary>The file in a root that names the address of the stand-in for the channels.</summary>
    public const string AddressFile = "people";

    private const int Attempts = 3;

    /// <summary>The settings of a root, with a channel that can be read back and one that cannot.</summary>
    public static RollbackSettings SettingsOf(string root) => SampleSettings.For(root, 0) with
    {
        Notifications = new NotificationSettings
        {
            Budget = TimeSpan.FromSeconds(30),
            Channels =
            [
                new ChannelSettings
                {
                    Name = "slack",
                    Slack = new SlackSettings { Token = "xoxb-child-0123456789", Channel = "C1", Api = new Uri(AddressOf(root), "slack") },
                },
                new ChannelSettings
                {
                    Name = "hook",
                    Webhook = new WebhookSettings { Address = new Uri(AddressOf(root), "hook"), Secret = "hook-secret-0123456789" },
                },
            ],
        },
    };

    /// <summary>Makes some attempts that are refused, and delivers until nothing is left.</summary>
    public static async Task<int> TellAsync(string root, bool makesNone)
    {
        var settings = SettingsOf(root);
        var context = SampleSettings.Open(settings);
        var notifier = Notifier.Create(new AdapterFactory(), context, new NoSecrets(), _ => { })!;
        await using var pump = new NotificationPump(notifier, context, Console.Out.WriteLine);
        Console.Out.WriteLine("ready");
        pump.Start();
        for (var attempt = 0; !makesNone && attempt < Attempts; attempt++)
        {
            new AttemptRecorder(context).Record(RollbackStatus.Refused, ErrorId.NoEligibleTarget,
                string.Create(CultureInfo.InvariantCulture, $"None is eligible: {Environment.ProcessId}/{attempt}."), "killed", null, null);
        }

        var results = await pump.EndAsync(CancellationToken.None);
        Console.Out.WriteLine($"result {string.Join(' ', results.Select(result => $"{result.Channel}={result.Queued.Count}"))}");
        return 0;
    }

    private static Uri AddressOf(string root) => new(SampleSettings.ReadNote(root, AddressFile)!);
}
