using System.Management.Automation;
using RollbackOps.Rollbacks;

namespace RollbackTools.Commands;

/// <summary>Finishes a rollback that was cut off, or stops it cleanly.</summary>
/// <remarks>
/// <para>
/// Reads the journal, looks at the world, skips what is done and does what is missing, and verifies. Rollbacks that are
/// Unfinished, Unknown, NotServed, PartiallyRolledBack or Unhealthy can be taken up. When nothing was switched and the
/// plan has expired, it is ended and nothing is changed. When somebody else changed the world in between, that is said
/// (WorldChanged) and nothing is overwritten.
/// </para>
/// </remarks>
/// <example>
/// <para>Take up the rollback that a crash cut off.</para>
/// <code>Resume-Rollback</code>
/// </example>
/// <example>
/// <para>See what would be taken up.</para>
/// <code>Resume-Rollback -WhatIf</code>
/// </example>
/// <seealso cref="RollbackResult">What the rollback did, before and after it was cut off.</seealso>
/// <seealso cref="RollbackPlan">With -WhatIf: the plan of the rollback that would be taken up.</seealso>
/// <seealso cref="GetRollbackLogCommand"/>
/// <seealso cref="TestRollbackSuccessCommand"/>
[Cmdlet(VerbsLifecycle.Resume, "Rollback", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(RollbackResult), typeof(RollbackPlan))]
public sealed class ResumeRollbackCommand : ContextCommand
{
    /// <summary>The id of the rollback to take up, as the result and the report state it.</summary>
    [PSDefaultValue(Help = "The last one")]
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? RollbackId { get; set; }

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing() => RunAttempt(Environment, reason: null, async (isPreview, cancellationToken) =>
    {
        var context = OpenContext(project: null, Environment);
        var runner = new RollbackRunner(context, Tell);
        var attempt = runner.FindResumable(RollbackId);
        var act = $"Resume rollback {attempt.Number}, {attempt.Plan!.From.Id} -> {attempt.Plan.Target.Id} ({attempt.Status})";
        if (!await OnPipelineAsync(() => ShouldProcess(act, act, "Resume-Rollback")))
        {
            if (isPreview)
            {
                await EmitAsync(attempt.Plan);
            }

            return;
        }

        var result = await runner.ResumeAsync(attempt.RollbackId, cancellationToken);
        await EmitOutcomeAsync(result);
    });
}
