using System.Management.Automation;
using RollbackOps;
using RollbackOps.Decisions;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>A cmdlet that plans a rollback from a decision, a target or S1's choice.</summary>
public abstract class PlanningCommand : ContextCommand
{
    private readonly InputCollector _inputs = new("one RollbackDecision, RollbackPlan or Deployment",
        typeof(RollbackDecision), typeof(RollbackPlan), typeof(Deployment));

    /// <summary>The decision to follow, the plan to run, or the deployment to go to; exactly one.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The id of the deployment to go to; without it the previous good one is chosen.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.DeploymentIdCompleter))]
    public string? Target { get; set; }

    /// <summary>Why. Required without pipeline input, and with every override.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <summary>Go further back although a rollback ran a moment ago.</summary>
    [Parameter]
    public SwitchParameter Further { get; set; }

    /// <summary>Go on against the verdict; needs -Reason.</summary>
    [Parameter]
    public SwitchParameter OverrideVerdict { get; set; }

    /// <summary>Go on although the target failed its own probe; needs -Reason.</summary>
    [Parameter]
    public SwitchParameter AllowUnhealthyTarget { get; set; }

    /// <summary>Go on although database migrations differ; needs -Reason.</summary>
    [Parameter]
    public SwitchParameter AllowSchemaMismatch { get; set; }

    /// <summary>Go on although a deployment is in flight; needs -Reason.</summary>
    [Parameter]
    public SwitchParameter AllowInFlight { get; set; }

    /// <summary>The environment; by default the configuration's own.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            return;
        }

        try
        {
            _inputs.Add(InputObject);
        }
        catch (RollbackOpsException unusable)
        {
            ThrowTerminatingError(ErrorRecords.Of(unusable));
        }
    }

    /// <summary>The order that input and parameters make.</summary>
    /// <exception cref="RollbackOpsException">They make none.</exception>
    private protected RollbackOrder ReadOrder()
    {
        var input = _inputs.Single(MyInvocation.ExpectingInput);
        var isOverriding = OverrideVerdict || AllowUnhealthyTarget || AllowSchemaMismatch || AllowInFlight;
        if (Reason is null && (isOverriding || input is null))
        {
            throw new RollbackOpsException(ErrorId.ReasonRequired,
                isOverriding
                    ? "An override needs a reason; it stands in the report."
                    : "Without a decision from the pipeline a rollback needs a reason; it stands in the log.",
                "Add -Reason 'why'.");
        }

        if (Target is not null && input is RollbackPlan or Deployment)
        {
            throw new RollbackOpsException(ErrorId.MultipleTargets,
                $"The pipeline names a target, and -Target '{Inert.Line(Target)}' another.",
                "Name it once.", Target);
        }

        var decision = input as RollbackDecision;
        var deployment = input as Deployment;
        return new RollbackOrder
        {
            Decision = decision,
            Plan = input as RollbackPlan,
            Request = new PlanRequest
            {
                TargetId = deployment?.Id ?? Target,
                Reason = Reason ?? (decision is null ? $"{deployment?.Id} named on the pipeline" : VerdictGate.ReasonOf(decision)),
                Further = Further,
                OverrideVerdict = OverrideVerdict,
                AllowUnhealthyTarget = AllowUnhealthyTarget,
                AllowSchemaMismatch = AllowSchemaMismatch,
                AllowInFlight = AllowInFlight,
            },
        };
    }

    /// <summary>Opens the context the order belongs to; a target of another project is refused (S4).</summary>
    private protected RollbackContext OpenContext(RollbackOrder order)
    {
        var context = OpenContext(project: null, Environment ?? order.Decision?.Environment ?? order.Plan?.Environment
            ?? (InputObject?.BaseObject as Deployment)?.Environment);
        if (InputObject?.BaseObject is Deployment deployment)
        {
            VerdictGate.CheckBelongs(context, deployment.Project, deployment.Environment, deployment);
        }

        return context;
    }
}
