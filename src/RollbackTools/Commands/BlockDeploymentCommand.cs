using System.Management.Automation;
using RollbackOps.Deployments;

namespace RollbackTools.Commands;

/// <summary>Marks deployments as known bad, so that no rollback chooses them by itself.</summary>
/// <remarks>
/// <para>A deployment that is named explicitly can still be rolled back to. Unblock-Deployment lifts the mark.</para>
/// </remarks>
/// <example>
/// <para>Leave a deployment out.</para>
/// <code>Block-Deployment 20261120093000 -Reason 'Loses messages'</code>
/// </example>
[Cmdlet(VerbsSecurity.Block, "Deployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Deployment))]
public sealed class BlockDeploymentCommand : MarkingCommand
{
    private protected override string Act => "Mark as known bad";

    private protected override Deployment Apply(DeploymentMarks marks, Deployment deployment) =>
        marks.Block(deployment, Reason);
}
