using System.Management.Automation;
using RollbackOps.Rollbacks;

namespace RollbackTools.Commands;

/// <summary>Finishes a rollback that was cut off, or stops it cleanly.</summary>
/// <remarks>
/// <para>
/// Reads the journal, looks at the world, skips what is done and does what is missing. When nothing was switched and
/// the plan has expired, it is ended and nothing is changed; when somebody else changed the world, that is said and
/// nothing is overwritten.
/// </para>
/// </remarks>
/// <example>
/// <para>Take up the rollback that a crash cut off.</para>
/// <code>Resume-Rollback</code>
/// </example>
[Cmdlet(VerbsLifecycle.Resume, "Rollback", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(RollbackResult), typeof(RollbackPlan))]
public sealed class ResumeRollbackCommand : ContextCommand
{
    /// <summary>The rollback's id; by default the last one.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? RollbackId { get; set; }

    /// <summary>The environment; by default the configuration's own.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        var isPreview = await OnPipelineAsync(() =>
        {
            Approval.RequireSomebody(this, ConfirmImpact.High);
            return Approval.IsPreview(this);
        });
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
        await this.GiveAsync(result, EmitAsync, Report);
    });
}
