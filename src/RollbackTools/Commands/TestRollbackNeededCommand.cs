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
/// numbers and signals from parameters. With nothing measured or stated, the configured health checks are probed: a
/// check that fails in three rounds in a row gives its hard signal; one failed probe is no outage.
/// </para>
/// <para>The verdicts; their numbers are the procedure's, and policy in rollback.json changes them:</para>
/// <list type="bullet">
/// <item><term>RollBack</term><description>
/// Roll back now: a hard signal, or an error rate above 5 % for more than 5 minutes.
/// </description></item>
/// <item><term>Assess</term><description>
/// Decide within 60 seconds: an error rate of 2 %, a 95th percentile of answer times above 2 seconds or a resource at
/// 90 % of its limit, each for 2 minutes; or a feature that is broken.
/// </description></item>
/// <item><term>Monitor</term><description>Decide within 5 minutes: an error rate of 0.5 % and more.</description></item>
/// <item><term>FixForward</term><description>Deploy a fix: an error rate below that.</description></item>
/// <item><term>InsufficientData</term><description>
/// Too little is known to say anything, which is never taken for health.
/// </description></item>
/// <item><term>RollbackWouldNotHelp</term><description>It is bad, and going back would not make it better.</description></item>
/// </list>
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
/// <seealso cref="RollbackDecision">One for each project and environment: the verdict with its reasons, numbers and inputs.</seealso>
/// <seealso cref="bool">With -Quiet: whether the verdict is RollBack.</seealso>
/// <seealso cref="GetDeploymentHistoryCommand"/>
/// <seealso cref="TestDeploymentHealthCommand"/>
/// <seealso cref="InvokeRollbackCommand"/>
/// <seealso cref="TestRollbackSuccessCommand"/>
[Cmdlet(VerbsDiagnostic.Test, "RollbackNeeded")]
[OutputType(typeof(RollbackDecision), typeof(bool))]
public sealed class TestRollbackNeededCommand : ContextCommand
{
    private readonly List<Deployment> _deployments = [];
    private readonly List<Measurement> _measurements = [];

    /// <summary>What to judge: any mix of <see cref="Deployment"/> and <see cref="Measurement"/> objects.</summary>
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
            default:
                ThrowTerminatingError(ErrorRecords.Of(
                    ErrorRecords.UnusableInput(InputObject, "a Deployment or a Measurement")));
                break;
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        if (MyInvocation.ExpectingInput && _deployments.Count == 0 && _measurements.Count == 0)
        {
            throw new RollbackOpsException(ErrorId.NoInput,
                "The pipeline gave nothing to judge.", "Look at what the commands before it give.");
        }

        AddStated();
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
            var judge = new Judge(context, TellRound);
            var decision = await judge.JudgeAsync(deployments, _measurements, Signal, prior: null, cancellationToken);
            await EmitAsync(Quiet ? decision.Verdict == Verdict.RollBack : decision);
        }
    });

    private void TellRound(IReadOnlyList<HealthCheckResult> round) => Tell(new RollbackOps.Rollbacks.RollbackProgress(
        RollbackOps.Rollbacks.ProgressKind.Detail,
        $"Probe round {round[0].Round}: {string.Join(", ", round)}", 0, 0, TimeSpan.Zero));

    private void AddStated()
    {
        if (ErrorRatePercent is null && P95 is null && ResourcePercent is null)
        {
            return;
        }

        if (Duration is not { } duration || duration <= TimeSpan.Zero)
        {
            throw new RollbackOpsException(ErrorId.InvalidArgument,
                "A rate, a percentile or a use says nothing without the time it has held.",
                "Add -Duration, for example -Duration 5m.");
        }

        var now = DateTimeOffset.UtcNow;
        var requests = ErrorRatePercent is null ? null : RequestCount;
        _measurements.Add(new Measurement
        {
            Source = "parameters",
            From = now - duration,
            To = now,
            ErrorRatePercent = ErrorRatePercent,
            Requests = requests,
            Errors = requests is { } count ? (long)Math.Round(count * ErrorRatePercent!.Value / 100) : null,
            P95 = P95,
            Resource = ResourcePercent is null ? null : "resource",
            ResourcePercent = ResourcePercent,
        });
    }
}
