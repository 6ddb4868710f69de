using RollbackOps.Incidents;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Reports;

/// <summary>A report in which every text that may be foreign is hostile.</summary>
internal static class HostileReport
{
    public const string Text = "| <script>alert(1)</script> ** `x` [a](javascript:b) ![i](u) {{ title }} {% raw %} # \\| \" ' & https://evil.example @octocat #12 \n## Injected\r\n\u001b[2J \u202e\u2066 ~~~ </script></style></pre>";

    public static IncidentReport Report { get; } = new()
    {
        Id = "rb-1",
        Title = Text,
        Project = Text,
        Environment = Text,
        Summary = Text,
        WrittenAt = DateTimeOffset.UnixEpoch,
        IsJournalTrusted = true,
        Rollback = new RollbackResult
        {
            Project = "shop",
            Environment = "production",
            Status = RollbackStatus.Succeeded,
            Reason = Text,
            Owner = Text,
            Message = Text,
            NextStep = Text,
            StartedAt = DateTimeOffset.UnixEpoch,
            Duration = TimeSpan.FromSeconds(1.5),
            StateLocation = "/srv",
        },
        Decision = new ReportDecision
        {
            Verdict = Decisions.Verdict.RollBack,
            Severity = Decisions.Severity.P1,
            DecidedAt = DateTimeOffset.UnixEpoch,
            IsAutomatic = false,
            Automatic = Text,
            Reasons = [Text],
            Evidence = [Text],
            Tree = ["Critical issue detected?", "├─ ▶ " + Text],
            NextSteps = [Text],
        },
        Impact = new IncidentImpact
        {
            ErrorThresholdPercent = 2,
            Phases = [new IncidentPhase { Name = "Detection", Detail = Text }, new IncidentPhase { Name = "Whole incident", Detail = Text }],
            Notes = [Text],
        },
        Traffic = new TrafficSeries
        {
            Sources = [Text],
            Points = [new TrafficPoint { At = DateTimeOffset.UnixEpoch, Length = TimeSpan.FromMinutes(1), Requests = 10, Errors = 1 }],
            ErrorThresholdsPercent = [0.5, 2, 5],
        },
        Timeline =
        [
            new TimelineEntry { At = DateTimeOffset.UnixEpoch, Kind = TimelineKind.Decided, What = Text, Evidence = Text, Record = 1 },
        ],
        Steps = [new StepResult { Number = 1, Kind = StepKind.Switch, Description = Text, Status = StepStatus.Done, Detail = Text }],
        Difference = new PlanDifference { Commits = [$"0123456789ab {Text}"], NotTakenBack = [Text], Age = TimeSpan.FromDays(1) },
        Verifications =
        [
            new VerificationResult
            {
                Project = "shop",
                Environment = "production",
                DeploymentId = "1",
                Window = VerificationWindow.Immediate,
                Status = VerificationStatus.Passed,
                Identity = ServedIdentity.Proven,
                At = DateTimeOffset.UnixEpoch,
                Duration = TimeSpan.FromSeconds(1),
                Checks = [new VerificationCheck { Name = Text, Status = VerificationStatus.Passed, Detail = Text }],
            },
        ],
        Checklist = [new VerificationCheck { Name = Text, Status = VerificationStatus.Passed, Detail = Text }],
        Overrides = [new PlanOverride { Name = "AllowInFlight", Reason = Text }],
        PostMortem = new PostMortem
        {
            Trigger = [Text],
            Detection = [Text],
            RootCause = [Text],
            Resolution = [Text],
            WentWell = [Text],
            WentBadly = [Text],
        },
        ActionItems = [new ActionItem { What = Text, Why = Text }],
    };
}
