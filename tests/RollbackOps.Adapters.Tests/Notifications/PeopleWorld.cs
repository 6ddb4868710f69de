using RollbackOps.Adapters.LocalState;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Configuration;
using RollbackOps.Notifications;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Notifications;

/// <summary>A project with every kind of channel, all of them led to one stand-in.</summary>
internal sealed class PeopleWorld : IAsyncDisposable
{
    public const string Token = "xoxb-planted-token-0123456789";
    public const string RoutingKey = "0123456789abcdef0123456789abcdef";
    public const string HookSecret = "hook-secret-0123456789";

    private PeopleWorld(PeopleServer server)
    {
        Server = server;
        Settings = Root.Settings with
        {
            Notifications = new NotificationSettings
            {
                Budget = TimeSpan.FromSeconds(20),
                Channels = [.. new[] { "slack", "slack-webhook", "pager", "hook" }.Select(ChannelOf)],
            },
        };
        Context = SampleSettings.Open(Settings);
    }

    public SampleRoot Root { get; } = new();

    public PeopleServer Server { get; }

    public RollbackSettings Settings { get; private set; }

    public RollbackContext Context { get; private set; }

    public List<string> Told { get; } = [];

    public OutboxFolder Outbox => new(Path.Combine(Root.Path, ".rollback", "outbox"));

    public static async Task<PeopleWorld> StartAsync() => new(await PeopleServer.StartAsync());

    /// <summary>Leaves only these channels.</summary>
    public PeopleWorld With(params string[] channels)
    {
        Settings = Settings with
        {
            Notifications = Settings.Notifications with
            {
                Channels = [.. Settings.Notifications.Channels.Where(channel => channels.Contains(channel.Name))],
            },
        };
        Context = SampleSettings.Open(Settings);
        return this;
    }

    /// <summary>Changes every channel's settings.</summary>
    public void Replace(Func<ChannelSettings, ChannelSettings> change)
    {
        Settings = Settings with
        {
            Notifications = Settings.Notifications with { Channels = [.. Settings.Notifications.Channels.Select(change)] },
        };
        Context = SampleSettings.Open(Settings);
    }

    /// <summary>Says who is called.</summary>
    public PeopleWorld Calling(EscalationSettings escalation)
    {
        Settings = Settings with { Escalation = escalation };
        Context = SampleSettings.Open(Settings);
        return this;
    }

    /// <summary>Leads a webhook elsewhere.</summary>
    public void Lead(string name, Uri address) => Replace(channel =>
        channel.Name == name ? channel with { Webhook = channel.Webhook! with { Address = address } } : channel);

    /// <summary>What delivers, as another process each time.</summary>
    public Notifier Open() => Notifier.Create(new AdapterFactory(), Context, new NoSecrets(), Told.Add)!;

    /// <summary>Delivers all there is, within the time.</summary>
    public async Task<IReadOnlyList<NotificationResult>> DeliverAsync(TimeSpan? budget = null)
    {
        using var notifier = Open();
        using var patience = new CancellationTokenSource(budget ?? TimeSpan.FromSeconds(20));
        return await notifier.DeliverAsync(CancellationToken.None, patience.Token);
    }

    /// <summary>Delivers what goes at the first try.</summary>
    public async Task<IReadOnlyList<NotificationResult>> DeliverOnceAsync()
    {
        using var notifier = Open();
        return await notifier.DeliverAsync(enough: new CancellationToken(canceled: true), CancellationToken.None);
    }

    /// <summary>Rolls back for real, and lets the journal tell of it.</summary>
    public async Task<RollbackResult> RollBackAsync()
    {
        using (var notifier = Open())
        {
            notifier.Begin();
        }

        var procedure = new RollbackProcedure(Context, _ => { });
        var (plan, _) = await procedure.PrepareAsync(
            new RollbackOrder { Request = new PlanRequest { Reason = "Checkout <!channel> & co fail" } }, isAsked: false, CancellationToken.None);
        return await procedure.CarryOutAsync(plan!, decision: null, CancellationToken.None);
    }

    /// <summary>Queues a message.</summary>
    public Notification Say(string text, NotificationSeverity severity = NotificationSeverity.Info, string? thread = null)
    {
        using var notifier = Open();
        var message = notifier.Composer.Message(notifier.NewId(), text, "shop", "production", DateTimeOffset.UtcNow, severity, thread);
        notifier.Add(message);
        return message;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Root.Dispose();
    }

    private ChannelSettings ChannelOf(string name)
    {
        var channel = new ChannelSettings { Name = name };
        return name switch
        {
            "slack" => channel with { Slack = new SlackSettings { Token = Token, Channel = "C1", Api = new Uri(Server.Address, "slack") } },
            "slack-webhook" => channel with { Slack = new SlackSettings { Webhook = new Uri(Server.Address, "slack-webhook").ToString() } },
            "pager" => channel with { PagerDuty = new PagerDutySettings { RoutingKey = RoutingKey, Events = Server.Address, Api = Server.Address } },
            _ => channel with { Webhook = new WebhookSettings { Address = new Uri(Server.Address, "hook"), Secret = HookSecret, Rings = true } },
        };
    }
}
