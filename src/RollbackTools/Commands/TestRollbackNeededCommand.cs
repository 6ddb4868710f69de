using System.Management.Automation;
using RollbackOps;
using RollbackOps.Decisions;
using RollbackOps.Deployments;
using RollbackOps.Signals;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>Judges whether what is live is to be rolled back, by the written decision framework.</summary>
/// <remarks>
/// <para>
/// Takes deployments (the current one is judged, the others are candidates) and measurements from the pipeline, and
/// numbers and signals from parameters. With nothing measured or stated, what is configured is read: the metrics of the
/// prometheus section, and the health checks, which are probed: a check that fails in three rounds in a row gives its hard
/// signal; one failed probe is no outage. A source that cannot be read is said, and is never taken for health.
/// </para>
/// <para>
/// Where the verdict is serious, the target of a rollback is probed at its own address: where it fails as well, a rollback
/// would not help. A file STOP in the state folder .rollback switches automatic rollbacks off; so does a rollback in the hour
/// before.
/// </para>
/// <para>The verdicts; their numbers are the procedure's, and policy in rollback.json changes them:</para>
/// <list type="bullet">
/// <item><term>RollBack</term><description>
/// Roll back now: a hard signal, or an error rate above 5 % for more than 5 minutes that a sample of this size carries.
/// </description></item>
/// <item><term>Assess</term><description>
/// Decide within 60 seconds: an error rate of 2 %, a 95th percentile of answer times above 2 seconds or a resource at
/// 90 % of its limit, each for 2 minutes; a spike; requests that are missing; or a feature that is broken.
/// </description></item>
/// <item><term>Monitor</term><description>Decide within 5 minutes: an error rate of 0.5 % and more.</description></item>
/// <item><term>FixForward</term><description>Deploy a fix: an error rate below that.</description></item>
/// <item><term>InsufficientData</term><description>
/// Too little is known to say anything, which is never taken for health.
/// </description></item>
/// <item><term>RollbackWouldNotHelp</term><description>It is bad, and going back would not make it better.</description></item>
/// </list>
/// <para>
/// With requests in cells of 10 seconds every verdict by traffic also needs evidence that stays valid however often it
/// is looked at, so that a small sample, a single client or a single bad minute decides nothing. IsAutomatic says
/// whether it may be acted on with nobody there, and Automatic says why.
/// </para>
/// <para>
/// A decision object is true in an if statement whatever it says; branch on -Quiet or on its Verdict.
/// </para>
/// </remarks>
/// <example>
/// <para>Judge what is live by its health checks.</para>
/// <code>Get-DeploymentHistory | Test-RollbackNeeded</code>
/// </example>
/// <example>
/// <para>Judge an error rate that a dashboard shows.</para>
/// <code>Test-RollbackNeeded -ErrorRatePercent 6.2 -RequestCount 48000 -Duration 6m</code>
/// <para>With the number of requests, a rate from a small sample is not taken for more than it is.</para>
/// </example>
/// <example>
/// <para>Judge numbers of any kind: a file of them, or what another tool gives.</para>
/// <code>Import-Csv rates.csv | Test-RollbackNeeded</code>
/// <para>Properties are named as the parameters are: ErrorRatePercent, RequestCount, P95, ResourcePercent, Duration.</para>
/// </example>
/// <example>
/// <para>State what is known for certain.</para>
/// <code>Test-RollbackNeeded -Signal DatabaseUnreachable</code>
/// </example>
/// <example>
/// <para>Branch in a script.</para>
/// <code>if (Test-RollbackNeeded -Quiet) { Invoke-Rollback -Reason 'Service is down' -Confirm:$false }</code>
/// </example>
/// <example>
/// <para>Read why.</para>
/// <code>
/// $decision = Get-DeploymentHistory | Test-RollbackNeeded
/// switch ($decision.Verdict) {
///     'RollBack' { $decision | Invoke-Rollback }
///     default { $decision.Reasons; $decision.NextSteps }
/// }
/// </code>
/// </example>
/// <example>
/// <para>Keep looking for the time there is to decide.</para>
/// <code>Test-RollbackNeeded -Watch -For 5m</code>
/// <para>Ctrl+C ends it at once; Test-RollbackNeeded -Last shows what it had come to.</para>
/// </example>
/// <example>
/// <para>Watch the metrics and the health checks side by side.</para>
/// <code>Test-RollbackNeeded -Source Prometheus, Probes -Watch</code>
/// </example>
/// <example>
/// <para>Judge a saved decision again.</para>
/// <code>Test-RollbackNeeded -InputObject $decision.Inputs</code>
/// </example>
/// <seealso cref="RollbackDecision">One for each project and environment: the verdict with its reasons, numbers and inputs.</seealso>
/// <seealso cref="BacktestResult">With -Backtest: one for each measurement, what would have fired and when.</seealso>
/// <seealso cref="bool">With -Quiet: whether the verdict is RollBack.</seealso>
/// <seealso cref="GetDeploymentHistoryCommand"/>
/// <seealso cref="TestDeploymentHealthCommand"/>
/// <seealso cref="InvokeRollbackCommand"/>
/// <seealso cref="TestRollbackSuccessCommand"/>
[Cmdlet(VerbsDiagnostic.Test, "RollbackNeeded")]
[OutputType(typeof(RollbackDecision), typeof(bool), typeof(BacktestResult))]
public sealed class TestRollbackNeededCommand : ContextCommand
{
    private readonly List<Deployment> _deployments = [];
    private readonly List<Measurement> _measurements = [];
    private readonly List<DecisionInputs> _replayed = [];

