using System.Management.Automation;
using RollbackOps;
using RollbackOps.Deployments;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>A cmdlet that sets or lifts marks on deployments.</summary>
public abstract class MarkingCommand : ContextCommand
{
    private readonly List<string> _ids = [];
    private Deployment? _first;

    /// <summary>Every <see cref="Deployment"/> to mark or unmark.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The exact ids of deployments to mark or unmark.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.DeploymentIdCompleter))]
    public string[] Id { get; set; } = [];

    /// <summary>Why, in a few words; it stands in the journal.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Reason { get; set; } = string.Empty;

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        switch (InputObject?.BaseObject)
        {
            case null:
                break;
            case Deployment deployment:
                _first ??= deployment;
                _ids.Add(deployment.Id);
                break;
            default:
                ThrowTerminatingError(ErrorRecords.Of(ErrorRecords.UnusableInput(InputObject, "a Deployment")));
                break;
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        var ids = _ids.Concat(Id).Distinct(StringComparer.Ordinal).ToList();
        if (ids.Count == 0)
        {
            throw new RollbackOpsException(ErrorId.NoInput,
                "No deployment was named.", "Pipe one from Get-DeploymentHistory, or name its id.");
        }

        await OnPipelineAsync(() =>
        {
            Approval.RequireSomebody(this, ConfirmImpact.Medium);
            return true;
        });
        var context = OpenContext(_first?.Project, Environment ?? _first?.Environment);
        var marks = new DeploymentMarks(context);
        foreach (var id in ids)
        {
            try
            {
                var deployment = await marks.RequireAsync(id, cancellationToken);
                if (await OnPipelineAsync(() => ShouldProcess($"{deployment.Id} in {deployment.Project}/{deployment.Environment}", Act)))
                {
                    await EmitAsync(Apply(marks, deployment));
                }
            }
            catch (RollbackOpsException failure) when (failure.Id == ErrorId.DeploymentNotFound)
            {
                Report(failure);
            }
        }
    });

    /// <summary>What is done, for the confirmation.</summary>
    private protected abstract string Act { get; }

    /// <summary>Does it.</summary>
    private protected abstract Deployment Apply(DeploymentMarks marks, Deployment deployment);
}
