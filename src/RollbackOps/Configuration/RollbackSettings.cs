using System.Text.Json.Serialization;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Configuration;

/// <summary>The effective settings of one project in one environment, validated, with every default filled in.</summary>
public sealed record RollbackSettings
{
    internal RollbackSettings()
    {
    }

    /// <summary>The project's name.</summary>
    public required string Project { get; init; }

    /// <summary>The environment these settings are for.</summary>
    public required string Environment { get; init; }

    /// <summary>The folder relative paths start from: the configuration file's, or where none was found the one asked for.</summary>
    public required string BaseFolder { get; init; }

    /// <summary>The configuration file in use, absolute, or null when the defaults stand alone.</summary>
    public string? File { get; init; }

    /// <summary>What serves deployments.</summary>
    public required PlatformSettings Platform { get; init; }

    /// <summary>The repository behind the deployments, or null.</summary>
    public RepositorySettings? Repository { get; init; }

    /// <summary>The repository on GitHub and its workflows, or null.</summary>
    public GitHubSettings? Github { get; init; }

    /// <summary>How health is checked from outside.</summary>
    public HealthSettings Health { get; init; } = new();

    /// <summary>The database behind the service, or null.</summary>
    public DatabaseSettings? Database { get; init; }

    /// <summary>The service's metrics in Prometheus, or null.</summary>
    public PrometheusSettings? Prometheus { get; init; }

    /// <summary>The numbers of the procedure.</summary>
    public PolicySettings Policy { get; init; } = new();

    /// <summary>Where reports go.</summary>
    public ReportSettings Reports { get; init; } = new();

    /// <summary>Whom to tell, and how.</summary>
    public NotificationSettings Notifications { get; init; } = new();

    /// <summary>Who is called, in which order.</summary>
    public EscalationSettings Escalation { get; init; } = new();

    /// <summary>What else is masked in whatever leaves the process.</summary>
    public RedactionSettings Redaction { get; init; } = new();

    /// <summary>Where the evidence of incidents is kept.</summary>
    public EvidenceSettings Evidence { get; init; } = new();

    /// <summary>What has to hold so that a rollback will work tonight.</summary>
    public ReadinessSettings Readiness { get; init; } = new();
}

/// <summary>The platform section. Exactly the properties of its <see cref="Type"/> may be set.</summary>
public sealed record PlatformSettings
{
    internal PlatformSettings()
    {
    }

    /// <summary>The embedded platform: a release directory.</summary>
    public const string ReleaseDirectoryType = "releaseDirectory";

    /// <summary>The deployments that GitHub keeps; what it needs to know is the github section.</summary>
    public const string GitHubType = "github";

    /// <summary>Vercel.</summary>
    public const string VercelType = "vercel";

    /// <summary>The platform's type.</summary>
    public string Type { get; init; } = ReleaseDirectoryType;

    /// <summary>The release directory's root, absolute: the folder that holds <c>releases/</c> and <c>current</c>.</summary>
    public required string Root { get; init; }

    /// <summary>The command that makes the switched release serve, for example a service restart; null for none.</summary>
    public CommandSettings? Activate { get; init; }

    /// <summary>
    /// The command that starts a release on a spare loopback port (S6). Its arguments may hold <c>{port}</c>,
    /// <c>{release}</c> (the release's folder) and <c>{id}</c>.
    /// </summary>
    public CommandSettings? Probe { get; init; }

    /// <summary>What Vercel needs to know; null for its defaults.</summary>
    public VercelSettings? Vercel { get; init; }

    /// <summary>How long after activation the target may take to be what is served. Default 30 s.</summary>
    public TimeSpan ServedTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>A command of the configuration (S42): an argument list, run only in the act that names it.</summary>
public sealed record CommandSettings
{
    internal CommandSettings()
    {
    }

    /// <summary>The program and its arguments; no shell is involved.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The folder it runs in, absolute; by default the platform's root.</summary>
    public string? WorkingFolder { get; init; }

    /// <summary>How long it may run (a probe command: until it answers). Default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Environment variables to set; values may be <c>env:</c> or <c>secret:</c> references.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();
}

/// <summary>The health section.</summary>
public sealed record HealthSettings
{
    internal HealthSettings()
    {
    }

    /// <summary>The production addresses (aliases); every one is read back after a switch (S23).</summary>
    public IReadOnlyList<Uri> Addresses { get; init; } = [];

    /// <summary>
    /// An address that answers whenever the prober itself is online (decisions.md §1). Needed only where the service
    /// is not on this machine.
    /// </summary>
    public Uri? Control { get; init; }

