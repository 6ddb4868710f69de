using System.Management.Automation;
using RollbackOps.Escalations;

namespace RollbackTools.Commands;

/// <summary>Acknowledges an escalation, records what came of a telephone call, tells of progress, or resolves it.</summary>
/// <remarks>
/// <para>
/// It works in any terminal that sees the same state folder: the process that runs Start-Escalation reads it in the journal
/// within a second. Where none runs, it counts for the one that goes on with the escalation. Whoever was called is told.
/// </para>
/// <para>
/// Acknowledged, nobody is called any more; the incident goes on. When nothing new is in the journal for
/// escalation.stalledAfter (15 minutes), people are called again: a rollback, a restore, a verification, a report count, and so does
/// -Progress. Only -Resolve ends it, or Test-RollbackSuccess with the answer that the incident is resolved.
/// </para>
/// <para>
/// -CallResult Answered acknowledges, since somebody responds. NoAnswer is recorded; where nothing but the telephone reaches
/// those who are called, the next level is called at once.
/// </para>
/// </remarks>
/// <example>
/// <para>Acknowledge the escalation that is open.</para>
/// <code>Confirm-Escalation</code>
/// </example>
/// <example>
/// <para>Record that the person who was called did not answer.</para>
/// <code>Confirm-Escalation -CallResult NoAnswer</code>
/// </example>
/// <example>
/// <para>Say how it goes, so that nobody is called again.</para>
/// <code>Confirm-Escalation INC-4711 -Progress 'Restoring the database, ten minutes more'</code>
/// </example>
/// <example>
/// <para>End it.</para>
/// <code>Confirm-Escalation INC-4711 -Resolve -Note 'The cache was full'</code>
/// </example>
/// <seealso cref="EscalationStep">The step that was recorded.</seealso>
/// <seealso cref="StartEscalationCommand"/>
/// <seealso cref="TestRollbackSuccessCommand"/>
[Cmdlet(VerbsLifecycle.Confirm, "Escalation", SupportsShouldProcess = true, DefaultParameterSetName = AcknowledgeSet, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EscalationStep))]
public sealed class ConfirmEscalationCommand : ContextCommand
{
    private const string AcknowledgeSet = "Acknowledge";
    private const string CallSet = "Call";
    private const string ProgressSet = "Progress";
    private const string ResolveSet = "Resolve";

    /// <summary>The incident's id, as Start-Escalation gives it.</summary>
    [PSDefaultValue(Help = "The only one that is open")]
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.EscalationIdCompleter))]
    public string? IncidentId { get; set; }

    /// <summary>What came of a telephone call. Answered acknowledges.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CallSet)]
    public CallResult CallResult { get; set; }

    /// <summary>What is being done, in one's own words: it counts as progress.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ProgressSet)]
    [ValidateNotNullOrEmpty]
    public string? Progress { get; set; }

    /// <summary>Ends the escalation: the incident is over.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ResolveSet)]
    public SwitchParameter Resolve { get; set; }

    /// <summary>The contact of the configuration who acknowledges, was called, or resolved it.</summary>
    [PSDefaultValue(Help = "Whoever calls the cmdlet; with -CallResult, whoever was to be called by telephone last")]
    [Parameter(ParameterSetName = AcknowledgeSet)]
    [Parameter(ParameterSetName = CallSet)]
    [Parameter(ParameterSetName = ResolveSet)]
    [ValidateNotNullOrEmpty]
    public string? Contact { get; set; }

    /// <summary>What else there is to say; it stands in the journal.</summary>
    [Parameter(ParameterSetName = AcknowledgeSet)]
    [Parameter(ParameterSetName = CallSet)]
    [Parameter(ParameterSetName = ResolveSet)]
    [ValidateNotNullOrEmpty]
    public string? Note { get; set; }

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    private protected override string Activity => "Escalation";

    private EscalationStepKind Kind => ParameterSetName switch
    {
        CallSet => CallResult == CallResult.Answered ? EscalationStepKind.Answered : EscalationStepKind.NoAnswer,
        ProgressSet => EscalationStepKind.Progress,
        ResolveSet when Resolve => EscalationStepKind.Resolved,
        _ => EscalationStepKind.Acknowledged,
    };

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        var context = OpenContext(project: null, Environment);
        var confirmation = new EscalationConfirmation(context);
        var state = confirmation.Find(IncidentId);
        var isApproved = await OnPipelineAsync(() =>
        {
            Approval.RequireSomebody(this, ConfirmImpact.Medium);
            return ShouldProcess($"{state.Id} ({state.Severity}: {state.Reason})", $"Record {Kind}");
        });
        if (!isApproved)
        {
            return;
        }

        await using var telling = new Telling(Verbose, Warn);
        telling.Follow(context, NewSecretSource(), isCall: true);
        await EmitAsync(confirmation.Confirm(state, Kind, Contact, Progress ?? Note));
        await telling.EndAsync(UserStopToken);
    });
}
