using System.Text.RegularExpressions;
using RollbackOps.Configuration.Shapes;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Configuration;

/// <summary>
/// The one table of settings. The reader, the published schema and the list of effective values all follow from it;
/// names and defaults are those of the settings records.
/// </summary>
internal static class SettingTable
{
    private const string Procedure = "the procedure";
    private const string Rule = "decisions.md §1";

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    /// <summary>Headers that are sent; their values may be references.</summary>
    public static MapShape Headers { get; } = new(
        "headers",
        "an object of header names, each with a text",
        new TextShape("a header name", "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", longest: 200),
        new TextShape(
            "printable ASCII text, or a reference env:NAME or secret:[VAULT/]NAME",
            $@"^(?:{SecretReference.NoReference}[\u0020-\u007e]*|{SecretReference.Pattern})$",
            longest: 8000))
    {
        IgnoresCase = true,
        HoldsSecrets = true,
    };

    /// <summary>The name of a remote or branch. A leading dash would be an option to git.</summary>
    public static TextShape RefName { get; } = new(
        "the name of a remote or branch",
        @"^(?![-/.])(?!.*(\.\.|//|@\{))[A-Za-z0-9._/+@#%=-]*[A-Za-z0-9_+@#%=-]$",
        longest: 200);

    /// <summary>The name of a project.</summary>
    public static TextShape ProjectName { get; } = TextShape.Line("a name");

    private static readonly ObjectShape s_vercel = new(
        typeof(VercelSettings),
        "What the platform type 'vercel' needs to know.",
        [
            new(nameof(VercelSettings.Project),
                new TextShape("a project id or name", "^[A-Za-z0-9][A-Za-z0-9._-]*$", longest: 100),
                "The project's id (prj_...) or name on Vercel.") { DefaultInWords = "the project's name" },
            new(nameof(VercelSettings.Team),
                new TextShape("a team id or slug", "^[A-Za-z0-9][A-Za-z0-9._-]*$", longest: 100),
                "The team's id (team_...) or slug.") { DefaultInWords = "the personal scope" },
            new(nameof(VercelSettings.Token), new ReferenceShape(),
                "A reference to the access token; it is resolved only when it is used."),
            new(nameof(VercelSettings.ProtectionBypass), new ReferenceShape(),
                "A reference to the secret of Protection Bypass for Automation, for probing a target at its own address.",
                "S6"),
            new(nameof(VercelSettings.Api), new ServiceAddressShape(), "The API's address."),
            new(nameof(VercelSettings.SwitchTimeout), Time(s_second, s_day),
                "How long a switch is followed before its outcome counts as unknown."),
        ]);

    private static readonly ObjectShape s_platform = new(
        typeof(PlatformSettings),
        "What serves deployments and can switch between them.",
        [
            new(nameof(PlatformSettings.Type),
                ChoiceShape.Of(PlatformSettings.ReleaseDirectoryType, PlatformSettings.VercelType, PlatformSettings.GitHubType),
                "The platform's type."),
            new(nameof(PlatformSettings.Root), new PathShape(),
                "The release directory: the folder that holds releases/ and current. The state folder .rollback lies in it.")
                { DefaultInWords = "the folder of the configuration file" },
            new(nameof(PlatformSettings.Activate), CommandTable.Command,
                "The command that makes the switched release serve, for example a service restart."),
            new(nameof(PlatformSettings.Probe), CommandTable.Command,
                "The command that starts a release on a spare loopback port; its arguments may hold {port}, {release} "
                + "and {id}.", "S6"),
            new(nameof(PlatformSettings.Vercel), s_vercel, s_vercel.Description),
            new(nameof(PlatformSettings.ServedTimeout), Time(s_second, s_hour),
                "How long after activation the target may take to be what is served."),
        ]);

