using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Deployments;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;
using RollbackOps.Tests.Child;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Adapters.Tests.Reports;

/// <summary>
/// An incident from the deployment to the last verification, as its journal and its measurements tell it: times and numbers
/// are always the same.
/// </summary>
internal sealed class ReportSample
{
    public const string RollbackId = "rb-20250301-140830-1";

    /// <summary>When the bad deployment went live.</summary>
    public static readonly DateTimeOffset GoLive = new(2025, 3, 1, 14, 2, 20, TimeSpan.Zero);

    private static readonly DateTimeOffset s_started = GoLive.AddMinutes(6).AddSeconds(10);
    private readonly FakeClock _clock = new();
    private readonly Journal _journal;
    private readonly string _subject;

    /// <param name="subject">The bad deployment's commit, in words; foreign text.</param>
    /// <param name="improvement">Whether the errors end with the rollback.</param>
    public ReportSample(string subject = "Cache the cart in the session", bool improvement = true)
    {
        _subject = subject;
        var settings = new RollbackSettings
        {
            Project = "shop",
            Environment = "production",
            BaseFolder = "/srv/shop",
            Platform = new PlatformSettings { Root = "/srv/shop" },
        };
        Context = new RollbackContext(
            settings, new AdapterFactory().CreatePlatform(settings, new NoSecrets(), _clock), new FakeStore(new FaultPlan()),
            new AdapterFactory().CreateProber(_clock), repository: null, [], new NoSecrets(), _clock, "ann");
        _journal = Context.Journal;
        Measurements = [Traffic(GoLive.AddMinutes(-22).AddSeconds(-20), 52, improvement)];
    }

    public RollbackContext Context { get; }

    /// <summary>What was measured from before the deployment until after the rollback.</summary>
    public IReadOnlyList<Measurement> Measurements { get; }

    public Deployment Bad => Deployed("r42", "8c1f0a77d2b94e01", _subject, GoLive);

    public Deployment Good => Deployed("r41", "51d7e3aa90c4f8b2", "Ship the new price list", GoLive.AddDays(-3));

    /// <summary>The report of a rollback that worked.</summary>
    public IncidentReport Succeeded()
    {
        Start();
        Step(1, StepKind.Pin, 41, "promotion is pinned to r41");
        Step(2, StepKind.Switch, 18, "current -> releases/r41");
        Step(3, StepKind.Activate, 1840, "systemctl restart shop: exit code 0");
        Step(4, StepKind.AwaitServed, 2310, "r41 is served at https://shop.example/");
        Step(5, StepKind.Mark, 3, "r42 is marked as known bad");
        var verified = Verification(VerificationStatus.Passed);
        Step(6, StepKind.Verify, 10_120, "5 of 5 reads at 1 address state r41");
        _journal.Append(JournalKind.Verified, RollbackId, new VerifiedData { Verification = verified }, RollbackJson.Compact.VerifiedData);
        Finish(RollbackStatus.Succeeded, 14_900);
        return Make(new ReportInput { RollbackId = RollbackId, Measurements = Measurements });
    }

    /// <summary>The report of a rollback whose restart failed after the switch.</summary>
    public IncidentReport Failed()
    {
        Start();
        Step(1, StepKind.Pin, 41, "promotion is pinned to r41");
        Step(2, StepKind.Switch, 18, "current -> releases/r41");
        Step(3, StepKind.Activate, 1840, "systemctl restart shop: exit code 1, \"port 8080 is taken\"", JournalKind.StepFailed);
        Finish(RollbackStatus.NotServed, 2_400, ErrorId.ActivationFailed,
            "systemctl restart shop ended with exit code 1.", "Free port 8080, then run Resume-Rollback.");
        return Make(new ReportInput { RollbackId = RollbackId });
    }

