using System.Management.Automation;
using RollbackOps;
using RollbackOps.Rollbacks;

namespace RollbackTools.Commands;

/// <summary>Goes forward again to the deployment that a rollback left, and lifts exactly the pin and mark it set.</summary>
/// <remarks>
/// <para>
/// Rolling back and undoing it leaves everything as it was. What is served is verified the same way; a deployment that
/// was broken before will be reported as Unhealthy. A rollback that changed nothing, or was undone already, cannot be
/// undone (NothingToUndo).
/// </para>
/// </remarks>
/// <example>
/// <para>Undo the last rollback.</para>
/// <code>Undo-Rollback -Reason 'The cause was the database'</code>
/// </example>
/// <example>
/// <para>See what undoing it would do.</para>
/// <code>Undo-Rollback -Reason 'The cause was the database' -WhatIf</code>
/// </example>
/// <seealso cref="RollbackResult">What going forward did; its Kind is Undo.</seealso>
/// <seealso cref="RollbackPlan">With -WhatIf: what would be done.</seealso>
/// <seealso cref="GetRollbackLogCommand"/>
/// <seealso cref="UnblockDeploymentCommand"/>
[Cmdlet(VerbsCommon.Undo, "Rollback", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(RollbackResult), typeof(RollbackPlan))]
public sealed class UndoRollbackCommand : ContextCommand
{
    private readonly InputCollector _inputs = new("one RollbackResult", typeof(RollbackResult));

    /// <summary>The one <see cref="RollbackResult"/> whose rollback is to be undone.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The id of the rollback to undo, as the result and the report state it.</summary>
    [PSDefaultValue(Help = "The last one that stands")]
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? RollbackId { get; set; }

    /// <summary>Why, in a few words; it stands in the log.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Reason { get; set; } = string.Empty;

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    private string? EnvironmentInUse => Environment ?? (InputObject?.BaseObject as RollbackResult)?.Environment;

    /// <inheritdoc />
    protected override void ProcessRecord() => _inputs.Add(InputObject);

    /// <inheritdoc />
    protected override void EndProcessing() => RunAttempt(EnvironmentInUse, Reason, async (isPreview, cancellationToken) =>
    {
        var input = (RollbackResult?)_inputs.Single(MyInvocation.ExpectingInput);
        var context = OpenContext(input?.Project, EnvironmentInUse);
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

            var result = await procedure.CarryOutAsync(plan, decision: null, cancellationToken);
            await EmitOutcomeAsync(result);
        }
        catch (RollbackOpsException refusal) when (!isPreview)
        {
            await EmitAsync(procedure.Refused(refusal, Reason, plan?.From, plan?.Target) with { Kind = PlanKind.Undo });
            Report(refusal);
        }
    });
}