    private static readonly ObjectShape s_repository = new(
        typeof(RepositorySettings),
        "The repository behind the deployments.",
        [
            new(nameof(RepositorySettings.Path), new PathShape(), "The working copy or bare repository.")
                { DefaultInWords = "the folder of the configuration file" },
            new(nameof(RepositorySettings.Remote), RefName, "The remote that counts."),
            new(nameof(RepositorySettings.Branch), RefName, "The production branch."),
            new(nameof(RepositorySettings.Migrations),
                new ListShape<string>("a list of glob patterns", TextShape.Line("a glob pattern")),
                "Glob patterns of the paths that hold database migrations.", "S28"),
            new(nameof(RepositorySettings.Rollback), ChoiceShape.Of<GitRollback>(),
                "How a rollback by git goes: one revert commit on the production branch, or a push of the target with a "
                + "lease on what the branch held.", "S22"),
            new(nameof(RepositorySettings.DevelopmentBranch), RefName,
                "The development branch: after a rollback by git the production branch is merged into it."),
            new(nameof(RepositorySettings.DeploymentPattern), TextShape.Line("a regular expression"),
                "A regular expression for the subjects and tags of deployed commits.", Procedure),
        ])
    {
        Rule = repository => Fault((RepositorySettings)repository),
    };

    /// <summary>The file name, or id, of a workflow.</summary>
    public static readonly TextShape WorkflowName = new(
        "a workflow's file name or id", "^[A-Za-z0-9_][A-Za-z0-9._-]*$", longest: 200);

    private static readonly ObjectShape s_gitHub = new(
        typeof(GitHubSettings),
        "The repository on GitHub, and the workflow that rolls back.",
        [
            new(nameof(GitHubSettings.Owner),
                new TextShape("the name of a user or organization", "^[A-Za-z0-9][A-Za-z0-9-_]*$", longest: 100),
                "The repository's owner.") { DefaultInWords = "what the git remote says" },
            new(nameof(GitHubSettings.Repository),
                new TextShape("the name of a repository", @"^(?!\.{1,2}$)[A-Za-z0-9._-]+$", longest: 100),
                "The repository's name.") { DefaultInWords = "what the git remote says" },
            new(nameof(GitHubSettings.Api), new ServiceAddressShape(),
                "The API's address; to a GitHub Enterprise Server's bare host /api/v3 is added."),
            new(nameof(GitHubSettings.Token), new ReferenceShape(),
                "A reference to the access token; it is resolved only when it is used."),
            new(nameof(GitHubSettings.Environment), TextShape.Line("the name of an environment on GitHub"),
                "The environment whose deployments count.") { DefaultInWords = "the environment's name here" },
            new(nameof(GitHubSettings.Workflow), WorkflowName, "The workflow that rolls back, run by workflow_dispatch."),
            new(nameof(GitHubSettings.Ref), RefName, "The branch or tag whose version of the workflow runs.")
                { DefaultInWords = "the production branch" },
            new(nameof(GitHubSettings.Inputs),
                new MapShape("inputs", "an object of input names, each with a text",
                    new TextShape("the name of an input", "^[A-Za-z_][A-Za-z0-9_-]*$", longest: 100),
                    TextShape.Line("a text", longest: 1000)),
                "What the workflow is given; values may hold {rollback}, {target}, {from}, {commit} and {reason}. One has "
                + "to hold {rollback}; the workflow's run-name should show it, so that the run is found again.", "S16"),
            new(nameof(GitHubSettings.DeployWorkflow), WorkflowName,
                "The workflow that deploys; a run of it in flight is refused or cancelled by policy.inFlight.", "S13"),
            new(nameof(GitHubSettings.RunTimeout), Time(s_second, s_day),
                "How long a run is followed before its outcome counts as unknown."),
        ]);

    private static readonly ObjectShape s_identity = new(
        typeof(IdentitySettings),
        "How the answer tells the served version (S23).",
        [
            new(nameof(IdentitySettings.Json), TextShape.Line("a JSON path"), "The JSON path that holds it."),
            new(nameof(IdentitySettings.Header), new TextShape("a header name", "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", 200),
                "The response header that holds it."),
            new(nameof(IdentitySettings.Content), ChoiceShape.Of(IdentitySettings.Sha256),
                "The answer is a build file that states no version: what is served is told by comparing it with the same "
                + "path at the deployment's own address. Every release needs the file, and each its own content.", "S23"),
            new(nameof(IdentitySettings.Is), ChoiceShape.Of<IdentityKind>(),
                "What it is: the deployment's id, or its commit (a unique prefix of seven digits counts)."),
            new(nameof(IdentitySettings.StartedAt), TextShape.Line("a JSON path"),
                "The JSON path of the process's start time; proves that a new process answers."),
        ])
    {
        ExactlyOne =
            [nameof(IdentitySettings.Json), nameof(IdentitySettings.Header), nameof(IdentitySettings.Content)],
    };

