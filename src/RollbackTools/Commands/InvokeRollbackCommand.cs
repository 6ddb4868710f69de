using System.Management.Automation;
using RollbackOps;
using RollbackOps.Rollbacks;

namespace RollbackTools.Commands;

/// <summary>Rolls back: switches production to an earlier deployment and proves from outside that it is served.</summary>
/// <remarks>
/// <para>
/// Follows a decision, a plan or a target from the pipeline; without input it goes to the previous good deployment and
/// needs -Reason. Asks before it acts; -Confirm:$false is the switch for automation, and -WhatIf gives the plan and
/// writes nothing. Each safety gate has an override of its own name; there is no -Force.
/// </para>
/// <para>
/// The result comes first, whatever became of it, then at most one error. Only Succeeded and AlreadyCurrent are good
/// news. A rollback that was cut off is finished with Resume-Rollback; Undo-Rollback goes forward again.
/// </para>
/// </remarks>
/// <example>
/// <para>The written procedure in one line.</para>
/// <code>Get-DeploymentHistory | Test-RollbackNeeded | Invoke-Rollback | New-IncidentReport</code>
/// </example>
/// <example>
/// <para>See what would happen.</para>
/// <code>Invoke-Rollback -Reason 'Checkout fails' -WhatIf</code>
/// </example>
/// <example>
/// <para>Go to a deployment by name, from a script.</para>
/// <code>Invoke-Rollback -Target 20261120093000 -Reason 'Checkout fails' -Confirm:$false</code>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "Rollback", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(RollbackResult), typeof(RollbackPlan))]
public sealed class InvokeRollbackCommand : PlanningCommand
{
    /// <summary>A plan written by New-RollbackPlan -OutFile; its hash, age and world are checked again.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PlanFile { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        var isPreview = await OnPipelineAsync(() =>
        {
            Approval.RequireSomebody(this, ConfirmImpact.High);
            return Approval.IsPreview(this);
        });
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

            result = await procedure.CarryOutAsync(plan, cancellationToken);
        }
        catch (RollbackOpsException refusal) when (!isPreview)
        {
            result = procedure.Refused(refusal, order.Request.Reason, from, target);
            await EmitAsync(result);
            Report(refusal);
            return;
        }

        await this.GiveAsync(result, EmitAsync, Report);
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