    /// <summary>A check's time-out. Default 2 s (decisions.md §1).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Headers sent with every check; values may be <c>env:</c> or <c>secret:</c> references.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The checks; with none, a GET of <c>/health</c> that expects 200 stands for the service.</summary>
    public IReadOnlyList<HealthCheckSettings> Checks { get; init; } =
        [new HealthCheckSettings { Name = "health", Path = "/health", Signal = HardSignal.ServiceDown }];
}

/// <summary>One health check.</summary>
public sealed record HealthCheckSettings
{
    internal HealthCheckSettings()
    {
    }

    /// <summary>Its name, unique among the checks.</summary>
    public required string Name { get; init; }

    /// <summary>The path and query below each address.</summary>
    public required string Path { get; init; }

    /// <summary>The method: GET, HEAD or POST. Default GET.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The body to send, as it is written; null for none.</summary>
    public string? Body { get; init; }

    /// <summary>The body's media type. Default <c>application/json</c>.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Headers of this check alone; values may be <c>env:</c> or <c>secret:</c> references.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The statuses that pass. Default 200.</summary>
    public IReadOnlyList<int> Status { get; init; } = [200];

    /// <summary>A text the answer must contain, or null.</summary>
    public string? Contains { get; init; }

    /// <summary>JSON paths the answer must hold, each with the value expected there (<c>*</c>: any value).</summary>
    public IReadOnlyDictionary<string, string> Json { get; init; } = new Dictionary<string, string>();

    /// <summary>How the answer tells the served version, or null when it does not.</summary>
    public IdentitySettings? Identity { get; init; }

    /// <summary>The hard signal that a failing check gives, or null for none.</summary>
    public HardSignal? Signal { get; init; }

    /// <summary>A time-out of its own; null for the section's.</summary>
    public TimeSpan? Timeout { get; init; }
}

/// <summary>How an answer tells the served version (S23). Exactly one of the places is set.</summary>
public sealed record IdentitySettings
{
    /// <summary>The one way contents are compared.</summary>
    internal const string Sha256 = "sha256";

    internal IdentitySettings()
    {
    }

    /// <summary>The JSON path that holds it.</summary>
    public string? Json { get; init; }

    /// <summary>The response header that holds it.</summary>
    public string? Header { get; init; }

    /// <summary>
    /// How the answer itself is compared, when it is a build file that states no version: by its <c>sha256</c>, with
    /// the same path at the deployment's own address.
    /// </summary>
    public string? Content { get; init; }

    /// <summary>What it is: the deployment's id, or its commit (a unique prefix of at least seven digits counts).</summary>
    public IdentityKind Is { get; init; } = IdentityKind.Id;

    /// <summary>The JSON path of the process's start time, if the answer states it; proves that a new process answers.</summary>
    public string? StartedAt { get; init; }
}

/// <summary>What a stated version is compared with.</summary>
public enum IdentityKind
{
    /// <summary>The deployment's id.</summary>
    Id,

    /// <summary>The deployment's commit.</summary>
    Commit,
}

/// <summary>The policy section; every default is the written procedure's or a numbered rule's.</summary>
public sealed record PolicySettings
{
    [JsonConstructor]
    internal PolicySettings()
    {
    }

    /// <summary>Immediate: an error rate above this, in percent. Default 5 (the procedure).</summary>
    public double ImmediateErrorRatePercent { get; init; } = 5;

    /// <summary>Immediate: for longer than this. Default 5 min (the procedure).</summary>
    public TimeSpan ImmediateDuration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Assess: an error rate of at least this, in percent. Default 2 (the procedure).</summary>
    public double AssessErrorRatePercent { get; init; } = 2;

