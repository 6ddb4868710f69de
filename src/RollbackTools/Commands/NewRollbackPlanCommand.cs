using System.Management.Automation;
using RollbackOps.Rollbacks;

namespace RollbackTools.Commands;

/// <summary>Makes the plan of a rollback without carrying it out.</summary>
/// <remarks>
/// <para>
/// Reads everything that a rollback would read, probes the target at its own address, and changes nothing. The plan
/// shows the steps, the difference between the two deployments and every warning; its hash covers all of it, and it
/// expires after ten minutes. With -OutFile it can be approved here and run elsewhere.
/// </para>
/// </remarks>
/// <example>
/// <para>See what a rollback would do.</para>
/// <code>New-RollbackPlan -Reason 'Error rate after the release'</code>
/// </example>
/// <example>
/// <para>Approve in one process, run in another.</para>
/// <code>New-RollbackPlan -Reason 'Error rate' -OutFile plan.json; Invoke-Rollback -PlanFile plan.json</code>
/// </example>
[Cmdlet(VerbsCommon.New, "RollbackPlan", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(RollbackPlan))]
public sealed class NewRollbackPlanCommand : PlanningCommand
{
    /// <summary>A file to write the plan to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        var order = ReadOrder();
        var context = OpenContext(order);
        var (plan, decision) = await new RollbackProcedure(context, Tell)
            .PrepareAsync(order, isAsked: true, cancellationToken);
        if (plan is null)
        {
            Warn($"The verdict is {decision!.Verdict}; there is nothing to plan.");
            return;
        }

        if (OutFile is not null)
        {
            var path = ResolvePath(OutFile);
            if (await OnPipelineAsync(() =>
            {
                Approval.RequireSomebody(this, ConfirmImpact.Low);
                return ShouldProcess(path, "Write the plan");
            }))
            {
                PlanFile.Write(path, plan);
            }
        }

        await EmitAsync(plan);
    });
}
