using System.Net;
using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Configuration;

/// <summary>The part of the table of settings that is the channels' to people.</summary>
internal static class NotificationTable
{
    private static readonly TextShape s_mailAddress = new(
        "a mail address, alone", @"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$", longest: 254);

    private static readonly ObjectShape s_slack = new(
        typeof(SlackSettings),
        "Slack: an incoming webhook, or a bot's token and a channel.",
        [
            new(nameof(SlackSettings.Webhook), new ReferenceShape(),
                "A reference to the address of an incoming webhook, which is a secret as a whole. What it posts is there at least "
                + "once, and cannot be edited."),
            new(nameof(SlackSettings.Token), new ReferenceShape(),
                "A reference to a bot's token with chat:write, and with channels:history (groups:history) to look before it "
                + "repeats: then a message is there exactly once."),
            new(nameof(SlackSettings.Channel),
                new TextShape("a channel's id or name", "^#?[A-Za-z0-9_][A-Za-z0-9._-]*$", longest: 80),
                "The channel that the bot posts to; looking before repeating needs its id (C...)."),
            new(nameof(SlackSettings.Api), new ServiceAddressShape(), "The Web API's address."),
        ])
    {
        ExactlyOne = [nameof(SlackSettings.Webhook), nameof(SlackSettings.Token)],
    };

    private static readonly ObjectShape s_pagerDuty = new(
        typeof(PagerDutySettings),
        "PagerDuty's Events API v2: change events for rollbacks, alerts for those that failed.",
        [
            new(nameof(PagerDutySettings.RoutingKey), new ReferenceShape(), "A reference to the integration's routing key.")
                { IsRequired = true },
            new(nameof(PagerDutySettings.Events), new ServiceAddressShape(), "The Events API's address."),
            new(nameof(PagerDutySettings.Token), new ReferenceShape(),
                "A reference to a token of the REST API: with it an escalation sees who acknowledged."),
            new(nameof(PagerDutySettings.Api), new ServiceAddressShape(), "The REST API's address."),
        ]);

    private static readonly ObjectShape s_webhook = new(
        typeof(WebhookSettings),
        "A webhook whose requests are signed by HMAC-SHA256.",
        [
            new(nameof(WebhookSettings.Address), new ServiceAddressShape(), "Where to.") { IsRequired = true },
            new(nameof(WebhookSettings.Secret), new ReferenceShape(),
                "A reference to the secret that both sides share: the header X-RollbackOps-Signature is v1= and the HMAC-SHA256, "
                + "in hexadecimal, of the header X-RollbackOps-Timestamp, a full stop and the body.") { IsRequired = true },
            new(nameof(WebhookSettings.Headers), SettingTable.Headers,
                "Headers sent along; values may be env: or secret: references."),
            new(nameof(WebhookSettings.Rings), new SwitchShape(), "Whether whatever listens there wakes a person."),
        ]);

    private static readonly ObjectShape s_mail = new(
        typeof(MailSettings),
        "Mail by SMTP.",
        [
            new(nameof(MailSettings.Host), new TextShape("a server's name or address", @"^(?!-)[A-Za-z0-9.:_-]+$", longest: 253), "The server.")
                { IsRequired = true },
            new(nameof(MailSettings.Port), NumberShape.Whole(1, 65535), "Its port."),
            new(nameof(MailSettings.Encryption), ChoiceShape.Of<MailEncryption>(),
                "How the connection is encrypted: by STARTTLS or given up, from the first byte, or not (this machine only)."),
            new(nameof(MailSettings.User), TextShape.Line("a user's name"), "Who signs in."),
            new(nameof(MailSettings.Password), new ReferenceShape(),
                "A reference to the password; it is resolved only when it is used."),
            new(nameof(MailSettings.From), s_mailAddress, "The sender's address.") { IsRequired = true },
            new(nameof(MailSettings.To), new ListShape<string>("a list of mail addresses", s_mailAddress, least: 1),
                "The receivers' addresses.") { IsRequired = true },
        ]);

    private static readonly ObjectShape s_channel = new(
        typeof(ChannelSettings),
        "A channel to people.",
        [
            new(nameof(ChannelSettings.Name), new TextShape("a name of letters, digits, dots, dashes and underscores", "^[A-Za-z0-9][A-Za-z0-9._-]*$", longest: 60),
                "Its name, unique among the channels.") { IsRequired = true },
            new(nameof(ChannelSettings.Slack), s_slack, s_slack.Description),
            new(nameof(ChannelSettings.PagerDuty), s_pagerDuty, s_pagerDuty.Description),
            new(nameof(ChannelSettings.Webhook), s_webhook, s_webhook.Description),
            new(nameof(ChannelSettings.Mail), s_mail, s_mail.Description),
        ])
    {
        ExactlyOne = [nameof(ChannelSettings.Slack), nameof(ChannelSettings.PagerDuty), nameof(ChannelSettings.Webhook), nameof(ChannelSettings.Mail)],
    };

    /// <summary>The notifications section.</summary>
    public static ObjectShape Section { get; } = new(
        typeof(NotificationSettings),
        "Whom to tell of rollbacks and restores, and how.",
        [
            new(nameof(NotificationSettings.Budget), new DurationShape(TimeSpan.Zero, TimeSpan.FromMinutes(10)),
                "How long the end of a command waits for deliveries at most; the next command goes on.", "S36"),
            new(nameof(NotificationSettings.Channels),
                new ListShape<ChannelSettings>("a list of channels", s_channel) { UniqueBy = nameof(ChannelSettings.Name) },
                "The channels, each told everything."),
        ])
    {
        Rule = notifications => Fault((NotificationSettings)notifications),
    };

    private static (string Property, string Message)? Fault(NotificationSettings notifications)
    {
        foreach (var channel in notifications.Channels)
        {
            if (Fault(channel) is { } fault)
            {
                return (nameof(notifications.Channels), $"channel '{channel.Name}' {fault}");
            }
        }

        return null;
    }

    private static string? Fault(ChannelSettings channel) => channel switch
    {
        { Slack: { Token: not null, Channel: null } } => "has a Slack token and lacks the channel to post to",
        { Slack: { Webhook: not null, Channel: not null } } => "names a Slack channel; an incoming webhook has its own",
        { Mail: { Encryption: MailEncryption.None } mail } when !IsThisMachine(mail.Host) =>
            "sends mail unencrypted, which it may to this machine only",
        { Mail: { Password: not null, User: null } } => "has a mail password and lacks the user",
        _ => null,
    };

    private static bool IsThisMachine(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
