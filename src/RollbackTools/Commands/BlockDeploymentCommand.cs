using System.Management.Automation;
using RollbackOps.Deployments;

namespace RollbackTools.Commands;

/// <summary>Marks deployments as known bad, so that no rollback chooses them by itself.</summary>
/// <remarks>
/// <para>
/// A rollback marks the deployment that it leaves by itself. A deployment that is named explicitly can still be rolled
/// back to. Unblock-Deployment lifts the mark.
/// </para>
/// </remarks>
/// <example>
/// <para>Leave a deployment out.</para>
/// <code>Block-Deployment 20261120093000 -Reason 'Loses messages'</code>
/// </example>
/// <example>
/// <para>Leave out every deployment of a commit.</para>
/// <code>Get-DeploymentHistory -Commit 4f2c9a1 | Block-Deployment -Reason 'Loses messages'</code>
/// </example>
/// <seealso cref="Deployment">Each deployment with its mark.</seealso>
/// <seealso cref="UnblockDeploymentCommand"/>
/// <seealso cref="GetDeploymentHistoryCommand"/>
/// <seealso cref="InvokeRollbackCommand"/>
[Cmdlet(VerbsSecurity.Block, "Deployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Deployment))]
public sealed class BlockDeploymentCommand : MarkingCommand
{
    private protected override string Act => "Mark as known bad";

    private protected override Deployment Apply(DeploymentMarks marks, Deployment deployment) =>
        marks.Block(deployment, Reason);
}
