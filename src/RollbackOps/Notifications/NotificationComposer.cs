using System.Globalization;
using RollbackOps.Databases;
using RollbackOps.Decisions;
using RollbackOps.Incidents;
using RollbackOps.Redaction;
using RollbackOps.Rollbacks;

namespace RollbackOps.Notifications;

/// <summary>Makes messages of results: foreign text in them is inert (S43), secrets are masked (S40).</summary>
internal sealed class NotificationComposer
{
    /// <summary>Longer texts are cut where they are made: no channel shows more of them.</summary>
    private const int LongestFact = 1000;

    private const int LongestText = 8000;

    private readonly Redactor _redactor;

    public NotificationComposer(Redactor redactor) => _redactor = redactor;

    /// <summary>A rollback began, or was taken up again.</summary>
    public Notification Begun(string id, RollbackResult rollback, DateTimeOffset at, bool isResumed) => New(
        id, rollback.RollbackId!, rollback.Project, rollback.Environment, at, NotificationKind.Progress,
        $"{(isResumed ? "Resuming" : "Started")}: {WayOf(rollback)}",
        [
            Fact("From", rollback.From?.Id), Fact("To", rollback.Target?.Id), Fact("Reason", rollback.Reason), Fact("By", rollback.Owner),
        ]) with
    { Severity = NotificationSeverity.Warning };

    /// <summary>A rollback came to its end, or was refused.</summary>
    public Notification Of(string id, RollbackResult rollback, DateTimeOffset at, bool isRestore = false)
    {
        var isRefusal = rollback.Status == RollbackStatus.Refused;
        var isGood = rollback.Status is RollbackStatus.Succeeded or RollbackStatus.AlreadyCurrent or RollbackStatus.NotNeeded;
        return New(
            id, rollback.RollbackId ?? $"refusal-{id}", rollback.Project, rollback.Environment, at,
            isRefusal ? NotificationKind.Refusal : NotificationKind.Outcome,
            $"{rollback.Status}: {(isRestore ? $"database restore in {rollback.Project}/{rollback.Environment}" : WayOf(rollback))}",
            [
                Fact("From", rollback.From?.Id), Fact("To", rollback.Target?.Id), Fact("Reason", rollback.Reason),
                isRefusal ? null : Fact("Duration", Seconds(rollback.Duration)), Fact("By", rollback.Owner),
                Fact("Served", rollback.Verification?.Identity.ToString()), Fact("Health", rollback.Verification?.Status.ToString()),
                Fact("Overrides", string.Join("; ", rollback.Overrides.Select(one => one.ToString()))),
                Fact("Error", rollback.Error?.ToString()), Fact("Next step", rollback.NextStep),
            ]) with
        {
            Text = Text(rollback.Message),
            Severity = isGood ? NotificationSeverity.Info : isRefusal ? NotificationSeverity.Warning : NotificationSeverity.Critical,
            Signal = isGood ? NotificationSignal.Resolve : IsCall(rollback.Status) ? NotificationSignal.Alert : NotificationSignal.Inform,
        };
    }

    /// <summary>A restore began.</summary>
    public Notification Begun(string id, DatabaseRestoreResult restore, DateTimeOffset at) => New(
        id, restore.RestoreId!, restore.Project, restore.Environment, at, NotificationKind.Progress,
        $"Started: {WayOf(restore)}",
        [Fact("Database", restore.Database), Fact("Backup", restore.Backup), Fact("Reason", restore.Reason), Fact("By", restore.Owner)]) with
    { Severity = NotificationSeverity.Warning };

    /// <summary>A restore came to its end, or was refused.</summary>
    public Notification Of(string id, DatabaseRestoreResult restore, DateTimeOffset at)
    {
        var isRefusal = restore.Status == RestoreStatus.Refused;
        var isGood = restore.Status == RestoreStatus.Succeeded;
        return New(
            id, restore.RestoreId ?? $"refusal-{id}", restore.Project, restore.Environment, at,
            isRefusal ? NotificationKind.Refusal : NotificationKind.Outcome,
            $"{restore.Status}: {WayOf(restore)}",
            [
                Fact("Database", restore.Database), Fact("Backup", restore.Backup), Fact("Reason", restore.Reason),
                isRefusal ? null : Fact("Duration", Seconds(restore.Duration)), Fact("Outage", Seconds(restore.Outage)),
                Fact("Writes missing", Seconds(restore.LostWrites)), Fact("Kept", restore.Kept), Fact("By", restore.Owner),
                Fact("Undo", restore.UndoCommand), Fact("Error", restore.Error?.ToString()), Fact("Next step", restore.NextStep),
            ]) with
        {
            Text = Text(restore.Message),
            Severity = isGood ? NotificationSeverity.Info : isRefusal ? NotificationSeverity.Warning : NotificationSeverity.Critical,
            Signal = isGood ? NotificationSignal.Resolve
                : restore.Status is RestoreStatus.Unhealthy or RestoreStatus.Unknown or RestoreStatus.SwappedBack ? NotificationSignal.Alert
                : NotificationSignal.Inform,
        };
    }