    /// <summary>
    /// What to judge: any mix of <see cref="Deployment"/> and <see cref="Measurement"/> objects, and objects whose properties
    /// are named as the parameters for numbers are; or the inputs of an earlier decision ($decision.Inputs), which give the
    /// same verdict again.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The error rate in percent, 0 to 100, as it has been for -Duration.</summary>
    [Parameter]
    [ValidateRange(0.0, 100.0)]
    public double? ErrorRatePercent { get; set; }

    /// <summary>The number of requests that the error rate was measured over. Without it the rate is taken at its word.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? RequestCount { get; set; }

    /// <summary>The 95th percentile of answer times, as it has been for -Duration; with its unit: 2500ms, 3s.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? P95 { get; set; }

    /// <summary>The use of a resource (memory, CPU) in percent of its limit, as it has been for -Duration.</summary>
    [Parameter]
    [ValidateRange(0.0, 100.0)]
    public double? ResourcePercent { get; set; }

    /// <summary>
    /// How long the numbers given have held, up to now: 90s, 5m, 1h, or a TimeSpan; a bare number is refused. Required
    /// with -ErrorRatePercent, -P95 and -ResourcePercent.
    /// </summary>
    [Parameter]
    [Duration]
    public TimeSpan? Duration { get; set; }

    /// <summary>Signals that are known to hold. Each but FeatureBroken gives the verdict RollBack by itself.</summary>
    [Parameter]
    public HardSignal[] Signal { get; set; } = [];

    /// <summary>
    /// What is measured anew for every look: a configured source by its name (Prometheus, RuntimeLog, Probes), or a script
    /// block whose measurements count as input, for example { Measure-ErrorRate -Path access.log -Last 1h }. RuntimeLog and
    /// Probes know nothing of before, so they need -Watch or -For.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(Completion.SourceCompleter))]
    public object[] Source { get; set; } = [];

    /// <summary>When what is live went live. By default what the platform says.</summary>
    [Parameter]
    [Moment]
    public DateTimeOffset? GoLive { get; set; }

    /// <summary>
    /// Looks again every 10 seconds for the time the verdict gives to decide (60 seconds at Assess, 5 minutes at Monitor),
    /// and ends early once the verdict is decisive. Judges only; acting is Invoke-Rollback's.
    /// </summary>
    [Parameter]
    public SwitchParameter Watch { get; set; }

