using System.Management.Automation;
using RollbackOps.Rollbacks;

namespace RollbackTools.Commands;

/// <summary>Makes the plan of a rollback without carrying it out.</summary>
/// <remarks>
/// <para>
/// Reads everything that a rollback would read, probes the target at its own address, and changes nothing. The plan
/// shows the steps, the difference between the two deployments and every warning. Its hash covers all of it, and it
/// expires after ten minutes.
/// </para>
/// <para>
/// With -OutFile the plan is written to a file as well: approve it here, and run it elsewhere with Invoke-Rollback
/// -PlanFile. This is also the way to hand a plan to another process or job.
/// </para>
/// </remarks>
/// <example>
/// <para>See what a rollback would do.</para>
/// <code>New-RollbackPlan -Reason 'Error rate after the release'</code>
/// </example>
/// <example>
/// <para>Approve in one process, run in another.</para>
/// <code>
/// New-RollbackPlan -Reason 'Error rate' -OutFile ./plan.json
/// Invoke-Rollback -PlanFile ./plan.json
/// </code>
/// </example>
/// <example>
/// <para>Read the steps of a plan to a named target.</para>
/// <code>New-RollbackPlan 20261120093000 -Reason 'Error rate' | ForEach-Object Steps</code>
/// </example>
/// <seealso cref="InvokeRollbackCommand"/>
/// <seealso cref="TestRollbackNeededCommand"/>
/// <seealso cref="GetDeploymentHistoryCommand"/>
[Cmdlet(VerbsCommon.New, "RollbackPlan", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(RollbackPlan))]
public sealed class NewRollbackPlanCommand : PlanningCommand
{
    /// <summary>A file to write the plan to, for Invoke-Rollback -PlanFile.</summary>
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
