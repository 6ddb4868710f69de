using System.Management.Automation;
using System.Reflection;
using RollbackOps;
using RollbackOps.Drills;
using RollbackTools.Isolation;

namespace RollbackTools.Commands;

/// <summary>Rehearses an incident: breaks a sample service of its own, takes it back as an incident would be, and scores it.</summary>
/// <remarks>
/// <para>
/// The drill lays out a release directory with a service, users and a database in a folder of its own, deploys a release with the
/// scenario's fault, and then does what an incident would, by the same code: verdict, plan, rollback, restore, verification,
/// report. It cannot reach production: it acts on that folder and on loopback addresses of its own, whatever the configuration in
/// use says, and refuses (DrillRefused) where it finds itself pointed at anything else. Only the place of its history follows
/// from the configuration.
/// </para>
/// <list type="bullet">
/// <item><term>ServiceOutage</term><description>The new release answers nobody. Found by the health checks.</description></item>
/// <item><term>HighErrorRate</term><description>6 % of 600 requests a minute fail. Found in the access log.</description></item>
/// <item><term>DataCorruption</term><description>A migration and the new release damage what users stored while they go on writing. Found by an audit query; the code goes back across the migration, then the database is restored.</description></item>
/// <item><term>PerformanceDegradation</term><description>Every tenth answer takes longer than 2 s. The verdict is Assess, and the drill decides in a person's place.</description></item>
/// </list>
/// <para>
/// Each mark (detected, decided, mitigated, verified, notified, reported) is timed from the first bad answer that a user got and
/// held against the written procedure's time. A wrong target, a false success and lost data fail the drill at once. With -TimeScale
/// the product's clock runs faster: a rehearsal in seconds, whose times prove nothing and are not judged; the result says so.
/// </para>
/// <para>
/// With -Interactive a person acts, in another session, and the drill times them by the journal and by what users see. Every
/// drill is kept in drills/ of the state folder, with a scorecard (HTML) and the incident report; without a project, in the
/// user's own data folder.
/// </para>
/// </remarks>
/// <example>
/// <para>Rehearse an outage, in real time: about five minutes.</para>
/// <code>Start-RollbackDrill ServiceOutage</code>
/// </example>
/// <example>
/// <para>All four, thirty times faster.</para>
/// <code>Start-RollbackDrill -All -TimeScale 30</code>
/// </example>
/// <example>
/// <para>Train somebody: they act in another session, and are timed.</para>
/// <code>Start-RollbackDrill HighErrorRate -Interactive</code>
/// </example>
/// <example>
/// <para>Rehearse the team's own scenarios, and let a scheduled job fail when one does.</para>
/// <code>
/// $drills = Start-RollbackDrill -All -Path ./drills -Confirm:$false
/// exit ($drills | Where-Object Status -eq Failed).Count
/// </code>
/// <para>Each file of the folder is a scenario: name, situation, fault, signal, expected.</para>
/// </example>
/// <example>
/// <para>See whether it gets better.</para>
/// <code>Start-RollbackDrill -History</code>
/// </example>
/// <seealso cref="DrillResult">What a drill came to: its marks, its score, and what failed it.</seealso>
/// <seealso cref="DrillScenario">With -WhatIf: what would be rehearsed.</seealso>
/// <seealso cref="DrillTrend">With -History: where each scenario is going.</seealso>
/// <seealso cref="InvokeRollbackCommand"/>
/// <seealso cref="TestRollbackNeededCommand"/>
/// <seealso cref="NewIncidentReportCommand"/>
[Cmdlet(VerbsLifecycle.Start, "RollbackDrill", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(DrillResult), typeof(DrillScenario), typeof(DrillTrend))]
public sealed class StartRollbackDrillCommand : ContextCommand
{
    private const string ByName = "Scenario";
    private const string ByAll = "All";
    private const string ByHistory = "History";
    private const double FastestScale = 100;

    /// <summary>The scenarios, by name, one after the other.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = ByName)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.ScenarioCompleter))]
    public string[] Scenario { get; set; } = [];

    /// <summary>All scenarios: those that come with the module, or those of -Path.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByAll)]
    public SwitchParameter All { get; set; }

    /// <summary>Gives what was kept of earlier drills: the trend of each scenario. Nothing is run.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByHistory)]
    public SwitchParameter History { get; set; }

