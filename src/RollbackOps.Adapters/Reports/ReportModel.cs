using RollbackOps.Incidents;
using RollbackOps.Rollbacks;
using static RollbackOps.Adapters.Reports.ReportFormat;
using Model = System.Collections.Generic.Dictionary<string, object?>;

namespace RollbackOps.Adapters.Reports;

/// <summary>What a template sees of a report: texts and lists of texts, every one of them escaped for its document (S43).</summary>
internal sealed class ReportModel(IncidentReport report, Func<string?, string> escape)
{
    /// <summary>The whole model.</summary>
    public Model Make() => new()
    {
        ["id"] = escape(report.Id),
        ["title"] = escape(report.Title),
        ["summary"] = escape(report.Summary),
        ["written"] = Time(report.WrittenAt),
        ["written_iso"] = Iso(report.WrittenAt),
        ["project"] = escape(report.Project),
        ["environment"] = escape(report.Environment),
        ["status"] = report.Status?.ToString(),
        ["status_words"] = report.Status is { } status ? Words(status) : null,
        ["tone"] = report.Comparison is { Outcome: Improvement.NoImprovement } && ToneOf(report.Status) == "good" ? "warn" : ToneOf(report.Status),
        ["verdict"] = report.Verdict?.ToString(),
        ["verdict_words"] = report.Verdict is { } verdict ? Words(verdict) : null,
        ["severity"] = report.Decision?.Severity.ToString(),
        ["trusted"] = report.IsJournalTrusted,
        ["rollback"] = report.Rollback is { } rollback ? Rollback(rollback) : null,
        ["decision"] = report.Decision is { } decision ? Decision(decision) : null,
        ["impact"] = Impact(report.Impact),
        ["traffic"] = report.Traffic is { } traffic ? Traffic(traffic) : null,
        ["comparison"] = report.Comparison is { } comparison ? Comparison(comparison) : null,
        ["timeline"] = report.Timeline.Select(Entry).ToList(),
        ["steps"] = report.Steps.Select(Step).ToList(),
        ["commits"] = report.Difference?.Commits?.Select(escape).ToList(),
        ["migrations"] = report.Difference?.Migrations?.Select(escape).ToList(),
        ["difference_unavailable"] = report.Difference?.Unavailable is { } why ? escape(why) : null,
        ["not_taken_back"] = report.Difference?.NotTakenBack.Select(escape).ToList(),
        ["verifications"] = report.Verifications.Select(Verification).ToList(),
        ["checklist"] = report.Checklist.Select(Check).ToList(),
        ["checklist_done"] = report.Checklist.Count(IsDone),
        ["database"] = report.Database is { } database ? DatabaseModel.Of(database, escape) : null,
        ["overrides"] = report.Overrides.Select(one => new Model { ["name"] = escape(one.Name), ["reason"] = escape(one.Reason) }).ToList(),
        ["post_mortem"] = PostMortem(report.PostMortem),
        ["actions"] = report.ActionItems.Select(item => new Model { ["what"] = escape(item.What), ["why"] = escape(item.Why) }).ToList(),
        ["files"] = report.Files.Select(file => escape(Path.GetFileName(file))).ToList(),
    };

    private Model Rollback(RollbackResult rollback) => new()
    {
        ["number"] = rollback.Number,
        ["kind"] = rollback.Kind.ToString(),
        ["from"] = escape(rollback.From?.Id ?? "(unknown)"),
        ["from_commit"] = Commit(rollback.From),
        ["target"] = escape(rollback.Target?.Id ?? "(none)"),
        ["target_commit"] = Commit(rollback.Target),
        ["reason"] = escape(rollback.Reason),
        ["owner"] = escape(rollback.Owner),
        ["started"] = Time(rollback.StartedAt),
        ["duration"] = Length(rollback.Duration),
        ["message"] = rollback.Message is null ? null : escape(rollback.Message),
        ["next"] = rollback.NextStep is null ? null : escape(rollback.NextStep),
    };

    private string? Commit(Deployments.Deployment? deployment) =>
        deployment?.Commit is null ? null : escape($"{deployment.ShortCommit} {deployment.Subject}".TrimEnd());