    /// <summary>Assess: for this long. Default 2 min (the procedure).</summary>
    public TimeSpan AssessDuration { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Assess: a 95th percentile of answer times above this. Default 2 s (the procedure).</summary>
    public TimeSpan SlowAnswer { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Assess: a resource at or above this part of its limit, in percent. Default 90 (decisions.md §1).</summary>
    public double ResourcePercent { get; init; } = 90;

    /// <summary>Monitor: an error rate of at least this, in percent; below it, fix forward. Default 0.5 (the procedure).</summary>
    public double MonitorErrorRatePercent { get; init; } = 0.5;

    /// <summary>The time to decide at Assess. Default 60 s (the procedure: 30 to 60 s).</summary>
    public TimeSpan AssessTimeToDecide { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The time to decide at Monitor. Default 5 min (the procedure: 2 to 5 min).</summary>
    public TimeSpan MonitorTimeToDecide { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The evidence, as odds against the next lower threshold, that a tier by traffic needs. Default 200: at most one false
    /// alarm in a hundred hours of looking (decisions.md §3).
    /// </summary>
    public double EvidenceNeeded { get; init; } = 200;

    /// <summary>What may be rolled back from traffic with nobody there. Default: what the rule carries (decisions.md §5).</summary>
    public AutomaticPolicy Automatic { get; init; } = AutomaticPolicy.Standard;

    /// <summary>
    /// How long after any rollback an automatic one is held back, and after its last serious verdict an incident counts as open.
    /// Default 60 min (S27).
    /// </summary>
    public TimeSpan AutomaticPause { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>How late data may arrive: cells younger than this are not looked at. Default 10 s (decisions.md §1).</summary>
    public TimeSpan Lag { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Failed probe rounds in a row that make a hard signal. Default 3 (decisions.md §1).</summary>
    public int ProbeRounds { get; init; } = 3;

    /// <summary>The least time between probe rounds. Default 2 s (decisions.md §1).</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a deployment must have served to be presumed healthy. Default 30 min (S1).</summary>
    public TimeSpan PresumedHealthyAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long after a rollback an untargeted second one is stopped. Default 30 min (S2).</summary>
    public TimeSpan RecentRollbackWindow { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How old a decision may be before it is judged again. Default 5 min (S2).</summary>
    public TimeSpan DecisionMaxAge { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a plan stays valid. Default 10 min (S14).</summary>
    public TimeSpan PlanLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Confirming reads per address after a switch. Default 5 (S23).</summary>
    public int ConfirmingReads { get; init; } = 5;

    /// <summary>The time over which the confirming reads are spread. Default 10 s (S23).</summary>
    public TimeSpan ConfirmingTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What to do about a deployment in flight (S9). Default: refuse.</summary>
    public InFlightPolicy InFlight { get; init; } = InFlightPolicy.Refuse;

    /// <summary>What the checks of the target's commit decide, where github is configured. Default: failed ones refuse it.</summary>
    public CommitCheckPolicy CommitChecks { get; init; } = CommitCheckPolicy.RefuseFailed;

    /// <summary>
    /// The strategies that Auto tries, in order. Default: the platform's own switch alone; nothing is pushed that nobody
    /// asked for.
    /// </summary>
    public IReadOnlyList<RollbackStrategy> Strategies { get; init; } = [RollbackStrategy.Instant];

    /// <summary>How long a deployment that a rollback brings about may take until it is ready. Default 15 min.</summary>
    public TimeSpan DeployTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How old a deployment that claims to be building may be before it counts as abandoned. Default 60 min.</summary>
    public TimeSpan InFlightMaxAge { get; init; } = TimeSpan.FromMinutes(60);
}

/// <summary>What may be rolled back from traffic with nobody there (decisions.md §5).</summary>
public enum AutomaticPolicy
{
    /// <summary>What carries evidence against the assess threshold.</summary>
    Standard,

    /// <summary>Only what carries evidence against the immediate threshold.</summary>
    Strict,

    /// <summary>Nothing.</summary>
    Never,
}

/// <summary>What to do about a deployment in flight (S9).</summary>
public enum InFlightPolicy
{
    /// <summary>Stop before anything is changed.</summary>
    Refuse,

    /// <summary>Pin promotion before the switch, so that the deployment cannot go live, and go on.</summary>
    Freeze,

    /// <summary>Cancel it on its platform before the switch, and go on.</summary>
    Cancel,
}

/// <summary>What the checks of the target's commit decide: whether its tests passed.</summary>
public enum CommitCheckPolicy
{
    /// <summary>A failed one refuses the target; one that still runs, none, and unreadable ones are shown.</summary>
    RefuseFailed,

    /// <summary>Anything but passed refuses it.</summary>
    RequirePassed,

    /// <summary>They are not read.</summary>
    Ignore,
}

/// <summary>The reports section.</summary>
public sealed record ReportSettings
{
    internal ReportSettings()
    {
    }

    /// <summary>The folder incident reports are written to, absolute; null for <c>reports/</c> in the state folder.</summary>
    public string? Folder { get; init; }

    /// <summary>Who answers for a rollback when nobody is named: the log's owner field.</summary>
    public string? Owner { get; init; }

    /// <summary>How long after the incident the post-mortem is; zero for none. Default 1 h (the procedure).</summary>
    public TimeSpan PostMortemAfter { get; init; } = TimeSpan.FromHours(1);
}
