using RollbackOps.Decisions;

namespace RollbackOps.Configuration;

/// <summary>The escalation section: who is called, in which order, and when. Every default is the written procedure's.</summary>
public sealed record EscalationSettings
{
    internal EscalationSettings()
    {
    }

    /// <summary>How long an automatic rollback has before anybody is called. Default 30 s (the procedure).</summary>
    public TimeSpan Automatic { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The levels, in the order in which they are called; a level without contacts is passed over.</summary>
    public IReadOnlyList<LevelSettings> Levels { get; init; } =
    [
        new LevelSettings { Name = "primary" },
        new LevelSettings { Name = "secondary" },
        // The procedure: "If critical, call manager".
        new LevelSettings { Name = "manager", Severity = Severity.P1 },
    ];

    /// <summary>Who can be called.</summary>
    public IReadOnlyList<ContactSettings> Contacts { get; init; } = [];

    /// <summary>How long nothing new may be in the journal after somebody acknowledged, before they are called again. Default 15 min.</summary>
    public TimeSpan StalledAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>When nobody is called for what can wait; null for never. P1 and P2 are never held.</summary>
    public QuietHoursSettings? QuietHours { get; init; }

    /// <summary>
    /// The PagerDuty channel whose own policy does the calling, so that no process of ours has to run for it; null where this
    /// chain does.
    /// </summary>
    public string? HandOver { get; init; }
}

/// <summary>A level of the chain.</summary>
public sealed record LevelSettings
{
    internal LevelSettings()
    {
    }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>How long it has to acknowledge before the next one is called. Default 1 min (the procedure).</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The least serious incident that it is called for. Default <see cref="Severity.P4"/>: any.</summary>
    public Severity Severity { get; init; } = Severity.P4;
}

/// <summary>Somebody who can be called.</summary>
public sealed record ContactSettings
{
    internal ContactSettings()
    {
    }

    /// <summary>Who it is.</summary>
    public required string Name { get; init; }

    /// <summary>The level at which they are called.</summary>
    public required string Level { get; init; }

    /// <summary>The telephone number: shown to the person at the prompt, and sent to a webhook, which may dial it; or null.</summary>
    public string? Phone { get; init; }

    /// <summary>The channels of <c>notifications</c> that reach them.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Their Slack user or group id, for a mention; or null.</summary>
    public string? Slack { get; init; }
}

/// <summary>Hours of the day in which what can wait is held.</summary>
public sealed record QuietHoursSettings
{
    internal QuietHoursSettings()
    {
    }

    /// <summary>When they begin, as <c>22:00</c>.</summary>
    public required string From { get; init; }

    /// <summary>When they end, as <c>07:00</c>; the next day where that is earlier.</summary>
    public required string To { get; init; }

    /// <summary>The time zone that they are in. Default UTC.</summary>
    public string Zone { get; init; } = "UTC";
}
