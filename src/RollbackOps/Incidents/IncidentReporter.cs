using System.Globalization;
using System.Text;
using System.Text.Json;
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
    /// <param name="title">Its title, or null.</param>
    public IncidentReport Make(
        RollbackResult? result,
        RollbackDecision? decision,
        IReadOnlyList<VerificationResult> verifications,
        string? title)
    {
        var ledger = _context.ReadLedger();
        var attempt = result?.RollbackId is { } id ? ledger.Find(id)
            : result is null && decision is null ? (ledger.Attempts.Count > 0 ? ledger.Attempts[^1] : null)
            : null;
        var rollback = attempt?.ToResult(_context.Settings.Project, _context.Settings.Environment, _context.Store.Location) ?? result;
        var all = (rollback?.Verification is { } own ? new[] { own } : []).Concat(verifications).ToList();
        var now = _context.Clock.GetUtcNow();
        return new IncidentReport
        {
            Title = Inert.Line(title ?? TitleOf(rollback, decision)),
            Project = _context.Settings.Project,
            Environment = _context.Settings.Environment,
            Summary = Summary(rollback, decision),
            WrittenAt = now,
            RollbackId = rollback?.RollbackId,
            Status = rollback?.Status,
            Rollback = rollback,
            Verdict = attempt?.Plan?.Verdict ?? decision?.Verdict,
            Timeline = rollback?.RollbackId is { } rollbackId ? Timeline(ledger, rollbackId) : [],
            Steps = rollback?.Steps ?? [],
            Difference = attempt?.Plan?.Difference,
            Verifications = all,
            Checklist = all.Count > 0 ? all[^1].Checklist : [],
            Overrides = rollback?.Overrides ?? [],
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
        var name = report.RollbackId ?? string.Create(CultureInfo.InvariantCulture, $"incident-{report.WrittenAt:yyyyMMddTHHmmss}Z");
        var files = new[] { Path.Combine(place, name + ".md"), Path.Combine(place, name + ".json") };
        if (report.RollbackId is not null && !isRefresh)
        {
            _context.Journal.Append(JournalKind.ReportWritten, report.RollbackId,
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

    private string TitleOf(RollbackResult? rollback, RollbackDecision? decision) => rollback is null
        ? $"{decision?.Verdict.ToString() ?? "Incident"} in {_context.Settings.Project}/{_context.Settings.Environment}"
        : $"{rollback.Kind} {rollback.Number} of {rollback.Project}/{rollback.Environment}: {rollback.Status}";

    private static string Summary(RollbackResult? rollback, RollbackDecision? decision)
    {
        var why = decision is null ? string.Empty : $" The verdict was {decision.Verdict} ({decision.Severity}).";
        return rollback is null
            ? $"No rollback was made.{why}"
            : string.Create(CultureInfo.InvariantCulture,
                $"{rollback.From?.Id ?? "(unknown)"} -> {rollback.Target?.Id ?? "(none)"}: {rollback.Status} in {rollback.Duration.TotalSeconds:0.0} s. Reason: {rollback.Reason}.{why}{(rollback.Message is null ? "" : " " + rollback.Message)}");
    }

    private static List<TimelineEntry> Timeline(RollbackLedger ledger, string rollbackId) =>
    [
        .. ledger.Reading.Records
            .Where(record => record.RollbackId == rollbackId)
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
            JournalKind.RollbackStarted => $"Started by {Text("owner")} on {Text("host")}",
            JournalKind.RollbackFinished => $"Finished: {Text("status")}",
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
