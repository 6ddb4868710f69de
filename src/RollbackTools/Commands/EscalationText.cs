using System.Globalization;
using RollbackOps.Escalations;

namespace RollbackTools.Commands;

/// <summary>How an escalation stands, in one line with a countdown.</summary>
internal static class EscalationText
{
    /// <summary>The line, when it began to count, and what it counts to; null where nothing is counted.</summary>
    public static (string Line, TimeSpan Elapsed, TimeSpan End)? Of(EscalationSession session, EscalationStep? dialled, DateTimeOffset now)
    {
        if (session.Next is not { } next)
        {
            return null;
        }

        var from = session.State.Acknowledged is not null ? session.State.LastProgressAt : session.State.Anchor.At;
        var left = Left(next.At - now);
        var who = next.Slot is { } slot ? session.Chain.Levels[slot.Level] : null;
        var whom = who is null ? "people are called" : $"{string.Join(", ", who.Contacts.Select(contact => contact.Name))} ({who.Name})";
        // The countdown first: where there is little room, the end is what is cut.
        var line = session.State switch
        {
            { Acknowledged: { } acknowledged } => $"{left} until people are called again, unless there is progress; {acknowledged.Contact ?? acknowledged.By} is at it",
            _ when dialled is not null => $"{left} until {whom}; dial {dialled.Contact}: {dialled.Phone}",
            { IsUntouched: true } => $"{left} until {whom}, unless an automatic rollback works",
            _ => $"{left} until {whom}; nobody has acknowledged",
        };
        return (line, now - from, next.At - from);
    }

    private static string Left(TimeSpan left) => left < TimeSpan.Zero ? "0:00"
        : string.Create(CultureInfo.InvariantCulture, $"{(int)Math.Ceiling(left.TotalSeconds) / 60}:{(int)Math.Ceiling(left.TotalSeconds) % 60:00}");
}