    private Model Decision(ReportDecision decision) => new()
    {
        ["verdict"] = Words(decision.Verdict),
        ["severity"] = decision.Severity.ToString(),
        ["at"] = Time(decision.DecidedAt),
        ["time_to_decide"] = decision.TimeToDecide is { } time && time > TimeSpan.Zero ? Length(time) : null,
        ["is_automatic"] = decision.IsAutomatic,
        ["automatic"] = escape(decision.Automatic),
        ["reasons"] = decision.Reasons.Select(escape).ToList(),
        ["evidence"] = decision.Evidence.Select(escape).ToList(),
        // Set apart as it is, in both kinds of document.
        ["tree"] = string.Join('\n', decision.Tree.Select(line => HtmlText.Escape(Inert.Line(line)))),
        ["next_steps"] = decision.NextSteps.Select(escape).ToList(),
    };

    private Model Impact(IncidentImpact impact) => new()
    {
        ["is_measured"] = impact.ErrorMinutes is not null,
        ["error_minutes"] = impact.ErrorMinutes is { } minutes ? Number(minutes) : "not measured",
        ["failed"] = impact.FailedRequests is { } failed ? Number(failed) : "not measured",
        ["requests"] = impact.Requests is { } requests ? Number(requests) : "not measured",
        ["slow"] = impact.SlowRequests is { } slow ? Number(slow) : "not measured",
        ["peak"] = impact.PeakErrorRatePercent is { } peak ? Percent(peak) : "not measured",
        ["threshold"] = Percent(impact.ErrorThresholdPercent),
        ["began"] = impact.BeganAt is { } began ? Time(began) : "not measured",
        ["ended"] = impact.EndedAt is { } ended ? Time(ended) : "not measured",
        ["phases"] = impact.Phases.Select(phase => new Model
        {
            ["name"] = escape(phase.Name),
            ["from"] = phase.From is { } from ? Time(from) : "not measured",
            ["to"] = phase.To is { } to ? Time(to) : "not measured",
            ["duration"] = phase.Duration is { } duration ? Length(duration) : "not measured",
            ["is_measured"] = phase.Duration is not null,
            ["detail"] = escape(phase.Detail),
        }).ToList(),
        ["notes"] = impact.Notes.Select(escape).ToList(),
    };

    private Model Traffic(TrafficSeries traffic)
    {
        var hasP95 = traffic.Points.Any(point => point.P95 is not null);
        return new Model
        {
            ["sources"] = escape(string.Join(", ", traffic.Sources)),
            ["has_p95"] = hasP95,
            ["slow_limit"] = traffic.SlowLimit is { } limit ? Length(limit) : null,
            ["count"] = traffic.Points.Count,
            ["from"] = Time(traffic.Points[0].At),
            ["to"] = Time(traffic.Points[^1].At + traffic.Points[^1].Length),
            ["points"] = traffic.Points.Select(Point).ToList(),
            ["around"] = Around(traffic.Points).Select(Point).ToList(),
        };
    }