    /// <summary>A verdict.</summary>
    public Notification Of(string id, RollbackDecision decision) => New(
        id, $"decision-{decision.DecidedAt.UtcDateTime:yyyyMMddTHHmmss}", decision.Project, decision.Environment, decision.DecidedAt,
        NotificationKind.Decision,
        $"{decision.Verdict} ({decision.Severity}): {decision.Project}/{decision.Environment}",
        [
            Fact("Current", decision.Current?.Id), Fact("Target", decision.Target?.Id), Fact("Automatic", decision.Automatic),
            Fact("Decide by", decision.Deadline?.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)),
            Fact("Next steps", string.Join("; ", decision.NextSteps)),
        ]) with
    {
        Text = Text(string.Join('\n', decision.Reasons.Concat(decision.Evidence))),
        Severity = decision.Severity switch
        {
            Decisions.Severity.P1 => NotificationSeverity.Critical,
            Decisions.Severity.P2 => NotificationSeverity.Error,
            Decisions.Severity.P3 => NotificationSeverity.Warning,
            _ => NotificationSeverity.Info,
        },
    };

    /// <summary>A report.</summary>
    public Notification Of(string id, IncidentReport report) => New(
        id, report.RollbackId ?? $"report-{report.WrittenAt.UtcDateTime:yyyyMMddTHHmmss}", report.Project, report.Environment, report.WrittenAt,
        NotificationKind.Report, $"Incident report: {report.Title}",
        [Fact("Status", report.Status?.ToString()), Fact("Files", string.Join("; ", report.Files))]) with
    { Text = Text(report.Summary) };

    /// <summary>What a person wrote: its first line is the title.</summary>
    public Notification Message(
        string id, string text, string project, string environment, DateTimeOffset at, NotificationSeverity severity, string? thread)
    {
        var lines = text.ReplaceLineEndings("\n").Trim().Split('\n', 2);
        return New(id, thread ?? $"message-{id}", project, environment, at, NotificationKind.Message, lines[0], []) with
        {
            Text = lines.Length > 1 ? Text(lines[1]) : null,
            Severity = severity,
            Signal = severity == NotificationSeverity.Critical ? NotificationSignal.Alert : NotificationSignal.Inform,
        };
    }

    /// <summary>A message of any other kind, cleaned.</summary>
    public Notification New(
        string id, string thread, string project, string environment, DateTimeOffset at, NotificationKind kind, string title,
        IEnumerable<NotificationFact?> facts) => new()
        {
            Id = id,
            Thread = Line(thread),
            Project = Line(project),
            Environment = Line(environment),
            At = at.ToUniversalTime(),
            Kind = kind,
            Title = Line(title),
            Facts = [.. facts.OfType<NotificationFact>()],
        };

    /// <summary>A fact; null where there is nothing to say.</summary>
    public NotificationFact? Fact(string name, string? value) =>
        string.IsNullOrWhiteSpace(value) ? null : new NotificationFact(name, Line(value));

    private string Line(string foreign) => Cut(_redactor.Redact(Inert.Line(Begin(foreign, LongestFact))), LongestFact);

    private string? Text(string? foreign) =>
        string.IsNullOrWhiteSpace(foreign) ? null : Cut(_redactor.Redact(Inert.Text(Begin(foreign, LongestText))), LongestText);

    /// <summary>
    /// As much of a text as can be shown, and as much again, up to the end of a word: half a secret would not be known for
    /// one.
    /// </summary>
    private static string Begin(string text, int longest)
    {
        if (text.Length <= 2 * longest)
        {
            return text;
        }

        var end = text.AsSpan(0, 2 * longest).LastIndexOfAny(' ', '\n', '\t');
        return end > 0 ? text[..end] : string.Empty;
    }

    private static string Cut(string text, int longest)
    {
        if (text.Length <= longest)
        {
            return text;
        }

        var end = longest - 1;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + "…";
    }

    /// <summary>The outcomes that somebody has to look at at once.</summary>
    private static bool IsCall(RollbackStatus status) => status is RollbackStatus.Failed or RollbackStatus.Unhealthy
        or RollbackStatus.PartiallyRolledBack or RollbackStatus.NotServed or RollbackStatus.Unknown;

    private static string WayOf(RollbackResult rollback) =>
        $"{(rollback.Kind == PlanKind.Undo ? "undo of a rollback" : "rollback")} of {rollback.Project}/{rollback.Environment}"
        + (rollback is { From: { } from, Target: { } target } ? $", {from.Id} to {target.Id}" : string.Empty);

    private static string WayOf(DatabaseRestoreResult restore) =>
        $"{(restore.Kind == RestoreKind.Undo ? "undo of a restore" : "database restore")} in {restore.Project}/{restore.Environment}";

    private static string? Seconds(TimeSpan? length) =>
        length is { } span ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s") : null;
}
