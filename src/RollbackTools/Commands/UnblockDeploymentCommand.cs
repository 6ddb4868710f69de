using System.Management.Automation;
using RollbackOps.Deployments;

namespace RollbackTools.Commands;

/// <summary>Lifts the mark of deployments, so that rollbacks may choose them again.</summary>
/// <remarks>
/// <para>It lifts marks that people set and marks that rollbacks set alike.</para>
/// </remarks>
/// <example>
/// <para>Let a deployment be chosen again.</para>
/// <code>Unblock-Deployment 20261120093000 -Reason 'The cause was the network'</code>
/// </example>
/// <example>
/// <para>Lift every mark.</para>
/// <code>Get-DeploymentHistory -All | Where-Object IsKnownBad | Unblock-Deployment -Reason 'Reviewed'</code>
/// </example>
/// <seealso cref="Deployment">Each deployment without the mark.</seealso>
/// <seealso cref="BlockDeploymentCommand"/>
/// <seealso cref="GetDeploymentHistoryCommand"/>
/// <seealso cref="UndoRollbackCommand"/>
[Cmdlet(VerbsSecurity.Unblock, "Deployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(Deployment))]
public sealed class UnblockDeploymentCommand : MarkingCommand
{
    private protected override string Act => "Lift the mark";

    private protected override Deployment Apply(DeploymentMarks marks, Deployment deployment) =>
        marks.Unblock(deployment, Reason);
}
