using System.Globalization;
using System.Text.Json;
using RollbackOps.Escalations;
using RollbackOps.Rollbacks;

namespace RollbackOps.Incidents;

/// <summary>Puts the moments of an incident in order: the journal's, and those that were measured.</summary>
internal sealed class TimelineMaker(IncidentEvidence evidence, ImpactMeter meter)
{
    /// <summary>The moments, oldest first.</summary>
    public IReadOnlyList<TimelineEntry> Make() =>
        [.. Measured().Concat(Recorded()).Concat(Verified()).OrderBy(entry => entry.At)];

    private IEnumerable<TimelineEntry> Measured()
    {
        if (evidence.DeployedAt is { } live && evidence.Rollback?.From is { } from)
        {
            yield return Entry(live, TimelineKind.Deployed, $"{Inert.Line(from.Id)} went live",
                from.Commit is null ? null : $"{from.ShortCommit} {from.Subject}".TrimEnd());
        }

        if (meter.BeganAt is { } began)
        {
            var worst = meter.BadMinutes.MaxBy(point => point.ErrorRatePercent);
            yield return Entry(began, TimelineKind.Began, "Trouble began", worst is null ? meter.Began
                : string.Create(CultureInfo.InvariantCulture, $"{meter.Began}; at worst {worst.Errors} of {worst.Requests} requests failed ({worst.ErrorRatePercent:0.##} %)"));
        }

        if (evidence.Decision is { } decision)
        {
            if (meter.DetectedAt is { } detected && detected < decision.DecidedAt)
            {
                yield return Entry(detected, TimelineKind.Detected, "Trouble was seen", "the error rate entered its tier");
            }

            yield return Entry(decision.DecidedAt, TimelineKind.Decided, $"Verdict {decision.Verdict} ({decision.Severity})",
                decision.Reasons.Count == 0 ? null : decision.Reasons[0]);
        }

        if (evidence.Attempt is { Refusal: { } refusal } attempt)
        {
            yield return Entry(attempt.StartedAt, TimelineKind.Failed, $"{refusal.Status}: nothing was changed", refusal.Message, record: attempt.FirstRecord);
        }

        if (meter.RecoveredAt is { } recovered)
        {
            yield return Entry(recovered, TimelineKind.Recovered, "The service was well again", meter.Recovered);
        }
    }

    private IEnumerable<TimelineEntry> Recorded()
    {
        var records = evidence.Records.ToList();
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i];
            if (IsIntention(record) && HasOutcome(records, i))
            {
                continue;
            }

