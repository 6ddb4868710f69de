using System.Globalization;
using System.Text;
using System.Text.Json;
using RollbackOps.Databases;
using RollbackOps.Decisions;
using RollbackOps.Rollbacks;

namespace RollbackOps.Incidents;

/// <summary>Makes incident reports from the journal (S39): the times in them were measured, and not typed.</summary>
internal sealed class IncidentReporter
{
    private readonly RollbackContext _context;
    private readonly IReportRenderer _renderer;

    public IncidentReporter(RollbackContext context, IReportRenderer renderer)
    {
        _context = context;
        _renderer = renderer;
    }

    /// <summary>Makes a report.</summary>
    /// <param name="result">The rollback, or null for the log's last one.</param>
    /// <param name="decision">The verdict, or null.</param>
    /// <param name="verifications">Verifications made besides the rollback's own.</param>
    /// <param name="database">What is known of the database; empty for nothing.</param>
    /// <param name="title">Its title, or null.</param>
    public IncidentReport Make(
        RollbackResult? result,
        RollbackDecision? decision,
        IReadOnlyList<VerificationResult> verifications,
        DatabaseSection database,
        string? title)
    {
        var ledger = _context.ReadLedger();
        var isGiven = result is not null || decision is not null || !database.IsEmpty;
        var last = isGiven ? null : RollbackLogEntry.From(ledger, owner: null)
            .LastOrDefault(entry => verifications.Count == 0 || entry.Kind == RollbackLogKind.Rollback);
        var lastAttempt = last is null ? null : ledger.Attempts.FirstOrDefault(one => one.Number == last.Number);
        var restores = RestoreLedger.From(ledger.Reading);
        var section = last is { Kind: RollbackLogKind.Restore }
            ? new DatabaseSection { Restores = [LastRestore(last, lastAttempt, restores)] }
            : database.ReadBack(restores);
        var attempt = result?.RollbackId is { } id ? ledger.Find(id) : lastAttempt is { IsRestore: false } ? lastAttempt : null;
        var rollback = attempt?.ToResult(_context.Settings.Project, _context.Settings.Environment, _context.Store.Location) ?? result;
        var all = (rollback?.Verification is { } own ? new[] { own } : []).Concat(verifications).ToList();
        var now = _context.Clock.GetUtcNow();
        return new IncidentReport
        {
            Title = Inert.Line(title ?? TitleOf(rollback, decision, section, ledger)),
            Project = _context.Settings.Project,
            Environment = _context.Settings.Environment,
            Summary = Summary(rollback, decision, section),
            WrittenAt = now,
            RollbackId = rollback?.RollbackId,
            Status = rollback?.Status,
            Rollback = rollback,
            Verdict = attempt?.Plan?.Verdict ?? decision?.Verdict,
            Timeline = Timeline(ledger, [rollback?.RollbackId, .. section.Restores.Select(restore => restore.RestoreId)]),
            Steps = rollback?.Steps ?? [],
            Difference = attempt?.Plan?.Difference,
            Verifications = all,
            Checklist = all.Count > 0 ? all[^1].Checklist : [],
            Overrides = [.. rollback?.Overrides ?? [], .. section.Restores.SelectMany(restore => restore.Overrides)],
            Database = section.IsEmpty ? null : section,
            IsJournalTrusted = !ledger.Reading.Findings.Any(finding => finding.BreaksTrust),
        };
    }

    /// <summary>Writes a report as Markdown and JSON, and notes it in the journal.</summary>
    /// <param name="report">The report.</param>
    /// <param name="folder">The folder, or null for the configured one.</param>
    /// <param name="isRefresh">Whether it replaces files written a moment ago for the same report.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.ReportUnwritable"/>.</exception>
    public IncidentReport Write(IncidentReport report, string? folder, bool isRefresh)
    {
        var place = folder ?? _context.Settings.Reports.Folder ?? Path.Combine(_context.Store.Location, "reports");
        var restore = report.Database?.Last;
        var id = report.RollbackId ?? restore?.RestoreId;
        // The same name when it is written again: what has no id is named after when it was.
        var at = report.Rollback?.StartedAt ?? restore?.StartedAt ?? report.WrittenAt;
        var name = id ?? string.Create(CultureInfo.InvariantCulture, $"incident-{at.UtcDateTime:yyyyMMddTHHmmss}Z");
        var files = new[] { Path.Combine(place, name + ".md"), Path.Combine(place, name + ".json") };
        if (id is not null && !isRefresh)
        {
            _context.Journal.Append(JournalKind.ReportWritten, id,
                new ReportWrittenData { Files = files }, RollbackJson.Compact.ReportWrittenData);
        }

        var whole = report with { Files = files };
        try
        {
            Directory.CreateDirectory(place);
            Replace(files[0], Encoding.UTF8.GetBytes(_renderer.RenderMarkdown(whole)));
            Replace(files[1], JsonSerializer.SerializeToUtf8Bytes(whole, RollbackJson.Indented.IncidentReport));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.ReportUnwritable,
                $"The report cannot be written to '{place}': {failure.Message}",
                "Name another folder: New-IncidentReport -OutFolder.", place, failure);
        }