    /// <summary>The report of a rollback that a rule forbade.</summary>
    public IncidentReport Refused() => Make(new ReportInput
    {
        Result = new RollbackResult
        {
            Project = "shop",
            Environment = "production",
            Status = RollbackStatus.Refused,
            From = Bad,
            Target = Good,
            Reason = _subject,
            Owner = "ann",
            StartedAt = s_started,
            Duration = TimeSpan.Zero,
            Error = ErrorId.DeploymentInFlight,
            Message = "r43 is being deployed.",
            NextStep = "Wait for it, or set policy.inFlight.",
            StateLocation = "memory",
        },
    });

    public IncidentReport Make(ReportInput input)
    {
        _clock.Pass(GoLive.AddMinutes(40) - _clock.Now);
        return new IncidentReporter(Context).Make(input);
    }

    private void Start()
    {
        MoveTo(s_started);
        var plan = Plan();
        _journal.Append(JournalKind.RollbackStarted, RollbackId, new RollbackStartedData
        {
            Plan = plan with { Hash = plan.ComputeHash() },
            Inputs = Inputs(),
            Owner = "ann",
            Host = "ops-1",
            ProcessId = 4711,
            Token = 7,
        }, RollbackJson.Compact.RollbackStartedData);
    }

    private void Step(int number, StepKind kind, double milliseconds, string detail, JournalKind outcome = JournalKind.StepCompleted)
    {
        StepData Data(double took, string? seen) => new()
        {
            Step = number,
            Kind = kind,
            Detail = seen,
            ElapsedMilliseconds = 0,
            DurationMilliseconds = took,
        };

        _journal.Append(JournalKind.StepIntended, RollbackId, Data(0, null), RollbackJson.Compact.StepData);
        _clock.Pass(TimeSpan.FromMilliseconds(milliseconds));
        _journal.Append(outcome, RollbackId, Data(milliseconds, detail), RollbackJson.Compact.StepData);
    }

    private void Finish(RollbackStatus status, double milliseconds, ErrorId? error = null, string? message = null, string? next = null) =>
        _journal.Append(JournalKind.RollbackFinished, RollbackId, new RollbackFinishedData
        {
            Status = status,
            Error = error,
            Message = message,
            NextStep = next,
            DurationMilliseconds = milliseconds,
        }, RollbackJson.Compact.RollbackFinishedData);

    private void MoveTo(DateTimeOffset time) => _clock.Pass(time - _clock.Now);

    private VerificationResult Verification(VerificationStatus status)
    {
        var seen = new VerificationResult
        {
            RollbackId = RollbackId,
            Project = "shop",
            Environment = "production",
            DeploymentId = "r41",
            Window = VerificationWindow.Immediate,
            Status = status,
            Identity = ServedIdentity.Proven,
            At = s_started.AddSeconds(14.4),
            Duration = TimeSpan.FromSeconds(10.1),
            Checks =
            [
                Check("Served version at https://shop.example/", status, "5 of 5 reads state r41"),
                Check("Check health", status, "200 in 12 ms, 5 of 5"),
                Check("Check checkout", status, "200 in 48 ms, 5 of 5"),
            ],
        };
        return seen with { Checklist = VerificationChecklist.Of(seen, Context.ReadLedger()) };
    }

    private static VerificationCheck Check(string name, VerificationStatus status, string detail) =>
        new() { Name = name, Status = status, Detail = detail };