            yield return Told(record);
        }
    }

    /// <summary>What was verified besides the rollback's own, which the journal has.</summary>
    private IEnumerable<TimelineEntry> Verified() => evidence.Verifications
        .Where(verification => verification.At != evidence.Attempt?.Verification?.At && verification.Status != VerificationStatus.Pending)
        .Select(verification => Entry(verification.At, TimelineKind.Verified,
            $"Verified in the {verification.Window} window: {verification.Status}", Seen(verification), verification.Duration));

    private TimelineEntry Told(JournalRecord record)
    {
        string? Text(string name) =>
            record.Data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        switch (record.Kind)
        {
            case JournalKind.StepIntended:
                return Entry(record, TimelineKind.Failed, $"{Text("kind")} begun; its outcome was not recorded", Text("detail"));
            case JournalKind.StepCompleted:
                return Entry(record, record.At == evidence.SwitchedAt ? TimelineKind.Switched : TimelineKind.Step,
                    record.At == evidence.SwitchedAt ? $"Production switched ({Text("kind")} done)" : $"{Text("kind")} done",
                    Text("detail"), DurationOf(record));
            case JournalKind.StepFailed:
                return Entry(record, TimelineKind.Failed, $"{Text("kind")} failed", Text("detail"), DurationOf(record));
            case JournalKind.RestoreStep when record.Read(RollbackJson.Compact.RestoreStepData) is { } step:
                return Entry(record, step.Status == StepStatus.Failed ? TimelineKind.Failed : TimelineKind.Step, DatabaseStory.Told(step), step.Detail,
                    step.DurationMilliseconds > 0 ? RollbackAttempt.Milliseconds(step.DurationMilliseconds) : null);
            case JournalKind.RestoreStarted:
                return Entry(record, TimelineKind.Step, $"Restore started by {Text("owner")} on {Text("host")}", null);
            case JournalKind.RestoreFinished:
                return Entry(record, TimelineKind.Step, $"Restore finished: {Text("status")}", Text("message"));
            case JournalKind.RollbackStarted:
                return Entry(record, TimelineKind.Step, $"Started by {Text("owner")} on {Text("host")}", evidence.Attempt?.Plan?.TargetChoice);
            case JournalKind.RollbackFinished:
                return Entry(record, TimelineKind.Step, $"Finished: {Text("status")}", Text("message"));
            case JournalKind.Interrupted or JournalKind.Resumed:
                return Entry(record, TimelineKind.Note, $"{record.Kind}: {Text("note")}", null);
            case JournalKind.Verified when record.Read(RollbackJson.Compact.VerifiedData) is { Verification: { } verification }:
                return Entry(record, TimelineKind.Verified, $"Verified what is served: {verification.Status}", Seen(verification), verification.Duration);
            case JournalKind.EscalationStep when EscalationState.StepOf(record) is { } step:
                return Entry(record, step.Kind == EscalationStepKind.Unreached ? TimelineKind.Failed : TimelineKind.Note,
                    EscalationStory.Told(step), step.Detail ?? step.Reason);
            default:
                return Entry(record, TimelineKind.Note, record.Kind switch
                {
                    JournalKind.DeploymentMarked => "Marked the deployment rolled away from as known bad",
                    JournalKind.DeploymentUnmarked => "Lifted the mark",
                    JournalKind.LeaseTakenOver => "Took the lease over from a dead holder",
                    JournalKind.ReportWritten => "Incident report written",
                    JournalKind.RungLeft => "A strategy changed nothing; the next one is tried",
                    _ => record.Kind.ToString(),
                }, Text("note"));
        }
    }

    private static string Seen(VerificationResult verification)
    {
        var failed = verification.Checks.Where(check => check.Status == VerificationStatus.Failed).ToList();
        var passed = verification.Checks.Count(check => check.Status is VerificationStatus.Passed or VerificationStatus.PassedAsBefore);
        return $"served version {verification.Identity}; {passed} of {verification.Checks.Count} checks passed"
            + (failed.Count == 0 ? "" : $"; failed: {string.Join("; ", failed.Select(check => $"{check.Name}: {check.Detail}"))}");
    }

    private static bool IsIntention(JournalRecord record) => record.Kind == JournalKind.StepIntended
        || (record.Kind == JournalKind.RestoreStep && record.Read(RollbackJson.Compact.RestoreStepData) is { Status: StepStatus.Intended });

    private static bool HasOutcome(List<JournalRecord> records, int at)
    {
        var (id, step) = (records[at].RollbackId, StepOf(records[at]));
        return records.Skip(at + 1).Any(record => record.RollbackId == id && StepOf(record) == step
            && record.Kind is JournalKind.StepCompleted or JournalKind.StepFailed or JournalKind.RestoreStep
            && !IsIntention(record));
    }

    private static int? StepOf(JournalRecord record) =>
        record.Data.TryGetProperty("step", out var step) && step.TryGetInt32(out var number) ? number : null;

    private static TimeSpan? DurationOf(JournalRecord record) =>
        record.Read(RollbackJson.Compact.StepData) is { DurationMilliseconds: > 0 } data ? RollbackAttempt.Milliseconds(data.DurationMilliseconds) : null;

    private static TimelineEntry Entry(JournalRecord record, TimelineKind kind, string what, string? seen, TimeSpan? duration = null) =>
        Entry(record.At, kind, what, seen, duration, record.Number);

    private static TimelineEntry Entry(
        DateTimeOffset at, TimelineKind kind, string what, string? seen = null, TimeSpan? duration = null, long? record = null) => new()
        {
            At = at.ToUniversalTime(),
            Kind = kind,
            What = Inert.Line(what),
            Evidence = string.IsNullOrWhiteSpace(seen) ? null : Inert.Line(seen),
            Duration = duration,
            Record = record,
        };
}
