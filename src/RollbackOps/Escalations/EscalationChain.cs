using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Notifications;

namespace RollbackOps.Escalations;

/// <summary>
/// Who is called when. Pure: the same state at the same time gives the same answer, whichever process asks.
/// </summary>
/// <remarks>
/// Each turn is counted from when the one before was due, so that nothing drifts. Where several are due at once, because no
/// process ran, the highest level is called, and has its whole time from then on.
/// </remarks>
internal sealed class EscalationChain
{
    /// <summary>A call that is later than this was missed, and counts from now.</summary>
    private static readonly TimeSpan s_late = TimeSpan.FromSeconds(5);

    private readonly EscalationSettings _settings;
    private readonly QuietHours? _quietHours;

    public EscalationChain(EscalationSettings settings, Severity severity)
    {
        _settings = settings;
        _quietHours = QuietHours.For(settings.QuietHours, severity);
        Levels =
        [
            .. settings.Levels
                .Where(level => severity <= level.Severity)
                .Select(level => new ChainLevel(level.Name, level.Wait,
                    [.. settings.Contacts.Where(contact => string.Equals(contact.Level, level.Name, StringComparison.OrdinalIgnoreCase))]))
                .Where(level => level.Contacts.Count > 0),
        ];
    }

    /// <summary>The levels that are called, in order; those without a contact, or for more serious incidents, are left out.</summary>
    public IReadOnlyList<ChainLevel> Levels { get; }

