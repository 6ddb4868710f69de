using System.Globalization;
using RollbackOps.Databases;
using RollbackOps.Decisions;
using RollbackOps.Redaction;
using RollbackOps.Rollbacks;

namespace RollbackOps.Incidents;

/// <summary>Makes incident reports from the journal and the measurements (S39): the times in them were measured, and not typed.</summary>
internal sealed class IncidentReporter(RollbackContext context)
{
    private static readonly TimeSpan s_before = TimeSpan.FromHours(1);

    /// <summary>Makes a report.</summary>
    /// <param name="input">What it is about.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RollbackNotFound"/>: there is nothing to report on.</exception>
    public IncidentReport Make(ReportInput input)
    {
        var ledger = context.ReadLedger();
        var restores = RestoreLedger.From(ledger.Reading);
        var last = LastOf(input, ledger);
        var database = last is { Kind: RollbackLogKind.Restore }
            ? new DatabaseSection { Restores = [LastRestore(last, ledger, restores)] }
            : input.Database.ReadBack(restores);
        var attempt = AttemptOf(input, last, ledger);
        // A refusal's result knows more than its record: what was live, and what to do next.
        var rollback = input.Result is { RollbackId: null } unstarted ? unstarted with { Number = attempt?.Number ?? unstarted.Number }
            : attempt?.ToResult(context.Settings.Project, context.Settings.Environment, context.Store.Location) ?? input.Result;
        if (rollback is null && input.Decision is null && database.IsEmpty)
        {
            throw new RollbackOpsException(ErrorId.RollbackNotFound,
                "There is nothing to report on: the log holds no rollback and no restore.", "Pipe a decision or a result.");
        }

        var inputs = attempt?.Plan is null ? null : InputsOf(attempt, ledger);
        var decision = input.Decision ?? (inputs is null ? null
            : DecisionRule.Decide(context.Settings.Project, context.Settings.Environment, inputs));
        var own = rollback?.Verification;
        var evidence = new IncidentEvidence
        {
            Ledger = ledger,
            Policy = decision?.Inputs.Policy ?? context.Settings.Policy,
            Attempt = attempt,
            Rollback = rollback,
            Database = database,
            Decision = decision,
            Measurements = input.Measurements,
            Unreadable = input.Unreadable,
            Verifications = [.. (own is null ? [] : new[] { own }).Concat(input.Verifications.Where(one => one.At != own?.At)).OrderBy(one => one.At)],
        };
        return Redacted(Make(evidence, input.Title));
    }

    /// <summary>The same without the secrets that foreign text brought along (S40): no file, view or pipeline sees them.</summary>
    private IncidentReport Redacted(IncidentReport report) => (IncidentReport)ObjectTexts.Mask(report, context.Redactor.Redact);

    private IncidentReport Make(IncidentEvidence evidence, string? title)
    {
        var (rollback, decision, attempt) = (evidence.Rollback, evidence.Decision, evidence.Attempt);
        var earliest = new[] { evidence.DeployedAt, decision?.DecidedAt, rollback?.StartedAt, evidence.Database.Last?.StartedAt }.Min();
        var traffic = TrafficTimeline.Of(evidence.AllMeasurements, evidence.Policy, earliest - s_before);
        var meter = new ImpactMeter(evidence, traffic);
        var impact = meter.Measure();
        var comparison = meter.Compare();
        var id = IdOf(evidence);
        var meeting = PostMortemMeeting.TimeOf(evidence, id, context.Settings.Reports.PostMortemAfter, context.Clock.GetUtcNow());
        var checklist = ChecklistOf(evidence, meeting);
        var postMortem = new PostMortemWriter(evidence, impact, comparison, checklist);
        return new IncidentReport
        {
            Id = id,
            Title = Inert.Line(title ?? TitleOf(evidence)),
            Project = context.Settings.Project,
            Environment = context.Settings.Environment,
            Summary = SummaryOf(evidence, comparison),
            WrittenAt = context.Clock.GetUtcNow(),
            RollbackId = rollback?.RollbackId,
            Status = rollback?.Status,
            Rollback = rollback,
            Verdict = attempt?.Plan?.Verdict ?? decision?.Verdict,
            Decision = decision is null ? null : ReportDecision.Of(decision),
            Impact = impact,
            Traffic = traffic,
            Comparison = comparison,
            Timeline = new TimelineMaker(evidence, meter).Make(),
            Steps = rollback?.Steps ?? [],
            Difference = attempt?.Plan?.Difference,
            Verifications = evidence.Verifications,
            Checklist = checklist,
            Overrides = [.. rollback?.Overrides ?? [], .. evidence.Database.Restores.SelectMany(restore => restore.Overrides)],
            Database = evidence.Database.IsEmpty ? null : evidence.Database,
            PostMortem = postMortem.Write(meeting),
            ActionItems = postMortem.ActionItems(),
            IsJournalTrusted = !evidence.Ledger.Reading.Findings.Any(finding => finding.BreaksTrust),
        };
    }

    /// <summary>What is reported on where nothing was handed over: the log's last entry.</summary>
    private static RollbackLogEntry? LastOf(ReportInput input, RollbackLedger ledger) => input.IsGiven ? null
        : RollbackLogEntry.From(ledger, owner: null)
            .LastOrDefault(entry => input.Verifications.Count == 0 || entry.Kind == RollbackLogKind.Rollback);