    /// <summary>How long to watch at most: 90s, 5m, or a TimeSpan. Implies -Watch.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? For { get; set; }

    /// <summary>Gives the verdict that was kept last, by a -Watch that ended or was stopped.</summary>
    [Parameter]
    public SwitchParameter Last { get; set; }

    /// <summary>
    /// Replays the measurements given through the policy and shows when it would have fired, and how long after the onset.
    /// Nothing is judged.
    /// </summary>
    [Parameter]
    public SwitchParameter Backtest { get; set; }

    /// <summary>With -Backtest: when trouble began. By default it is estimated from the measurement.</summary>
    [Parameter]
    [Moment]
    public DateTimeOffset? Onset { get; set; }

    /// <summary>With -Backtest: states that nothing was wrong, so that whatever fires is false.</summary>
    [Parameter]
    public SwitchParameter Healthy { get; set; }

    /// <summary>With -Backtest: the file to plot to, .svg or .html.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Gives only a truth value: true for the verdict RollBack, and for no other.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        switch (InputObject?.BaseObject)
        {
            case null:
                break;
            case Deployment deployment:
                _deployments.Add(deployment);
                break;
            case Measurement measurement:
                _measurements.Add(measurement);
                break;
            case DecisionInputs inputs:
                _replayed.Add(inputs);
                break;
            default:
                TakeNumbers(InputObject);
                break;
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        if (Last)
        {
            await EmitVerdictAsync(KeptVerdict.Read(OpenContext(project: null, Environment)));
            return;
        }

        if (MyInvocation.ExpectingInput && _deployments.Count == 0 && _measurements.Count == 0 && _replayed.Count == 0)
        {
            throw new RollbackOpsException(ErrorId.NoInput,
                "The pipeline gave nothing to judge.", "Look at what the commands before it give.");
        }

        AddStated();
        if (Backtest)
        {
            await ReplaySeriesAsync();
            return;
        }

        foreach (var inputs in _replayed)
        {
            await EmitVerdictAsync(Replay(inputs));
        }

        if (_replayed.Count > 0 && _deployments.Count == 0 && _measurements.Count == 0)
        {
            return;
        }

        var groups = _deployments
            .GroupBy(deployment => (deployment.Project, deployment.Environment))
            .Select(group => (Key: ((string Project, string Environment)?)group.Key, Deployments: group.ToList()))
            .ToList();
        if (groups.Count == 0)
        {
            groups.Add((null, []));
        }

        foreach (var (key, deployments) in groups)
        {
            var context = OpenContext(key?.Project, key?.Environment ?? Environment);
            await using var sources = new OpenSources(Source, context, isWatched: Watch || For is not null);
            var judge = new Judge(context, TellRound) { GoLive = GoLive, Say = Verbose, Sources = sources.Configured };
            await EmitVerdictAsync(Watch || For is not null
                ? await WatchAsync(context, token => LookAsync(judge, sources, deployments, token), cancellationToken)
                : await LookAsync(judge, sources, deployments, cancellationToken));
        }
    });

    private Task EmitVerdictAsync(RollbackDecision decision) =>
        EmitAsync(Quiet ? decision.Verdict == Verdict.RollBack : decision);

    /// <summary>Numbers of any object, under the names that the parameters have.</summary>
    private void TakeNumbers(PSObject given)
    {
        try
        {
            var stated = StatedNumbers.Of(given);
            _measurements.Add((stated with { Duration = stated.Duration ?? Duration }).ToMeasurement());
        }
        catch (RollbackOpsException unusable)
        {
            ThrowTerminatingError(ErrorRecords.Of(unusable));
        }
    }

    /// <summary>The same inputs give the same verdict (S33).</summary>
    private RollbackDecision Replay(DecisionInputs inputs)
    {
        var settings = inputs.Current is null ? ReadConfiguration(Environment).Settings : null;
        return DecisionRule.Decide(
            inputs.Current?.Project ?? settings!.Project, inputs.Current?.Environment ?? settings!.Environment, inputs);
    }

    private async Task<RollbackDecision> LookAsync(
        Judge judge, OpenSources sources, IReadOnlyList<Deployment> deployments, CancellationToken cancellationToken)
    {
        var measurements = sources.HasScripts
            ? [.. _measurements, .. await OnPipelineAsync(sources.RunScripts)]
            : (IReadOnlyList<Measurement>)_measurements;
        return await judge.JudgeAsync(deployments, measurements, Signal, prior: null, cancellationToken);
    }

    private async Task<RollbackDecision> WatchAsync(
        RollbackContext context, Func<CancellationToken, Task<RollbackDecision>> look, CancellationToken cancellationToken)
    {
        if (_measurements.Count > 0)
        {
            throw new RollbackOpsException(ErrorId.InvalidArgument,
                "What was measured once cannot be watched.",
                "Let -Source measure anew for every look, for example -Source Prometheus, or -Source { Measure-ErrorRate -Path access.log -Last 1h }.");
        }

        var watch = new VerdictWatch(context, look, TellLook, Warn);
        try
        {
            return await watch.RunAsync(For, cancellationToken);
        }
        catch (OperationCanceledException) when (IsStoppedByUser && watch.Last is { } last)
        {
            // After a stop only the host's own line arrives (S20).
            Say($"Stopped watching at {last.Verdict} ({last.Severity}): {last.Reasons[0]}. It is kept: Test-RollbackNeeded -Last.");
            throw;
        }
    }

    private void TellLook(WatchLook look) => ShowBar(
        $"Watching {look.Decision.Project}/{look.Decision.Environment}",
        $"{look.Decision.Verdict} ({look.Decision.Severity}): {look.Decision.Traffic?.ToString() ?? look.Decision.Reasons[0]}",
        look.Elapsed, look.End);

    private async Task ReplaySeriesAsync()
    {
        var policy = ReadConfiguration(Environment).Settings.Policy;
        if (_measurements.Count == 0)
        {
            throw new RollbackOpsException(ErrorId.NoInput,
                "There is nothing to replay.", "Pipe a measurement that counts in cells to Test-RollbackNeeded -Backtest.");
        }

        foreach (var measurement in _measurements)
        {
            var result = RollbackOps.Decisions.Backtest.Run(measurement, policy, GoLive, Onset, Healthy);
            await EmitAsync(OutFile is null ? result : await PlotAsync(result, policy, ResolvePath(OutFile)));
        }
    }

    private static async Task<BacktestResult> PlotAsync(
        BacktestResult result, RollbackOps.Configuration.PolicySettings policy, string file)
    {
        var isPage = Path.GetExtension(file).Equals(".html", StringComparison.OrdinalIgnoreCase);
        try
        {
            await File.WriteAllTextAsync(file, BacktestPlot.Draw(result, policy, isPage));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.ReportUnwritable,
                $"The plot cannot be written to {file}: {failure.Message}", "Name another file with -OutFile.", inner: failure);
        }

        return result with { Plot = file };
    }

    private void TellRound(IReadOnlyList<HealthCheckResult> round) => Tell(new RollbackOps.Rollbacks.RollbackProgress(
        RollbackOps.Rollbacks.ProgressKind.Detail,
        $"Probe round {round[0].Round}: {string.Join(", ", round)}", 0, 0, TimeSpan.Zero));

    private void AddStated()
    {
        var stated = new StatedNumbers
        {
            ErrorRatePercent = ErrorRatePercent,
            RequestCount = ErrorRatePercent is null ? null : RequestCount,
            P95 = P95,
            ResourcePercent = ResourcePercent,
            Duration = Duration,
        };
        if (stated.HasAny)
        {
            _measurements.Add(stated.ToMeasurement());
        }
    }
}