    private static Model Point(TrafficPoint point) => new()
    {
        ["at"] = point.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture),
        ["requests"] = Number(point.Requests),
        ["errors"] = Number(point.Errors),
        ["rate"] = Percent(point.ErrorRatePercent),
        ["p95"] = point.P95 is { } p95 ? Length(p95) : "not known",
        ["per_second"] = Number(point.RequestsPerSecond),
    };

    /// <summary>So many minutes around the incident as a document that is read at once can hold.</summary>
    private IEnumerable<TrafficPoint> Around(IReadOnlyList<TrafficPoint> points)
    {
        var begin = (report.Impact.BeganAt ?? report.Rollback?.StartedAt ?? report.Decision?.DecidedAt) - TimeSpan.FromMinutes(5);
        return points.Where(point => begin is null || point.At >= begin).Take(40);
    }

    private Model Comparison(BeforeAfter comparison) => new()
    {
        ["outcome"] = Words(comparison.Outcome),
        ["tone"] = comparison.Outcome switch { Improvement.Improved => "good", Improvement.NoImprovement => "bad", _ => "warn" },
        ["detail"] = escape(comparison.Detail),
        ["chance"] = comparison.Chance is { } chance ? chance < 0.0001 ? "below 0.0001" : chance.ToString("0.####", System.Globalization.CultureInfo.InvariantCulture) : "none",
        ["rows"] = new List<Model>
        {
            Side("Before the switch", comparison.BeforeFrom, comparison.BeforeTo, comparison.BeforeRequests, comparison.BeforeErrors, comparison.BeforePercent),
            Side("After the switch", comparison.AfterFrom, comparison.AfterTo, comparison.AfterRequests, comparison.AfterErrors, comparison.AfterPercent),
        },
    };

    private static Model Side(string name, DateTimeOffset from, DateTimeOffset to, long requests, long errors, double? percent) => new()
    {
        ["name"] = name,
        ["from"] = Time(from),
        ["to"] = Time(to),
        ["requests"] = Number(requests),
        ["errors"] = Number(errors),
        ["rate"] = Percent(percent),
    };

    private Model Entry(TimelineEntry entry) => new()
    {
        ["day"] = entry.At.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        ["clock"] = Clock(entry.At),
        ["iso"] = Iso(entry.At),
        ["kind"] = entry.Kind.ToString().ToLowerInvariant(),
        ["what"] = escape(entry.What),
        ["evidence"] = entry.Evidence is null ? null : escape(entry.Evidence),
        ["duration"] = entry.Duration is { } duration ? Length(duration) : null,
        ["record"] = entry.Record,
    };

    private Model Step(StepResult step) => new()
    {
        ["number"] = step.Number,
        ["description"] = escape(step.Description),
        ["status"] = step.Status.ToString(),
        ["tone"] = step.Status switch { StepStatus.Done => "good", StepStatus.Failed or StepStatus.Intended => "bad", _ => "neutral" },
        ["duration"] = step.Duration is { } duration ? Length(duration) : string.Empty,
        ["detail"] = escape(step.Detail),
    };

    private Model Verification(VerificationResult verification) => new()
    {
        ["window"] = Words(verification.Window),
        ["status"] = Words(verification.Status),
        ["tone"] = ToneOf(verification.Status),
        ["identity"] = verification.Identity.ToString(),
        ["at"] = Time(verification.At),
        ["duration"] = Length(verification.Duration),
        ["checks"] = verification.Checks.Select(Check).ToList(),
    };

    private Model Check(VerificationCheck check) => new()
    {
        ["name"] = escape(check.Name),
        ["status"] = Words(check.Status),
        ["tone"] = ToneOf(check.Status),
        ["mark"] = IsDone(check) ? "x" : " ",
        ["detail"] = escape(check.Detail),
        ["source"] = check.Source is null ? null : escape(check.Source),
    };

    private Model PostMortem(PostMortem postMortem) => new()
    {
        ["scheduled"] = postMortem.ScheduledAt is { } at ? Time(at) : null,
        ["trigger"] = postMortem.Trigger.Select(escape).ToList(),
        ["detection"] = postMortem.Detection.Select(escape).ToList(),
        ["root_cause"] = postMortem.RootCause.Select(escape).ToList(),
        ["resolution"] = postMortem.Resolution.Select(escape).ToList(),
        ["well"] = postMortem.WentWell.Select(escape).ToList(),
        ["badly"] = postMortem.WentBadly.Select(escape).ToList(),
        ["luckily"] = postMortem.WentLuckily.Select(escape).ToList(),
    };

    private static bool IsDone(VerificationCheck check) => check.Status is VerificationStatus.Passed or VerificationStatus.PassedAsBefore;

    private static string ToneOf(VerificationStatus status) => status switch
    {
        VerificationStatus.Passed or VerificationStatus.PassedAsBefore => "good",
        VerificationStatus.Failed => "bad",
        VerificationStatus.Unverified => "warn",
        _ => "neutral",
    };

    private static string ToneOf(RollbackStatus? status) => status switch
    {
        RollbackStatus.Succeeded or RollbackStatus.AlreadyCurrent => "good",
        null or RollbackStatus.NotNeeded => "neutral",
        RollbackStatus.Refused or RollbackStatus.IdentityUnproven or RollbackStatus.Interrupted => "warn",
        _ => "bad",
    };
}