    /// <summary>A folder of scenario files (*.json) of the team's own, which are known beside the module's.</summary>
    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByAll)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Lets a person act, in another session, and times them.</summary>
    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByAll)]
    public SwitchParameter Interactive { get; set; }

    /// <summary>How many times faster than real time the product's clock runs, 1 to 100.</summary>
    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByAll)]
    [ValidateRange(1.0, FastestScale)]
    public double TimeScale { get; set; } = 1;

    /// <summary>
    /// Adds faults to the platform and to our own process, one after the other: another deployment in the midst of it, a clock that
    /// jumps by two hours, the platform's 409, 429 and 500, an answer that never comes, a restart that reaches one of two addresses,
    /// and SIGKILL of the process that rolls back, between the switch and the restart (in pwsh and rollback-shell, in real time).
    /// </summary>
    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByAll)]
    public SwitchParameter Chaos { get; set; }

    /// <summary>
    /// The folder that the drill lays out, and leaves there: a new or empty one, or one of an earlier drill, which is cleared.
    /// </summary>
    [PSDefaultValue(Help = "One of the drill's own, which is deleted at the end")]
    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByAll)]
    [ValidateNotNullOrEmpty]
    public string? Folder { get; set; }

    /// <summary>Where the scorecard goes, as an HTML page.</summary>
    [PSDefaultValue(Help = "scorecard.html beside the drill in the history")]
    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByAll)]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    private protected override string Activity => "Drill";

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        var history = OpenHistory();
        if (History)
        {
            foreach (var trend in DrillTrend.Of(history.Read(Warn)))
            {
                await EmitAsync(trend);
            }

            return;
        }

        var scenarios = Choose();
        await OnPipelineAsync(() =>
        {
            Approval.RequireSomebody(this, ConfirmImpact.Medium);
            return true;
        });
        var results = new List<DrillResult>();
        foreach (var scenario in scenarios)
        {
            var act = $"Rehearse {scenario} in {(Folder is null ? "a folder of its own" : ResolvePath(Folder))}";
            if (await OnPipelineAsync(() => ShouldProcess(act, act, "Start-RollbackDrill")))
            {
                results.Add(await RehearseAsync(scenario, history, results, cancellationToken));
            }
            else if (await OnPipelineAsync(() => Approval.IsPreview(this)))
            {
                await EmitAsync(scenario);
            }
        }
    });

    private async Task<DrillResult> RehearseAsync(
        DrillScenario scenario, DrillHistory history, List<DrillResult> before, CancellationToken cancellationToken)
    {
        var runner = new DrillRunner(Adapters.Factory, history, Tell, text => Show(text));
        var result = await runner.RunAsync(
            new DrillRequest
            {
                Scenario = scenario,
                Folder = Folder is null ? null : ResolvePath(Folder),
                TimeScale = TimeScale,
                IsInteractive = Interactive,
                Chaos = Chaos ? Enum.GetValues<DrillChaosKind>() : [],
                Host = FindHost(),
                Owner = Actor,
                Version = typeof(StartRollbackDrillCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
            },
            cancellationToken);
        result = WriteScorecard(result, before, history);
        await EmitAsync(result);
        if (result.Status == DrillStatus.Failed)
        {
            Report(new RollbackOpsException(ErrorId.DrillFailed,
                $"The drill {scenario.Name} is failed: {string.Join("; ", result.Failures.Select(one => one.ToString()).DefaultIfEmpty("a mark was missed"))}.",
                $"Look at {(result.Files.Count == 0 ? "its marks" : result.Files[0])}.", result));
        }

        return result;
    }

    private DrillResult WriteScorecard(DrillResult result, List<DrillResult> before, DrillHistory history)
    {
        var file = OutFile is null ? System.IO.Path.Combine(history.FolderOf(result.Id), "scorecard.html") : ResolvePath(OutFile);
        result = result with { Files = [file, .. result.Files] };
        try
        {
            File.WriteAllText(file, Adapters.Factory.CreateDrillScorecard().RenderHtml(
                OutFile is null ? [result] : [.. before, result], history.Read(Warn)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.ReportUnwritable,
                $"The scorecard cannot be written to {file}: {failure.Message}", "Name another file with -OutFile.", inner: failure);
        }

        history.Keep(result);
        return result;
    }

    /// <summary>How this host is started once more, where it is one that takes a script.</summary>
    private DrillHost? FindHost()
    {
        var program = System.Environment.ProcessPath;
        var manifest = System.IO.Path.ChangeExtension(MyInvocation.MyCommand.Module?.Path, ".psd1");
        var shell = System.Environment.GetCommandLineArgs()[0];
        return (System.IO.Path.GetFileNameWithoutExtension(program), System.IO.Path.GetFileName(shell)) switch
        {
            (null, _) => null,
            ("pwsh", _) => new DrillHost(program!, ["-NoProfile", "-NonInteractive", "-Command"], ManifestOf(manifest)),
            ("rollback-shell", _) => new DrillHost(program!, ["-Command"], ManifestOf(manifest)),
            ("dotnet", "rollback-shell.dll") => new DrillHost(program!, [shell, "-Command"], ManifestOf(manifest)),
            _ => null,
        };
    }

    /// <summary>The manifest lies above bin/, where the module's assembly is.</summary>
    private static string ManifestOf(string? beside) => beside is not null && File.Exists(beside)
        ? beside
        : System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(typeof(StartRollbackDrillCommand).Assembly.Location)!, "..", "RollbackTools.psd1"));

    private void Show(string text) => OnPipelineAsync(() =>
    {
        Say(text);
        return true;
    }).ContinueWith(_ => { }, TaskScheduler.Default);

    private IReadOnlyList<DrillScenario> Choose()
    {
        if (Path is null)
        {
            return All ? DrillScenarios.BuiltIn : DrillScenarios.Choose(DrillScenarios.BuiltIn, Scenario);
        }

        var own = DrillScenarios.ReadFolder(ResolvePath(Path));
        // One of the team's own takes the place of the module's of the same name.
        return All ? own : DrillScenarios.Choose([.. own, .. DrillScenarios.BuiltIn], Scenario);
    }

    /// <summary>The history of the project in use; where there is none, the user's own.</summary>
    private DrillHistory OpenHistory()
    {
        try
        {
            return DrillHistory.In(Adapters.Factory.CreateStateStore(ReadSettings(project: null, environment: null), TimeProvider.System));
        }
        catch (RollbackOpsException none) when (none.Id == ErrorId.ConfigurationNotFound && ConfigurationPath is null)
        {
            return DrillHistory.OfUser();
        }
    }
}