    private RollbackAttempt? AttemptOf(ReportInput input, RollbackLogEntry? last, RollbackLedger ledger)
    {
        if (input.Result is { } result)
        {
            return result.RollbackId is { } id ? ledger.Find(id) : ledger.Attempts.LastOrDefault(attempt =>
                attempt.Refusal is { } refusal && attempt.Status == result.Status
                && context.Redactor.IsSame(refusal.Message, result.Message) && context.Redactor.IsSame(refusal.Reason, result.Reason));
        }

        if (input.RollbackId is { } named)
        {
            return ledger.Find(named) ?? throw new RollbackOpsException(ErrorId.RollbackNotFound,
                $"The log holds no rollback '{Inert.Line(named)}'.", "Get-RollbackLog shows the log; without -RollbackId the last entry is reported on.", named);
        }

        return last is { Kind: RollbackLogKind.Rollback } ? ledger.Attempts.FirstOrDefault(one => one.Number == last.Number && !one.IsRestore) : null;
    }

    private DatabaseRestoreResult LastRestore(RollbackLogEntry entry, RollbackLedger ledger, RestoreLedger restores) =>
        ledger.Attempts.FirstOrDefault(one => one.Number == entry.Number) is { } refused
            ? RestoreRefusal.ToResult(refused, context.Settings.Project, context.Settings.Environment)
            : restores.Find(entry.RestoreId!)!.ToResult();

    private static DecisionInputs? InputsOf(RollbackAttempt attempt, RollbackLedger ledger) => ledger.Reading.Records
        .FirstOrDefault(record => record.Number == attempt.FirstRecord)?
        .Read(RollbackJson.Compact.RollbackStartedData)?.Inputs;

    /// <summary>The last verification's checklist; where it did not come to one, the same ten items, none of them ticked.</summary>
    private IReadOnlyList<VerificationCheck> ChecklistOf(IncidentEvidence evidence, DateTimeOffset? meeting)
    {
        var items = evidence.Verifications.LastOrDefault(one => one.Checklist.Count > 0)?.Checklist;
        if (items is null)
        {
            if (evidence.Rollback is null)
            {
                return [];
            }

            items = VerificationChecklist.Of(NotVerified(evidence), evidence.Ledger);
        }

        return [.. items.Select(item => item.Name switch
        {
            VerificationChecklist.ReportCreated => item with { Status = VerificationStatus.Passed, Detail = "this is it" },
            VerificationChecklist.PostMortemScheduled when meeting is { } at =>
                item with { Status = VerificationStatus.Passed, Detail = $"at {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC; the calendar file lies beside this report" },
            VerificationChecklist.Team when evidence.Rollback?.RollbackId is { } told => VerificationChecklist.TeamNotified(told, evidence.Ledger),
            _ => item,
        })];
    }

    private VerificationResult NotVerified(IncidentEvidence evidence) => new()
    {
        RollbackId = evidence.Rollback?.RollbackId,
        Project = context.Settings.Project,
        Environment = context.Settings.Environment,
        DeploymentId = evidence.Rollback?.Target?.Id ?? "(none)",
        Window = VerificationWindow.Immediate,
        Status = VerificationStatus.Unverified,
        Identity = ServedIdentity.Unproven,
        At = context.Clock.GetUtcNow(),
        Duration = TimeSpan.Zero,
        Checks = [],
    };

    /// <summary>The same incident keeps its id, whenever it is reported on.</summary>
    private string IdOf(IncidentEvidence evidence) => evidence.Rollback?.RollbackId ?? evidence.Database.Last?.RestoreId
        ?? string.Create(CultureInfo.InvariantCulture,
            $"incident-{(evidence.Attempt?.StartedAt ?? evidence.Rollback?.StartedAt ?? evidence.Database.Last?.StartedAt ?? evidence.Decision?.DecidedAt ?? context.Clock.GetUtcNow()).UtcDateTime:yyyyMMddTHHmmss}Z");

    private string TitleOf(IncidentEvidence evidence) => (evidence.Rollback, evidence.Database.Last) switch
    {
        ({ } one, _) => $"{one.Kind} {one.Number} of {one.Project}/{one.Environment}: {one.Status}",
        (null, { } restore) => $"{DatabaseStory.Name(restore, evidence.Ledger)} of {restore.Project}/{restore.Environment}: {restore.Status}",
        _ => $"{evidence.Decision?.Verdict.ToString() ?? "Incident"} in {context.Settings.Project}/{context.Settings.Environment}",
    };

    private static string SummaryOf(IncidentEvidence evidence, BeforeAfter? comparison)
    {
        var (rollback, decision) = (evidence.Rollback, evidence.Decision);
        var restored = string.Concat(evidence.Database.Restores.Select(restore => " " + DatabaseStory.Summary(restore)));
        var why = decision is null ? string.Empty : $" The verdict was {decision.Verdict} ({decision.Severity}).";
        var helped = comparison?.Outcome switch
        {
            Improvement.Improved => " The error rate fell.",
            Improvement.NoImprovement => " There is no improvement: the deployment is likely not the cause.",
            _ => string.Empty,
        };
        return rollback is null ? $"{(restored.Length == 0 ? "No rollback was made." : restored[1..])}{why}"
            : string.Create(CultureInfo.InvariantCulture,
                $"{rollback.From?.Id ?? "(unknown)"} -> {rollback.Target?.Id ?? "(none)"}: {rollback.Status} in {rollback.Duration.TotalSeconds:0.0} s. Reason: {rollback.Reason}.{why}{helped}{(rollback.Message is null ? "" : " " + rollback.Message)}{restored}");
    }
}
