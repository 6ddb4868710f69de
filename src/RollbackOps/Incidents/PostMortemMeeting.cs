using System.Globalization;

namespace RollbackOps.Incidents;

/// <summary>The meeting at which an incident is gone through.</summary>
public sealed record PostMortemMeeting
{
    internal PostMortemMeeting()
    {
    }

    /// <summary>Its id: the same incident keeps it, so that a calendar updates its entry rather than adding one.</summary>
    public required string Uid { get; init; }

    /// <summary>Counts up with each writing, so that the newest counts.</summary>
    public required int Sequence { get; init; }

    /// <summary>When it begins, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long it is.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>What it is about; several lines.</summary>
    public required string Description { get; init; }

    /// <summary>When it was written, UTC.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>Title and time.</summary>
    public override string ToString() => $"{Title}, {At.UtcDateTime:yyyy-MM-dd HH:mm} UTC";

    /// <summary>
    /// When the meeting for an incident is: where it was scheduled before, it stays; else so long after the incident's end,
    /// or after now where that is over. Null where none is wanted, or nothing happened that calls for one.
    /// </summary>
    /// <param name="evidence">The incident.</param>
    /// <param name="id">The incident's id.</param>
    /// <param name="after">The setting; zero for none.</param>
    /// <param name="now">Now, UTC.</param>
    internal static DateTimeOffset? TimeOf(IncidentEvidence evidence, string id, TimeSpan after, DateTimeOffset now)
    {
        if (evidence.Ledger.PostMortemAt(id) is { } scheduled)
        {
            return scheduled;
        }

        var isSerious = evidence.Rollback is not null || evidence.Database.Last is not null
            || evidence.Decision is { Severity: Decisions.Severity.P1 or Decisions.Severity.P2 };
        if (after <= TimeSpan.Zero || !isSerious)
        {
            return null;
        }

        var ended = evidence.Rollback is { } rollback ? rollback.StartedAt + rollback.Duration
            : evidence.Database.Last is { } restore ? restore.StartedAt + restore.Duration
            : evidence.Decision?.DecidedAt ?? now;
        var at = ended + after > now ? ended + after : now + after;
        // People meet on full minutes.
        return new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
    }

    /// <summary>The meeting of a report; null where none is scheduled.</summary>
    internal static PostMortemMeeting? Of(IncidentReport report) => report.PostMortem.ScheduledAt is not { } at ? null : new PostMortemMeeting
    {
        Uid = $"{report.Id}.{report.Project}.{report.Environment}@rollbackops",
        // Seconds since an incident could first have been written: counts up, and needs no memory.
        Sequence = (int)Math.Clamp((report.WrittenAt - (at - TimeSpan.FromDays(3650))).TotalSeconds, 0, int.MaxValue),
        At = at,
        Title = $"Post-mortem: {report.Title}",
        Description = string.Join('\n', new[]
        {
            report.Summary,
            string.Create(CultureInfo.InvariantCulture, $"Report: {string.Join(", ", report.Files.Select(Path.GetFileName))}"),
        }.Concat(report.ActionItems.Select(item => $"- {item}"))),
        WrittenAt = report.WrittenAt,
    };
}
