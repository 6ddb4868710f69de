using System.Management.Automation;
using RollbackOps;
using RollbackOps.Decisions;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackTools.Commands;

/// <summary>A cmdlet that plans a rollback from a decision, a target or S1's choice.</summary>
public abstract class PlanningCommand : ContextCommand
{
    private readonly InputCollector _inputs = new("one RollbackDecision, RollbackPlan or Deployment",
        typeof(RollbackDecision), typeof(RollbackPlan), typeof(Deployment));

    /// <summary>
    /// What to follow: one <see cref="RollbackDecision"/>, one <see cref="RollbackPlan"/>, or one
    /// <see cref="Deployment"/>, which is then the target. More than one is refused with MultipleTargets. Objects that
    /// came from another process or job do not bind; use New-RollbackPlan -OutFile and Invoke-Rollback -PlanFile there.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>
    /// The deployment to go to: its exact id; or its commit, seven digits or more; or a tag of that commit that fits
    /// repository.deploymentPattern. Without it, the newest older deployment that has served, is ready and is
    /// not known bad is chosen: one that was healthy while it served before one of which nothing is known, and that one only
    /// when it passes the probe at its own address (TargetUnproven).
    /// </summary>
    [PSDefaultValue(Help = "The previous good deployment")]
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.DeploymentIdCompleter))]
    public string? Target { get; set; }

    /// <summary>
    /// Why, in a few words; it stands in the log and in the report. Required without pipeline input, and with
    /// -OverrideVerdict, -AllowUnhealthyTarget, -AllowSchemaMismatch, -AllowFailedChecks, -AllowInFlight and -ResetDevelopmentBranch.
    /// </summary>
    [PSDefaultValue(Help = "The decision's own first reason, where one comes down the pipeline")]
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <summary>
    /// How the target goes live: Instant switches to what is still there; Workflow starts the workflow that rollback.json
    /// names under github and waits for what it deploys; Git takes the production branch back, with a
    /// revert commit or a push with a lease, and waits for what deploys from it; Auto tries policy.strategies in order, each
    /// only when the one before is seen to have changed nothing.
    /// </summary>
    [Parameter]
    public RollbackStrategy Strategy { get; set; } = RollbackStrategy.Auto;

    /// <summary>
    /// Goes one good deployment further back although a rollback stands that ran within the last 30 minutes or still pins
    /// promotion. Without it such a call is refused with RecentlyRolledBack.
    /// </summary>
    [Parameter]
    public SwitchParameter Further { get; set; }

    /// <summary>
    /// Goes on against the verdict of the decision on the pipeline; needs -Reason. It is what automation uses for Assess
    /// and Monitor, and what FixForward, InsufficientData and RollbackWouldNotHelp always ask for.
    /// </summary>
    [Parameter]
    public SwitchParameter OverrideVerdict { get; set; }

    /// <summary>Goes on although the target failed the probe at its own address (TargetUnhealthy); needs -Reason.</summary>
    [Parameter]
    public SwitchParameter AllowUnhealthyTarget { get; set; }

    /// <summary>
    /// Goes on although migrations differ and nothing says that the target works with the database as it is
    /// (TargetNotEligible); needs -Reason.
    /// </summary>
    [Parameter]
    public SwitchParameter AllowSchemaMismatch { get; set; }

    /// <summary>Goes on although the checks of the target's commit failed on GitHub (ChecksNotPassed); needs -Reason.</summary>
    [Parameter]
    public SwitchParameter AllowFailedChecks { get; set; }

    /// <summary>Goes on although a deployment is being built or put in place (DeploymentInFlight); needs -Reason.</summary>
    [Parameter]
    public SwitchParameter AllowInFlight { get; set; }

    /// <summary>
    /// With -Strategy Git, sets the development branch to the production branch after the rollback, with a lease, rather than
    /// merging that into it; needs -Reason. It is refused when commits exist only there (CommitsWouldBeLost).
    /// </summary>
    [Parameter]
    public SwitchParameter ResetDevelopmentBranch { get; set; }

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord() => _inputs.Add(InputObject);

    /// <summary>The environment that is named or that the input belongs to, or null for the configuration's own.</summary>
    private protected string? EnvironmentInUse => Environment ?? InputObject?.BaseObject switch
    {
        RollbackDecision decision => decision.Environment,
        RollbackPlan plan => plan.Environment,
        Deployment deployment => deployment.Environment,
        _ => null,
    };

    /// <summary>The order that input and parameters make.</summary>
    /// <exception cref="RollbackOpsException">They make none.</exception>
    private protected RollbackOrder ReadOrder()
    {
        var input = _inputs.Single(MyInvocation.ExpectingInput);
        var isOverriding = OverrideVerdict || AllowUnhealthyTarget || AllowSchemaMismatch || AllowFailedChecks
            || AllowInFlight || ResetDevelopmentBranch;
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
                Strategy = Strategy,
                Further = Further,
                OverrideVerdict = OverrideVerdict,
                AllowUnhealthyTarget = AllowUnhealthyTarget,
                AllowSchemaMismatch = AllowSchemaMismatch,
                AllowFailedChecks = AllowFailedChecks,
                AllowInFlight = AllowInFlight,
                ResetDevelopmentBranch = ResetDevelopmentBranch,
            },
        };
    }

    /// <summary>Opens the context the order belongs to; a target of another project is refused (S4).</summary>
    private protected RollbackContext OpenContext(RollbackOrder order)
    {
        var context = OpenContext(project: null, EnvironmentInUse ?? order.Plan?.Environment);
        if (InputObject?.BaseObject is Deployment deployment)
        {
            VerdictGate.CheckBelongs(context, deployment.Project, deployment.Environment, deployment);
        }

        return context;
    }
}
