using RollbackOps.Adapters;
using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Escalations;
using RollbackOps.Notifications;

namespace RollbackOps.Tests.Child;

/// <summary>An escalation with a chain of seconds, in a process of its own that may be killed.</summary>
public static class EscalationRuns
{
    /// <summary>The incident's id.</summary>
    public const string Id = "INC-1";

    /// <summary>How long each level has.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    /// <summary>The settings of a root: three levels, by a channel that can be read back and one that cannot.</summary>
    public static RollbackSettings SettingsOf(string root) => NotificationRuns.SettingsOf(root) with
    {
        Escalation = new EscalationSettings
        {
            Automatic = TimeSpan.Zero,
            Levels = [.. new[] { "primary", "secondary", "manager" }.Select(name => new LevelSettings { Name = name, Wait = Wait })],
            Contacts =
            [
                new ContactSettings { Name = "Ann", Level = "primary", Channels = ["slack", "hook"] },
                new ContactSettings { Name = "Bob", Level = "secondary", Channels = ["slack", "hook"] },
                new ContactSettings { Name = "Cleo", Level = "manager", Channels = ["slack", "hook"] },
            ],
        },
    };

    /// <summary>Begins it or takes it up, and stays until it is over.</summary>
    public static async Task<int> EscalateAsync(string root)
    {
        var context = SampleSettings.Open(SettingsOf(root));
        await RunAsync(context, EscalationEnd.Over, step => Console.Out.WriteLine($"step {step.Kind} {step.Contact}"), CancellationToken.None);
        return 0;
    }

    /// <summary>Runs an escalation as its cmdlet does.</summary>
    internal static async Task RunAsync(
        RollbackContext context, EscalationEnd end, Action<EscalationStep> emit, CancellationToken cancellationToken, TimeSpan? pause = null)
    {
        var adapters = new AdapterFactory();
        var telling = Notifier.Create(adapters, context, new NoSecrets(), Console.Error.WriteLine)!;
        await using var pump = new NotificationPump(telling, context, Console.Error.WriteLine);
        pump.Start();
        using var notifier = Notifier.Create(adapters, context, new NoSecrets(), Console.Error.WriteLine)!;
        var (session, lease) = new EscalationOpening(context).Open(
            new EscalationRequest { IncidentId = Id, Severity = Severity.P1, Reason = "Checkout is down" });
        using (lease)
        {
            await using var calls = new EscalationCalls(context, notifier);
            await using var watch = new AcknowledgementWatch(context, notifier, Console.Error.WriteLine, pause);
            await new EscalationRun(context, session, lease, calls, watch).RunAsync(emit, _ => { }, end, cancellationToken);
        }

        await pump.EndAsync(CancellationToken.None);
    }
}