        return whole;
    }

    private static void Replace(string path, byte[] content)
    {
        File.WriteAllBytes(path + ".next", content);
        File.Move(path + ".next", path, overwrite: true);
    }

    private DatabaseRestoreResult LastRestore(RollbackLogEntry entry, RollbackAttempt? refused, RestoreLedger restores) => refused is null
        ? restores.Find(entry.RestoreId!)!.ToResult()
        : RestoreRefusal.ToResult(refused, _context.Settings.Project, _context.Settings.Environment);

    private string TitleOf(RollbackResult? rollback, RollbackDecision? decision, DatabaseSection database, RollbackLedger ledger) =>
        (rollback, database.Last) switch
        {
            ({ } one, _) => $"{one.Kind} {one.Number} of {one.Project}/{one.Environment}: {one.Status}",
            (null, { } restore) => $"{DatabaseStory.Name(restore, ledger)} of {restore.Project}/{restore.Environment}: {restore.Status}",
            _ => $"{decision?.Verdict.ToString() ?? "Incident"} in {_context.Settings.Project}/{_context.Settings.Environment}",
        };

    private static string Summary(RollbackResult? rollback, RollbackDecision? decision, DatabaseSection database)
    {
        var restored = string.Concat(database.Restores.Select(restore => " " + DatabaseStory.Summary(restore)));
        var why = decision is null ? string.Empty : $" The verdict was {decision.Verdict} ({decision.Severity}).";
        return rollback is null ? $"{(database.Last is null ? "No rollback was made." : restored[1..])}{why}"
            : string.Create(CultureInfo.InvariantCulture,
                $"{rollback.From?.Id ?? "(unknown)"} -> {rollback.Target?.Id ?? "(none)"}: {rollback.Status} in {rollback.Duration.TotalSeconds:0.0} s. Reason: {rollback.Reason}.{why}{(rollback.Message is null ? "" : " " + rollback.Message)}{restored}");
    }

    private static List<TimelineEntry> Timeline(RollbackLedger ledger, IReadOnlyCollection<string?> ids) =>
    [
        .. ledger.Reading.Records
            .Where(record => record.RollbackId is not null && ids.Contains(record.RollbackId))
            .Select(record => new TimelineEntry { At = record.At, What = Told(record), Record = record.Number }),
    ];

    private static string Told(JournalRecord record)
    {
        string? Text(string name) =>
            record.Data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        return record.Kind switch
        {
            JournalKind.StepIntended => $"{Text("kind")} begun",
            JournalKind.StepCompleted => $"{Text("kind")} done: {Text("detail")}",
            JournalKind.StepFailed => $"{Text("kind")} failed: {Text("detail")}",
            JournalKind.RestoreStep => DatabaseStory.Told(record),
            JournalKind.RollbackStarted or JournalKind.RestoreStarted => $"Started by {Text("owner")} on {Text("host")}",
            JournalKind.RollbackFinished or JournalKind.RestoreFinished => $"Finished: {Text("status")}",
            JournalKind.Interrupted or JournalKind.Resumed => $"{record.Kind}: {Text("note")}",
            JournalKind.Verified => "Verified what is served",
            JournalKind.DeploymentMarked => "Marked the deployment rolled away from as known bad",
            JournalKind.DeploymentUnmarked => "Lifted the mark",
            JournalKind.LeaseTakenOver => "Took the lease over from a dead holder",
            JournalKind.ReportWritten => "Incident report written",
            _ => record.Kind.ToString(),
        };
    }
}
