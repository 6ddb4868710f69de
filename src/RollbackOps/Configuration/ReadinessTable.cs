using System.Globalization;
using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Configuration;

/// <summary>The part of the table of settings that says what readiness is.</summary>
internal static class ReadinessTable
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_years = TimeSpan.FromDays(3650);

    /// <summary>The readiness section.</summary>
    public static ObjectShape Section { get; } = new(
        typeof(ReadinessSettings),
        "What has to hold so that a rollback will work tonight.",
        [
            new(nameof(ReadinessSettings.BackupAge), new DurationShape(s_second, s_years),
                "How old the newest backup that was restored aside and checked may be."),
            new(nameof(ReadinessSettings.RecoveryTime), new DurationShape(s_second, s_years),
                "How long restoring and checking it may have taken.", "the procedure"),
            new(nameof(ReadinessSettings.DrillAge), new DurationShape(s_second, s_years), "How old the last drill may be.", "the procedure"),
            new(nameof(ReadinessSettings.ReviewAge), new DurationShape(s_second, s_years), "How old the last review may be.", "the procedure"),
            new(nameof(ReadinessSettings.LastReview),
                new TextShape("a day such as 2026-11-28", "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", longest: 10),
                "The day on which the written procedure and this configuration were last reviewed; the file's own history says who did.")
                { DefaultInWords = "never" },
            new(nameof(ReadinessSettings.ReviewedBy), TextShape.Line("a name"), "Who reviewed them."),
            new(nameof(ReadinessSettings.PinAge), new DurationShape(s_second, s_years),
                "How long promotion may be pinned before that counts as forgotten.", "S11"),
            new(nameof(ReadinessSettings.TokenExpiry), new DurationShape(TimeSpan.Zero, s_years),
                "How long before a token expires that is told."),
            new(nameof(ReadinessSettings.ClockSkew), new DurationShape(s_second, TimeSpan.FromDays(1)),
                "How far this machine's clock may be from those of the services in use."),
            new(nameof(ReadinessSettings.FreeSpace), NumberShape.Whole(0, 1_000_000_000),
                "The space in MiB that has to be free where state, reports, evidence and backups are kept."),
        ])
    {
        Rule = readiness => Fault((ReadinessSettings)readiness),
    };

    private static (string Property, string Message)? Fault(ReadinessSettings readiness) =>
        readiness.LastReview is { } day && !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? (nameof(readiness.LastReview), $"'{day}' is no day of the calendar")
            : null;
}
