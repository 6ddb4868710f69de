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
/// Takes deployments (the current one is judged, the others are candidates), measurements and health check results from
/// the pipeline. With nothing measured or stated, the configured health checks are probed: a hard signal needs three
/// failed rounds in a row. No data is never healthy: the verdict then is InsufficientData.
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
/// <code>Test-RollbackNeeded -ErrorRatePercent 6.2 -Duration 6m</code>
/// </example>
/// <example>
/// <para>Branch in a script.</para>
/// <code>if (Test-RollbackNeeded -Quiet) { Invoke-Rollback -Reason 'Service is down' -Confirm:$false }</code>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "RollbackNeeded")]
[OutputType(typeof(RollbackDecision), typeof(bool))]
public sealed class TestRollbackNeededCommand : ContextCommand
{
    private readonly List<Deployment> _deployments = [];
    private readonly List<Measurement> _measurements = [];

    /// <summary>Deployments and measurements to judge.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The error rate in percent, 0 to 100, as it has been for -Duration.</summary>
    [Parameter]
    [ValidateRange(0.0, 100.0)]
    public double? ErrorRatePercent { get; set; }

    /// <summary>Over how many requests the error rate was measured; without it the rate is taken at its word.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long? RequestCount { get; set; }

    /// <summary>The 95th percentile of answer times, as it has been for -Duration: 2500ms, 3s.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? P95 { get; set; }

    /// <summary>The use of a resource (memory, CPU) in percent of its limit, as it has been for -Duration.</summary>
    [Parameter]
    [ValidateRange(0.0, 100.0)]
    public double? ResourcePercent { get; set; }

    /// <summary>For how long the numbers given have held: 90s, 5m, 1h.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Duration { get; set; }

    /// <summary>Hard signals that are known to hold.</summary>
    [Parameter]
    public HardSignal[] Signal { get; set; } = [];

    /// <summary>Give only a truth value: true for the verdict RollBack alone.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>The environment; by default the configuration's own.</summary>
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
