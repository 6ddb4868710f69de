using System.Management.Automation;
using RollbackOps;
using RollbackOps.Rollbacks;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>Goes forward again to the deployment that a rollback left, and lifts exactly the pin and mark it set.</summary>
/// <remarks>
/// <para>
/// Rolling back and undoing it leaves everything as it was. What is served is verified the same way; a deployment that
/// was broken before will be reported as unhealthy.
/// </para>
/// </remarks>
/// <example>
/// <para>Undo the last rollback.</para>
/// <code>Undo-Rollback -Reason 'The cause was the database'</code>
/// </example>
[Cmdlet(VerbsCommon.Undo, "Rollback", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(RollbackResult), typeof(RollbackPlan))]
public sealed class UndoRollbackCommand : ContextCommand
{
    private readonly InputCollector _inputs = new("one RollbackResult", typeof(RollbackResult));

    /// <summary>The rollback to undo.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The rollback's id; by default the last one that stands.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? RollbackId { get; set; }

    /// <summary>Why; it stands in the log.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Reason { get; set; } = string.Empty;

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

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        var isPreview = await OnPipelineAsync(() =>
        {
            Approval.RequireSomebody(this, ConfirmImpact.High);
            return Approval.IsPreview(this);
        });
        var input = (RollbackResult?)_inputs.Single(MyInvocation.ExpectingInput);
        var context = OpenContext(input?.Project, Environment ?? input?.Environment);
        var procedure = new RollbackProcedure(context, Tell);
        RollbackPlan? plan = null;
        try
        {
            plan = await new RollbackPlanner(context, Tell)
                .PlanUndoAsync(RollbackId ?? input?.RollbackId, Reason, cancellationToken);
            var act = $"Go forward again from {plan.From.Id} to {plan.Target.Id} in {plan.Project}/{plan.Environment}";
            if (!await OnPipelineAsync(() => ShouldProcess(act, act, "Undo-Rollback")))
            {
                if (isPreview)
                {
                    await EmitAsync(plan);
                }

                return;
            }

            var result = await procedure.CarryOutAsync(plan, cancellationToken);
            await this.GiveAsync(result, EmitAsync, Report);
        }
        catch (RollbackOpsException refusal) when (!isPreview)
        {
            await EmitAsync(procedure.Refused(refusal, Reason, plan?.From, plan?.Target) with { Kind = PlanKind.Undo });
            Report(refusal);
        }
    });
}