    /// <summary>What is wrong with a configuration's chain: what a person has to know before they rely on it.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="channels">Its channels.</param>
    /// <returns>The faults in sentences, the worst first; empty for a chain that is fit.</returns>
    public static IReadOnlyList<EscalationFault> Faults(RollbackSettings settings, IReadOnlyList<INotificationChannel> channels)
    {
        var escalation = settings.Escalation;
        var faults = new List<EscalationFault>();
        if (escalation.Contacts.Count == 0 && escalation.HandOver is null)
        {
            return
            [
                new("The configuration names nobody who could be called.", IsFatal: true,
                    "Add them to rollback.json: \"escalation\": { \"contacts\": [{ \"name\": \"Ann\", \"level\": \"primary\", \"channels\": [\"pager\"] }] }."),
            ];
        }

        bool Rings(string name) => channels.Any(channel => channel.CanRing && string.Equals(channel.Name, name, StringComparison.OrdinalIgnoreCase));
        if (escalation.HandOver is null && !escalation.Contacts.SelectMany(contact => contact.Channels).Any(Rings))
        {
            faults.Add(new("No contact is reached by a channel that can ring: nobody is woken unless somebody at the prompt dials.", IsFatal: true,
                "Give a contact a PagerDuty channel, or a webhook with \"rings\": true."));
        }

        foreach (var level in escalation.Levels.Where(level => !escalation.Contacts.Any(contact => IsAt(contact, level))))
        {
            faults.Add(new($"The level '{level.Name}' has no contact and is passed over.", IsFatal: false,
                $"Give a contact \"level\": \"{level.Name}\", or leave the level out of escalation.levels."));
        }

        foreach (var level in escalation.Levels.Where(level => escalation.Contacts.Any(contact => IsAt(contact, level))
            && !escalation.Contacts.Where(contact => IsAt(contact, level)).SelectMany(contact => contact.Channels).Any(Rings)))
        {
            faults.Add(new($"Nothing rings at the level '{level.Name}' by itself.", IsFatal: false,
                "Give one of its contacts a channel that can ring."));
        }

        return faults;

        static bool IsAt(ContactSettings contact, LevelSettings level) => string.Equals(contact.Level, level.Name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What is to be done next, and when; null when nothing is, whatever time passes.</summary>
    public EscalationDue? Next(EscalationState state, DateTimeOffset now)
    {
        if (state.IsOver)
        {
            return null;
        }

        if (state.ResolvedByAnswer is { } answer)
        {
            return new EscalationDue(EscalationAct.Resolve, answer.At);
        }

        if (state is { IsUntouched: true, Started.AlwaysCalls: false, SparedBy: not null })
        {
            return new EscalationDue(EscalationAct.Spare, now);
        }

        if (state.Acknowledged is not null)
        {
            return new EscalationDue(EscalationAct.Repeat, Audible(state.LastProgressAt + _settings.StalledAfter));
        }

        if (_settings.HandOver is not null && state.HandedOver is null)
        {
            return new EscalationDue(EscalationAct.HandOver, Audible(state.Anchor.DueAt ?? state.ChainAt));
        }

        // For good once PagerDuty has accepted.
        return Levels.Count == 0 || state.IsAccepted ? null : Due(NextSlot(state, now));
    }

    /// <summary>The turn that comes when nobody acknowledges one.</summary>
    public ChainSlot Following(ChainSlot slot)
    {
        var at = Audible(slot.At + Levels[Math.Clamp(slot.Level, 0, Levels.Count - 1)].Wait);
        return slot.Level + 1 < Levels.Count ? new ChainSlot(slot.Round, slot.Level + 1, at) : new ChainSlot(slot.Round + 1, 0, at);
    }

    /// <summary>The first turn.</summary>
    public ChainSlot First(DateTimeOffset at) => new(1, 0, Audible(at));

    /// <summary>The level's place in the chain; 0 for one that is no longer there.</summary>
    public int PlaceOf(string? level) =>
        Math.Max(0, Levels.ToList().FindIndex(one => string.Equals(one.Name, level, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Those of a turn who have not been called in it.</summary>
    public IReadOnlyList<ContactSettings> Missing(EscalationState state, ChainSlot slot)
    {
        var level = Levels[slot.Level];
        var called = state.Calls.Where(call => call.Round == slot.Round && call.Level == level.Name && call.DueAt == slot.At)
            .Select(call => call.Contact).ToList();
        return [.. level.Contacts.Where(contact => !called.Contains(contact.Name))];
    }

    /// <summary>Whether quiet hours hold this chain's calls at a time.</summary>
    public bool IsQuiet(DateTimeOffset at) => Audible(at) > at;

    private ChainSlot NextSlot(EscalationState state, DateTimeOffset now)
    {
        var anchor = state.Anchor;
        if (anchor.Kind == EscalationStepKind.HandedOver)
        {
            // PagerDuty does not accept: after the time of the first level this chain calls.
            return Highest(new ChainSlot(Math.Max(1, anchor.Round), 0, anchor.At + Levels[0].Wait), now);
        }

        if (anchor.Kind != EscalationStepKind.Called)
        {
            return Highest(new ChainSlot(Math.Max(1, anchor.Round), 0, Audible(anchor.DueAt ?? state.ChainAt)), now);
        }

        var current = new ChainSlot(anchor.Round, PlaceOf(anchor.Level), anchor.DueAt ?? anchor.At);
        var following = Following(current);
        // A process that died between two calls of one turn left somebody out.
        return now < following.At && Missing(state, current).Count > 0 ? current
            : Highest(following with { At = Earlier(following.At, GivenUpAt(state, current)) }, now);
    }

    /// <summary>The highest level among the turns that are due: the others were missed, and are not made up for.</summary>
    private ChainSlot Highest(ChainSlot first, DateTimeOffset now)
    {
        var (highest, last, missed) = (first, first, 0);
        for (var next = Following(first); next.At <= now; next = Following(next))
        {
            (last, missed) = (next, missed + 1);
            highest = next.Level >= highest.Level ? next : highest;
        }

        return missed > 0 || now - first.At > s_late ? new ChainSlot(last.Round, highest.Level, now) : first;
    }

    /// <summary>When the last of a turn's contacts was told not to answer, where only the telephone reaches them; else null.</summary>
    private DateTimeOffset? GivenUpAt(EscalationState state, ChainSlot slot)
    {
        var level = Levels[slot.Level];
        var since = state.Calls.First(call => call.Round == slot.Round && call.DueAt == slot.At).Record;
        var unanswered = state.Steps.Where(step => step.Record > since && step.Kind == EscalationStepKind.NoAnswer).ToList();
        return level.Contacts.All(contact => contact.Channels.Count == 0 && unanswered.Exists(step => step.Contact == contact.Name))
            ? unanswered.Max(step => step.At)
            : null;
    }

    private DateTimeOffset Audible(DateTimeOffset at) => _quietHours?.FirstAfter(at) ?? at;

    private static EscalationDue Due(ChainSlot slot) => new(EscalationAct.Call, slot.At, slot);

    private static DateTimeOffset Earlier(DateTimeOffset at, DateTimeOffset? other) => other is { } earlier && earlier < at ? earlier : at;
}