    private RollbackPlan Plan()
    {
        PlannedStep Planned(int number, StepKind kind, string what) =>
            new() { Number = number, Kind = kind, Description = what, Deadline = TimeSpan.FromSeconds(30) };

        return new RollbackPlan
        {
            Id = RollbackId,
            Project = "shop",
            Environment = "production",
            Platform = "releaseDirectory",
            Strategy = "Instant",
            CreatedAt = s_started.AddSeconds(-4),
            ExpiresAt = s_started.AddMinutes(10),
            By = "ann",
            From = Bad,
            Target = Good,
            TargetChoice = "the newest deployment that served production healthily: r41, proven by a verification",
            Reason = "Error rate of 8 % since r42",
            Verdict = Verdict.RollBack,
            Steps =
            [
                Planned(1, StepKind.Pin, "Pin promotion to r41"),
                Planned(2, StepKind.Switch, "Switch production from r42 to r41"),
                Planned(3, StepKind.Activate, "Run: systemctl restart shop"),
                Planned(4, StepKind.AwaitServed, "Wait until r41 is what is served"),
                Planned(5, StepKind.Mark, "Mark r42 as known bad"),
                Planned(6, StepKind.Verify, "Verify what is served, from outside"),
            ],
            Difference = new PlanDifference
            {
                Commits = [$"8c1f0a77d2b9 {_subject}", "2f9bd1104c33 Count cart lines once"],
                Migrations = [],
                Age = TimeSpan.FromDays(3),
                NotTakenBack = ["feature flags", "queued messages", "data written since"],
            },
            SchemaGate = new SchemaGate { Status = SchemaGateStatus.NotApplicable, Detail = "no database is configured" },
            TargetProbe = new TargetProbe { Status = CheckStatus.Passed, Detail = "200 at a spare port" },
            Warnings = [new PlanWarning { Id = "LocalLease", Message = "The lease protects this machine only." }],
            Overrides = [new PlanOverride { Name = "AllowInFlight", Reason = "r43 only changes the documentation" }],
            JournalNumber = 0,
        };
    }

    private DecisionInputs Inputs() => new()
    {
        At = s_started.AddSeconds(-22),
        Policy = new PolicySettings(),
        Current = Bad,
        Target = Good,
        GoLive = GoLive,
        Measurements = [Traffic(GoLive.AddMinutes(-22).AddSeconds(-20), 28, improvement: true)],
        TargetProbe = CheckStatus.Passed,
        TargetProbeDetail = "200 at a spare port",
    };

    private static Deployment Deployed(string id, string commit, string subject, DateTimeOffset since) => new()
    {
        Id = id,
        Project = "shop",
        Environment = "production",
        Platform = "releaseDirectory",
        State = DeploymentState.Ready,
        CreatedAt = since.AddMinutes(-3),
        Commit = commit,
        Subject = subject,
        Author = "Kim",
        Served = [new ServiceInterval { From = since }],
    };

    /// <summary>Cells of ten seconds, from a full minute on: quiet, then 8 % from go-live on, then quiet again or not.</summary>
    private static Measurement Traffic(DateTimeOffset from, int minutes, bool improvement)
    {
        var cells = new List<TrafficCell>();
        for (var i = 0; i < minutes * 6; i++)
        {
            var at = from.AddSeconds(10 * i);
            var isBad = at >= GoLive.AddSeconds(20) && (!improvement || at < s_started.AddSeconds(2));
            var requests = 60 + (int)(14 * Math.Sin(i / 9.0)) + (i % 5);
            var errors = isBad ? (requests * (6 + (i % 5)) / 100) + 1 : i % 37 == 0 ? 1 : 0;
            cells.Add(new TrafficCell
            {
                At = at,
                Length = TimeSpan.FromSeconds(10),
                Requests = requests,
                Errors = errors,
                Slow = isBad ? errors : 0,
            });
        }

        var measured = Measurement.FromCells("access log of shop.example", cells);
        return measured with
        {
            Slow = cells.Sum(cell => cell.Slow),
            SlowLimit = TimeSpan.FromSeconds(2),
            Minutes =
            [
                .. cells.Chunk(6).Select(minute => new TrafficCell
                {
                    At = minute[0].At,
                    Length = TimeSpan.FromMinutes(1),
                    Requests = minute.Sum(cell => cell.Requests),
                    Errors = minute.Sum(cell => cell.Errors),
                    Slow = minute.Sum(cell => cell.Slow),
                    P95 = TimeSpan.FromMilliseconds(minute.Sum(cell => cell.Errors) > 12 ? 2180 + (minute[0].Requests * 3) : 310 + minute[0].Requests),
                }),
            ],
        };
    }
}
