using System.Management.Automation;
using RollbackOps;
using RollbackOps.Rollbacks;

namespace RollbackTools.Commands;

/// <summary>Rolls back: switches production to an earlier deployment and proves from outside that it is served.</summary>
/// <remarks>
/// <para>
/// Follows a decision, a plan or a target from the pipeline. Without input it goes to the previous good deployment, or to
/// the one that -Target names, and needs -Reason. Where input was expected and none came, nothing is done (NoInput).
/// </para>
/// <para>
/// It asks before it acts, and shows the verdict with its numbers. -Confirm:$false is the switch for automation, and
/// -WhatIf reads everything, gives the plan and writes nothing. What it does on a verdict:
/// </para>
/// <list type="bullet">
/// <item><term>RollBack</term><description>Goes on.</description></item>
/// <item><term>Assess, Monitor</term><description>Goes on when a person approves it at the prompt.</description></item>
/// <item><term>FixForward</term><description>Does nothing, which is no error: NotNeeded.</description></item>
/// <item><term>InsufficientData, RollbackWouldNotHelp</term><description>Refuses.</description></item>
/// </list>
/// <para>
/// -OverrideVerdict goes on against any of them. A decision older than five minutes is judged again first.
/// </para>
/// <para>
/// Each safety gate has an override of its own name, and there is no -Force. After the switch every production address
/// is read at least five times over ten seconds; what is served decides, not what was accepted.
/// </para>
/// <para>
/// The result comes first, whatever became of it, then at most one error. Only Succeeded and AlreadyCurrent are good
/// news. A rollback that was cut off is finished with Resume-Rollback; Undo-Rollback goes forward again.
/// </para>
/// </remarks>
/// <example>
/// <para>The written procedure in one line.</para>
/// <code>Get-DeploymentHistory | Test-RollbackNeeded | Invoke-Rollback | New-IncidentReport</code>
/// <para>The verdict decides whether anything is done, and every step leaves its record.</para>
/// </example>
/// <example>
/// <para>See what would happen.</para>
/// <code>Invoke-Rollback -Reason 'Checkout fails' -WhatIf</code>
/// <para>Gives the plan: the target, its probe, the commits between, every step and every warning. Nothing is written.</para>
/// </example>
/// <example>
/// <para>Go to a deployment by name, from a script.</para>
/// <code>
/// $ErrorActionPreference = 'Stop'
/// Invoke-Rollback -Target 20261120093000 -Reason 'Checkout fails' -Confirm:$false | New-IncidentReport
/// </code>
/// <para>When the rollback fails, the report is on disk all the same, and the script ends with a non-zero exit code.</para>
/// </example>
/// <example>
/// <para>Go further back when the first rollback was not enough.</para>
/// <code>Invoke-Rollback -Reason 'Still failing' -Further</code>
/// </example>
/// <example>
/// <para>Run a plan that was approved elsewhere.</para>
/// <code>Invoke-Rollback -PlanFile ./plan.json -Confirm:$false</code>
/// <para>The plan's hash, its age and what is live are checked again before anything is changed.</para>
/// </example>
/// <seealso cref="RollbackResult">What the rollback did, whatever became of it; Status says how it came out.</seealso>
/// <seealso cref="RollbackPlan">With -WhatIf: what would be done.</seealso>
/// <seealso cref="TestRollbackNeededCommand"/>
/// <seealso cref="NewRollbackPlanCommand"/>
/// <seealso cref="TestRollbackSuccessCommand"/>
/// <seealso cref="NewIncidentReportCommand"/>
[Cmdlet(VerbsLifecycle.Invoke, "Rollback", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(RollbackResult), typeof(RollbackPlan))]
public sealed class InvokeRollbackCommand : PlanningCommand
{
    /// <summary>
    /// A plan that New-RollbackPlan -OutFile wrote. It names its target and brings its reason; its hash, its age (ten
    /// minutes) and what is live are checked again.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PlanFile { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing() => RunAttempt(EnvironmentInUse, Reason, async (isPreview, cancellationToken) =>
    {
        var order = PlanFile is null ? ReadOrder() : ReadPlanFile(PlanFile);
        var context = OpenContext(order);
        var procedure = new RollbackProcedure(context, Tell);
        var (from, target) = (order.Plan?.From, order.Plan?.Target);
        RollbackResult result;
        try
        {
            var isAsked = await OnPipelineAsync(() => Approval.WouldAsk(this, ConfirmImpact.High));
            var (plan, decision) = await procedure.PrepareAsync(order, isAsked, cancellationToken);
            if (plan is null)
            {
                if (!isPreview)
                {
                    await EmitAsync(procedure.NotNeeded(decision!, order.Request.Reason));
                }
                else
                {
                    Warn($"The verdict is {decision!.Verdict}; nothing would be done.");
                }

                return;
            }

            (from, target) = (plan.From, plan.Target);
            if (!await OnPipelineAsync(() => IsApproved(plan, decision)))
            {
                if (isPreview)
                {
                    await EmitAsync(plan);
                }

                return;
            }

            result = await procedure.CarryOutAsync(plan, decision, cancellationToken);
        }
        catch (RollbackOpsException refusal) when (!isPreview)
        {
            result = procedure.Refused(refusal, order.Request.Reason, from, target);
            await EmitAsync(result);
            Report(refusal);
            return;
        }

        await EmitOutcomeAsync(result);
    });

    private bool IsApproved(RollbackPlan plan, RollbackOps.Decisions.RollbackDecision? decision)
    {
        var act = plan.IsAlreadyCurrent
            ? $"Verify that {plan.Target.Id}, which is live already, is served"
            : $"Roll {plan.Project}/{plan.Environment} back from {plan.From.Id} to {plan.Target.Id}";
        var question = string.Join('\n', new[] { act }
            .Concat(decision is null ? [] : [$"Verdict: {decision.Verdict} ({decision.Severity}): {string.Join("; ", decision.Reasons)}"])
            .Concat([$"Reason:  {plan.Reason}"])
            .Concat(plan.Warnings.Select(warning => $"Warning: {warning.Message}")));
        return ShouldProcess(act, question, "Invoke-Rollback");
    }

    private RollbackOrder ReadPlanFile(string path)
    {
        if (Target is not null || MyInvocation.ExpectingInput)
        {
            throw new RollbackOpsException(ErrorId.MultipleTargets,
                "A plan file names its target; another came beside it.", "Name the target once.", path);
        }

        var plan = RollbackOps.Rollbacks.PlanFile.Read(ResolvePath(path));
        return new RollbackOrder { Plan = plan, Request = new PlanRequest { Reason = plan.Reason } };
    }
}
