using RollbackOps.Configuration.Shapes;
using RollbackOps.Decisions;

namespace RollbackOps.Configuration;

/// <summary>The part of the table of settings that says who is called.</summary>
internal static class EscalationTable
{
    private const string Procedure = "the procedure";

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private static readonly TextShape s_name = new(
        "a name of letters, digits, dots, dashes and underscores", "^[A-Za-z0-9][A-Za-z0-9._-]*$", longest: 60);

    private static readonly TextShape s_time = new("a time of the day such as 22:00", "^([01][0-9]|2[0-3]):[0-5][0-9]$", longest: 5);

    private static readonly ObjectShape s_level = new(
        typeof(LevelSettings),
        "A level of the chain.",
        [
            new(nameof(LevelSettings.Name), s_name, "Its name, unique among the levels.") { IsRequired = true },
            new(nameof(LevelSettings.Wait), new DurationShape(s_second, s_day),
                "How long it has to acknowledge before the next one is called.", Procedure),
            new(nameof(LevelSettings.Severity), ChoiceShape.Of(Severity.Unknown),
                "The least serious incident that it is called for."),
        ]);

    private static readonly ObjectShape s_contact = new(
        typeof(ContactSettings),
        "Somebody who can be called: by telephone, by channels, or both.",
        [
            new(nameof(ContactSettings.Name), TextShape.Line("a name", longest: 100), "Who it is, unique among the contacts.") { IsRequired = true },
            new(nameof(ContactSettings.Level), s_name, "The level at which they are called.") { IsRequired = true },
            new(nameof(ContactSettings.Phone), new TextShape("a telephone number", @"^[+(]?[0-9][0-9 ()./-]{1,38}[0-9]$", longest: 40),
                "The telephone number: shown to the person at the prompt, and sent to a webhook, which may dial it."),
            new(nameof(ContactSettings.Channels), new ListShape<string>("a list of channel names", s_name),
                "The channels of notifications that reach them."),
            new(nameof(ContactSettings.Slack), new TextShape("a Slack user or group id, here or channel", "^([UWS][A-Z0-9]{2,20}|here|channel)$", longest: 21),
                "Their Slack user or group id, which is mentioned."),
        ]);

    private static readonly ObjectShape s_quietHours = new(
        typeof(QuietHoursSettings),
        "Hours of the day in which nobody is called for P3 and P4; P1 and P2 are never held.",
        [
            new(nameof(QuietHoursSettings.From), s_time, "When they begin.") { IsRequired = true },
            new(nameof(QuietHoursSettings.To), s_time, "When they end; the next day where that is earlier.") { IsRequired = true },
            new(nameof(QuietHoursSettings.Zone), new TextShape("the name of a time zone", "^[A-Za-z][A-Za-z0-9/_+-]*$", longest: 60),
                "The time zone that they are in."),
        ]);

    /// <summary>The escalation section.</summary>
    public static ObjectShape Section { get; } = new(
        typeof(EscalationSettings),
        "Who is called, in which order, and when.",
        [
            new(nameof(EscalationSettings.Automatic), new DurationShape(TimeSpan.Zero, s_day),
                "How long an automatic rollback has before anybody is called.", Procedure),
            new(nameof(EscalationSettings.Levels),
                new ListShape<LevelSettings>("a list of levels", s_level, least: 1) { UniqueBy = nameof(LevelSettings.Name) },
                "The levels, in the order in which they are called; one without contacts is passed over.", Procedure),
            new(nameof(EscalationSettings.Contacts),
                new ListShape<ContactSettings>("a list of contacts", s_contact) { UniqueBy = nameof(ContactSettings.Name) },
                "Who can be called."),
            new(nameof(EscalationSettings.StalledAfter), new DurationShape(s_second, s_day),
                "How long nothing new may be in the journal after somebody acknowledged, before they are called again."),
            new(nameof(EscalationSettings.QuietHours), s_quietHours, s_quietHours.Description),
            new(nameof(EscalationSettings.HandOver), s_name,
                "The PagerDuty channel whose own policy does the calling, so that no process has to run for it."),
        ])
    {
        Rule = escalation => Fault((EscalationSettings)escalation),
    };

    /// <summary>What must hold between the chain and the channels.</summary>
    public static (string Property, string Message)? Fault(RollbackSettings settings)
    {
        var channels = settings.Notifications.Channels;
        var unknown = settings.Escalation.Contacts
            .SelectMany(contact => contact.Channels.Select(channel => (contact.Name, Channel: channel)))
            .FirstOrDefault(one => !channels.Any(channel => IsNamed(channel, one.Channel)));
        if (unknown.Channel is not null)
        {
            return (nameof(settings.Escalation), $"contact '{unknown.Name}' is reached by the channel '{unknown.Channel}', which notifications.channels lacks");
        }

        return settings.Escalation.HandOver is { } handOver && !channels.Any(channel => channel.PagerDuty is not null && IsNamed(channel, handOver))
            ? (nameof(settings.Escalation), $"handOver names '{handOver}', which is no PagerDuty channel of notifications.channels")
            : null;
    }

    private static bool IsNamed(ChannelSettings channel, string name) => string.Equals(channel.Name, name, StringComparison.OrdinalIgnoreCase);

    private static (string Property, string Message)? Fault(EscalationSettings escalation)
    {
        foreach (var contact in escalation.Contacts)
        {
            if (!escalation.Levels.Any(level => string.Equals(level.Name, contact.Level, StringComparison.OrdinalIgnoreCase)))
            {
                return (nameof(escalation.Contacts), $"contact '{contact.Name}' is at the level '{contact.Level}', which there is not; the levels are {string.Join(", ", escalation.Levels.Select(level => level.Name))}");
            }

            if (contact is { Phone: null, Channels.Count: 0 })
            {
                return (nameof(escalation.Contacts), $"contact '{contact.Name}' has neither a phone nor a channel");
            }
        }

        if (escalation.QuietHours is { } quiet)
        {
            if (quiet.From == quiet.To)
            {
                return (nameof(escalation.QuietHours), "begin when they end");
            }

            if (!TimeZoneInfo.TryFindSystemTimeZoneById(quiet.Zone, out _))
            {
                return (nameof(escalation.QuietHours), $"are in the time zone '{quiet.Zone}', which this machine does not know");
            }
        }

        return null;
    }
}
