using System.Management.Automation;
using RollbackOps;
using RollbackOps.Deployments;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>Gets the log of deployments, line by line.</summary>
/// <remarks>
/// <para>
/// For a release directory these are the files *.log in the release's folder. Control characters in foreign text are
/// shown as code points and do nothing.
/// </para>
/// </remarks>
/// <example>
/// <para>Why did the last deployment fail?</para>
/// <code>Get-DeploymentHistory -State Failed -First 1 | Get-DeploymentLog</code>
/// </example>
[Cmdlet(VerbsCommon.Get, "DeploymentLog")]
[OutputType(typeof(DeploymentLogLine))]
public sealed class GetDeploymentLogCommand : ContextCommand
{
    /// <summary>Deployments whose log to get.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The deployment's id; by default the live one.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.DeploymentIdCompleter))]
    public string? Id { get; set; }

    /// <summary>The environment; by default the configuration's own.</summary>
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
        try
        {
            await foreach (var line in context.Platform.ReadLogAsync(id, cancellationToken))
            {
                await EmitAsync(line);
            }
        }
        catch (RollbackOpsException missing) when (missing.Id is ErrorId.LogNotFound or ErrorId.DeploymentNotFound)
        {
            Report(missing);
        }
    });
}