    private static readonly ObjectShape s_check = new(
        typeof(HealthCheckSettings),
        "One health check.",
        [
            new(nameof(HealthCheckSettings.Name), TextShape.Line("a name", longest: 100),
                "Its name, unique among the checks.") { IsRequired = true },
            // A second slash, or a backslash, would make it another host's address.
            new(nameof(HealthCheckSettings.Path),
                new TextShape("a path that begins with one slash", @"^/(?![/\\])[^\s#\\]*$", longest: 2000),
                "The path and query below each address.") { IsRequired = true },
            new(nameof(HealthCheckSettings.Method), ChoiceShape.Of("GET", "HEAD", "POST"), "The method."),
            new(nameof(HealthCheckSettings.Body), new BodyShape(),
                "The body to send: a text as it is, or an object or list, which is sent as JSON."),
            new(nameof(HealthCheckSettings.ContentType),
                new TextShape("a media type", "^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+( *;[ -~]*)?$", longest: 200),
                "The body's media type."),
            new(nameof(HealthCheckSettings.Headers), Headers,
                "Headers of this check alone; values may be env: or secret: references."),
            new(nameof(HealthCheckSettings.Status), new OneOrMoreShape(NumberShape.Whole(100, 599)),
                "The status, or statuses, that pass."),
            new(nameof(HealthCheckSettings.Contains), new TextShape("a text that is not empty", @"^[\s\S]+$", longest: 4000),
                "A text that the answer must contain."),
            new(nameof(HealthCheckSettings.Json),
                new MapShape("expectedJson", "an object of JSON paths, each with the value expected there",
                    TextShape.Line("a JSON path"), new ScalarShape()),
                "JSON paths that the answer must hold, each with the value expected there; * is any value."),
            new(nameof(HealthCheckSettings.Identity), s_identity, "How the answer tells the served version.", "S23"),
            new(nameof(HealthCheckSettings.Signal), ChoiceShape.Of<HardSignal>(),
                "The hard signal that a failing check gives.", Rule),
            new(nameof(HealthCheckSettings.Timeout), Time(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
                "A time-out of its own.") { DefaultInWords = "the section's" },
        ]);

    private static readonly ObjectShape s_health = new(
        typeof(HealthSettings),
        "How health is checked from outside.",
        [
            new(nameof(HealthSettings.Addresses),
                new ListShape<Uri>("a list of addresses", new AddressShape(withQuery: false)),
                "The production addresses; every one is read back after a switch.", "S23"),
            new(nameof(HealthSettings.Control), new AddressShape(withQuery: true),
                "An address that answers whenever the prober itself is online; needed where the service is not on "
                + "this machine.", Rule),
            new(nameof(HealthSettings.Timeout), Time(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
                "A check's time-out.", Rule),
            new(nameof(HealthSettings.Headers), Headers,
                "Headers sent with every check; values may be env: or secret: references."),
            new(nameof(HealthSettings.Checks),
                new ListShape<HealthCheckSettings>("a list of checks", s_check, least: 1)
                    { UniqueBy = nameof(HealthCheckSettings.Name) },
                "The checks."),
        ]);

    private static readonly ObjectShape s_policy = new(
        typeof(PolicySettings),
        "The numbers of the procedure.",
        [
            new(nameof(PolicySettings.ImmediateErrorRatePercent), NumberShape.Percent,
                "Immediate: an error rate above this, in percent.", Procedure),
            new(nameof(PolicySettings.ImmediateDuration), Time(s_second, s_day),
                "Immediate: for longer than this.", Procedure),
            new(nameof(PolicySettings.AssessErrorRatePercent), NumberShape.Percent,
                "Assess: an error rate of at least this, in percent.", Procedure),
            new(nameof(PolicySettings.AssessDuration), Time(s_second, s_day), "Assess: for this long.", Procedure),
            new(nameof(PolicySettings.SlowAnswer), Time(TimeSpan.FromMilliseconds(1), s_hour),
                "Assess: a 95th percentile of answer times above this.", Procedure),
            new(nameof(PolicySettings.ResourcePercent), NumberShape.Percent,
                "Assess: a resource at or above this part of its limit, in percent.", Rule),
            new(nameof(PolicySettings.MonitorErrorRatePercent), NumberShape.Percent,
                "Monitor: an error rate of at least this, in percent; below it, fix forward.", Procedure),
            new(nameof(PolicySettings.AssessTimeToDecide), Time(s_second, s_day),
                "The time to decide at Assess.", Procedure),
            new(nameof(PolicySettings.MonitorTimeToDecide), Time(s_second, s_day),
                "The time to decide at Monitor.", Procedure),
            new(nameof(PolicySettings.EvidenceNeeded), new NumberShape(20, 1_000_000, isWhole: false),
                "The evidence, as odds against the next lower threshold, that a tier by traffic needs.", Rule),
            new(nameof(PolicySettings.Automatic), ChoiceShape.Of<AutomaticPolicy>(),
                "What may be rolled back from traffic with nobody there: what the rule carries, only what also speaks against the immediate threshold, or nothing.",
                Rule),
            new(nameof(PolicySettings.AutomaticPause), Time(TimeSpan.Zero, 7 * s_day),
                "How long after any rollback an automatic one is held back, and after its last serious verdict an incident counts as open.",
                "S27"),
            new(nameof(PolicySettings.Lag), Time(TimeSpan.Zero, s_hour),
                "How late data may arrive: younger cells are not looked at.", Rule),
            new(nameof(PolicySettings.ProbeRounds), NumberShape.Whole(1, 100),
                "Failed probe rounds in a row that make a hard signal.", Rule),
            new(nameof(PolicySettings.ProbeInterval), Time(TimeSpan.FromMilliseconds(100), s_hour),
                "The least time between probe rounds.", Rule),
            new(nameof(PolicySettings.PresumedHealthyAfter), Time(TimeSpan.Zero, 30 * s_day),
                "How long a deployment must have served to be presumed healthy.", "S1"),
            new(nameof(PolicySettings.RecentRollbackWindow), Time(TimeSpan.Zero, 7 * s_day),
                "How long after a rollback an untargeted second one is stopped.", "S2"),
            new(nameof(PolicySettings.DecisionMaxAge), Time(s_second, s_day),
                "How old a decision may be before it is judged again.", "S2"),
            new(nameof(PolicySettings.PlanLifetime), Time(s_second, s_day), "How long a plan stays valid.", "S14"),
            new(nameof(PolicySettings.ConfirmingReads), NumberShape.Whole(1, 1000),
                "Confirming reads per address after a switch.", "S23"),
            new(nameof(PolicySettings.ConfirmingTime), Time(TimeSpan.Zero, s_hour),
                "The time over which the confirming reads are spread.", "S23"),
            new(nameof(PolicySettings.InFlight), ChoiceShape.Of<InFlightPolicy>(),
                "What to do about a deployment in flight.", "S9"),
            new(nameof(PolicySettings.CommitChecks), ChoiceShape.Of<CommitCheckPolicy>(),
                "What the checks of the target's commit on GitHub decide: failed ones refuse it, anything but passed refuses "
                + "it, or they are not read.", Procedure),
            new(nameof(PolicySettings.Strategies),
                new ListShape<RollbackStrategy>(
                    "a list of strategies", ChoiceShape.Of<RollbackStrategy>(RollbackStrategy.Auto), least: 1),
                "The strategies that Auto tries, in order, each only when the one before is seen to have changed nothing.",
                "S21"),
            new(nameof(PolicySettings.DeployTimeout), Time(s_second, s_day),
                "How long a deployment that a rollback brings about may take until it is ready."),
            new(nameof(PolicySettings.InFlightMaxAge), Time(s_second, 30 * s_day),
                "How old a deployment that claims to be building may be before it counts as abandoned.", "S9"),
        ])
    {
        Rule = policy => PolicyOrder.Fault((PolicySettings)policy),
    };

    private static readonly ObjectShape s_reports = new(
        typeof(ReportSettings),
        "Where reports go.",
        [
            new(nameof(ReportSettings.Folder), new PathShape(), "The folder that incident reports are written to.")
                { DefaultInWords = "reports/ in the state folder" },
            new(nameof(ReportSettings.Owner), TextShape.Line("a name"),
                "Who answers for a rollback when nobody is named: the log's owner field."),
            new(nameof(ReportSettings.PostMortemAfter), Time(TimeSpan.Zero, TimeSpan.FromDays(30)),
                "How long after the incident the post-mortem is; its calendar file lies beside the report. 0s for none.", Procedure),
        ]);

    /// <summary>A health check.</summary>
    public static ObjectShape Check => s_check;

    /// <summary>The name of an environment.</summary>
    public static TextShape EnvironmentName { get; } = new(
        "a name of letters, digits, dots, dashes and underscores", "^[A-Za-z0-9][A-Za-z0-9._-]*$", longest: 100);

    /// <summary>The whole table.</summary>
    public static ObjectShape Root { get; } = new(
        typeof(RollbackSettings),
        "The configuration of a project whose failed deployments are taken back.",
        [
            new(nameof(RollbackSettings.Project), ProjectName, "The project's name.")
                { DefaultInWords = "the name of the folder" },
            new(nameof(RollbackSettings.Environment), EnvironmentName, "The environment meant when none is named.")
                { DefaultInWords = $"'{RollbackConfiguration.DefaultEnvironment}'" },
            new(nameof(RollbackSettings.Platform), s_platform, s_platform.Description) { IsAlways = true },
            new(nameof(RollbackSettings.Repository), s_repository, s_repository.Description),
            new(nameof(RollbackSettings.Github), s_gitHub, s_gitHub.Description),
            new(nameof(RollbackSettings.Health), s_health, s_health.Description) { IsAlways = true },
            new(nameof(RollbackSettings.Database), DatabaseTable.Section, DatabaseTable.Section.Description),
            new(nameof(RollbackSettings.Prometheus), PrometheusTable.Section, PrometheusTable.Section.Description),
            new(nameof(RollbackSettings.Policy), s_policy, s_policy.Description) { IsAlways = true },
            new(nameof(RollbackSettings.Reports), s_reports, s_reports.Description) { IsAlways = true },
            new(nameof(RollbackSettings.Notifications), NotificationTable.Section, NotificationTable.Section.Description) { IsAlways = true },
            new(nameof(RollbackSettings.Escalation), EscalationTable.Section, EscalationTable.Section.Description) { IsAlways = true },
            new(nameof(RollbackSettings.Redaction), RedactionTable.Section, RedactionTable.Section.Description) { IsAlways = true },
            new(nameof(RollbackSettings.Evidence), EvidenceTable.Section, EvidenceTable.Section.Description) { IsAlways = true },
            new(nameof(RollbackSettings.Readiness), ReadinessTable.Section, ReadinessTable.Section.Description) { IsAlways = true },
        ])
    {
        Rule = settings => EscalationTable.Fault((RollbackSettings)settings),
    };

    /// <summary>What an environment may set of its own: the sections.</summary>
    public static ObjectShape Overlay { get; } = new(
        typeof(RollbackSettings),
        "What is different in this environment; objects merge by name, anything else is replaced.",
        [.. Root.Settings.Where(setting => setting.Shape is ObjectShape).Select(setting => setting with { IsAlways = false })]);

    /// <summary>Where a name is at home, or null when it is no setting's or several settings'.</summary>
    public static string? PathOf(string name)
    {
        var paths = Paths(Root, string.Empty).Where(path => path.Name == name).Take(2).ToList();
        return paths.Count == 1 ? paths[0].Path : null;
    }

    private static IEnumerable<(string Name, string Path)> Paths(ObjectShape shape, string path) =>
        shape.Settings.SelectMany(setting =>
        {
            var below = SettingPath.Property(path, setting.Name);
            return setting.Shape is ObjectShape child
                ? Paths(child, below).Prepend((setting.Name, below))
                : [(setting.Name, below)];
        });

    private static DurationShape Time(TimeSpan least, TimeSpan most) => new(least, most);

    private static (string Property, string Message)? Fault(RepositorySettings repository)
    {
        if (repository.DevelopmentBranch == repository.Branch)
        {
            return (nameof(repository.DevelopmentBranch), $"'{repository.Branch}' is the production branch");
        }

        try
        {
            // Not backtracking: a pattern may not take longer than the history is long.
            _ = new Regex(repository.DeploymentPattern, RegexOptions.NonBacktracking);
            return null;
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            return (nameof(repository.DeploymentPattern), $"is no regular expression without look-around: {failure.Message}");
        }
    }
}
