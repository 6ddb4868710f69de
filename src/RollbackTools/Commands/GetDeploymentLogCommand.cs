using System.Management.Automation;
using RollbackOps;
using RollbackOps.Deployments;
using RollbackOps.Redaction;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>Gets the log of deployments, line by line.</summary>
/// <remarks>
/// <para>
/// For a release directory these are the files *.log in the release's folder; on Vercel the build's events, and then the
/// lines of the running deployment as far as they are kept. Control characters in foreign text are shown as code points and do nothing.
/// </para>
/// </remarks>
/// <example>
/// <para>Read why the last deployment failed.</para>
/// <code>Get-DeploymentHistory -State Failed -First 1 | Get-DeploymentLog</code>
/// </example>
/// <example>
/// <para>Look for errors in what is live.</para>
/// <code>Get-DeploymentLog | Where-Object Text -match 'error'</code>
/// </example>
/// <seealso cref="GetDeploymentHistoryCommand"/>
/// <seealso cref="TestDeploymentHealthCommand"/>
[Cmdlet(VerbsCommon.Get, "DeploymentLog")]
[OutputType(typeof(DeploymentLogLine))]
public sealed class GetDeploymentLogCommand : ContextCommand
{
    /// <summary>Every <see cref="Deployment"/> whose log to get.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The exact id of the deployment.</summary>
    [PSDefaultValue(Help = "The live deployment's")]
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.DeploymentIdCompleter))]
    public string? Id { get; set; }

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord() => Run(async cancellationToken =>
    {
        var deployment = InputObject?.BaseObject as Deployment;
        if (InputObject is not null && deployment is null)
        {
            throw ErrorRecords.UnusableInput(InputObject, "a Deployment");
        }

        var context = OpenContext(deployment?.Project, deployment?.Environment ?? Environment);
        var id = deployment?.Id ?? Id ?? await context.Platform.ReadCurrentAsync(cancellationToken);
        using var mask = new DeploymentLogMask(context.Redactor);
        try
        {
            await foreach (var line in context.Platform.ReadLogAsync(id, cancellationToken))
            {
                await EmitAsync(mask.Mask(line));
            }
        }
        catch (RollbackOpsException missing) when (missing.Id is ErrorId.LogNotFound or ErrorId.DeploymentNotFound)
        {
            Report(missing);
        }
    });
}
