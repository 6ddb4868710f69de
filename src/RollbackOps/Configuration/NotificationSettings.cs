namespace RollbackOps.Configuration;

/// <summary>The notifications section: whom to tell, and how.</summary>
public sealed record NotificationSettings
{
    internal NotificationSettings()
    {
    }

    /// <summary>
    /// How long the end of a command waits for deliveries at most; what is not there by then is delivered by the next
    /// command. Default 10 s.
    /// </summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The channels, each told everything.</summary>
    public IReadOnlyList<ChannelSettings> Channels { get; init; } = [];
}

/// <summary>A channel. Exactly one of the sorts is set.</summary>
public sealed record ChannelSettings
{
    internal ChannelSettings()
    {
    }

    /// <summary>Its name, unique among the channels.</summary>
    public required string Name { get; init; }

    /// <summary>Slack, or null.</summary>
    public SlackSettings? Slack { get; init; }

    /// <summary>PagerDuty, or null.</summary>
    public PagerDutySettings? PagerDuty { get; init; }

    /// <summary>A signed webhook, or null.</summary>
    public WebhookSettings? Webhook { get; init; }

    /// <summary>Mail, or null.</summary>
    public MailSettings? Mail { get; init; }
}

/// <summary>Slack: an incoming webhook, or a bot's token and a channel.</summary>
public sealed record SlackSettings
{
    internal SlackSettings()
    {
    }

    /// <summary>A reference to the address of an incoming webhook, which is a secret as a whole; or null.</summary>
    public string? Webhook { get; init; }

    /// <summary>A reference to a bot's token; or null.</summary>
    public string? Token { get; init; }

    /// <summary>The channel's id or name that the bot posts to; null for an incoming webhook, which has its own.</summary>
    public string? Channel { get; init; }

    /// <summary>The Web API's address. Default <c>https://slack.com/api</c>.</summary>
    public Uri Api { get; init; } = new("https://slack.com/api");
}

/// <summary>PagerDuty's Events API v2.</summary>
public sealed record PagerDutySettings
{
    internal PagerDutySettings()
    {
    }

    /// <summary>A reference to the integration's routing key.</summary>
    public required string RoutingKey { get; init; }

    /// <summary>The Events API's address. Default <c>https://events.pagerduty.com</c>.</summary>
    public Uri Events { get; init; } = new("https://events.pagerduty.com");

    /// <summary>A reference to a token of the REST API, to see who acknowledged; or null.</summary>
    public string? Token { get; init; }

    /// <summary>The REST API's address. Default <c>https://api.pagerduty.com</c>.</summary>
    public Uri Api { get; init; } = new("https://api.pagerduty.com");
}

/// <summary>A webhook whose requests are signed.</summary>
public sealed record WebhookSettings
{
    internal WebhookSettings()
    {
    }

    /// <summary>Where to.</summary>
    public required Uri Address { get; init; }

    /// <summary>A reference to the secret that both sides share: HMAC-SHA256 of timestamp and body.</summary>
    public required string Secret { get; init; }

    /// <summary>Headers sent along; values may be <c>env:</c> or <c>secret:</c> references.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether whatever listens there wakes a person: it places a call, or pages.</summary>
    public bool Rings { get; init; }
}

/// <summary>Mail by SMTP.</summary>
public sealed record MailSettings
{
    internal MailSettings()
    {
    }

    /// <summary>The server.</summary>
    public required string Host { get; init; }

    /// <summary>Its port. Default 587.</summary>
    public int Port { get; init; } = 587;

    /// <summary>How the connection is encrypted. Default <see cref="MailEncryption.StartTls"/>.</summary>
    public MailEncryption Encryption { get; init; } = MailEncryption.StartTls;

    /// <summary>Who signs in; null where the server asks nobody to.</summary>
    public string? User { get; init; }

    /// <summary>A reference to the password; or null.</summary>
    public string? Password { get; init; }

    /// <summary>The sender's address.</summary>
    public required string From { get; init; }

    /// <summary>The receivers' addresses.</summary>
    public required IReadOnlyList<string> To { get; init; }
}

/// <summary>How the connection to a mail server is encrypted.</summary>
public enum MailEncryption
{
    /// <summary>By STARTTLS, or not at all: the connection is given up where the server cannot.</summary>
    StartTls,

    /// <summary>From the first byte.</summary>
    Tls,

    /// <summary>Not: only to this machine.</summary>
    None,
}
