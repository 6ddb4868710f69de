using System.Collections;
using System.Management.Automation;
using RollbackOps;
using RollbackOps.Databases;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;
using RollbackTools.Errors;
using RollbackTools.Isolation;

namespace RollbackTools.Commands;

/// <summary>Verifies that a rollback holds, in one of the three windows of the written criteria, with the checklist.</summary>
/// <remarks>
/// <para>
/// Every production address is read at least five times over ten seconds, over new connections and past caches, and must
/// state the target's version. Without input the last rollback that stands is verified. A check that writes, like a chat message,
/// is marked as synthetic (X-Synthetic-Request) and made once in a window.
/// </para>
/// <para>
/// Criteria holds the window's written criteria, each with what was expected, what was seen, where and when; Checklist the ten
/// items. Traffic comes from measurements in the pipeline, else from the configured metrics. The short-term error rate is Passed below 0.1 %
/// with at least 2,995 requests, PassedAsBefore when it is no higher than the target's own former one, Unverified with too little
/// traffic, else Failed. What nobody measured is Unverified, and never ticked; where there is nothing of the sort, NotApplicable.
/// </para>
/// <para>
/// Errors before and after the switch are compared (conditional binomial test, 95 %). When there is no improvement, the deployment
/// rolled away from is likely not the cause: that is said, its mark becomes Suspected, and no automatic rollback follows.
/// </para>
/// <para>
/// What only people can say stays Pending until they do: -Answer supplies it, -Ask asks for it. It is recorded in the journal.
/// </para>
/// </remarks>
/// <example>
/// <para>Verify the last rollback.</para>
/// <code>Test-RollbackSuccess</code>
/// </example>
/// <example>
/// <para>Stay through the first five minutes, and read the criteria.</para>
/// <code>(Test-RollbackSuccess -Wait).Criteria</code>
/// </example>
/// <example>
/// <para>Verify the short-term window from the service's logs.</para>
/// <code>Measure-ErrorRate app.log -Last 1h | Test-RollbackSuccess -Window ShortTerm</code>
/// </example>
/// <example>
/// <para>Close the incident half an hour later, with what people say.</para>
/// <code>Test-RollbackSuccess -Window LongTerm -Answer @{ UserFeedback = $true; IncidentResolved = $true }</code>
/// </example>
/// <seealso cref="InvokeRollbackCommand"/>
/// <seealso cref="TestDeploymentHealthCommand"/>
/// <seealso cref="MeasureErrorRateCommand"/>
/// <seealso cref="NewIncidentReportCommand"/>
[Cmdlet(VerbsDiagnostic.Test, "RollbackSuccess")]
[OutputType(typeof(VerificationResult))]
public sealed class TestRollbackSuccessCommand : ContextCommand
{
    private readonly List<RollbackResult> _results = [];
    private readonly List<Measurement> _measurements = [];

    /// <summary>
    /// Every <see cref="RollbackResult"/> whose rollback is to be verified, and <see cref="Measurement"/> objects of the traffic around
    /// the switch.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The window of the written success criteria, counted from the switch.</summary>
    [Parameter]
    public VerificationWindow Window { get; set; }

    /// <summary>Waits for the window and stays through it, with a look every 30 seconds; the result comes at its end.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>
    /// What people say: true or false for TeamNotified, UserFeedback, IncidentResolved and PostMortemScheduled, for example
    /// @{ TeamNotified = $true }.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Answer { get; set; }

    /// <summary>Asks at the prompt for what only people can say.</summary>
    [Parameter]
    public SwitchParameter Ask { get; set; }

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
            case RollbackResult result:
                _results.Add(result);
                break;
            case Measurement measurement:
                _measurements.Add(measurement);
                break;
            default:
                ThrowTerminatingError(ErrorRecords.Of(ErrorRecords.UnusableInput(InputObject, "a RollbackResult or Measurement")));
                break;
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        if (MyInvocation.ExpectingInput && _results.Count == 0 && _measurements.Count == 0)
        {
            throw new RollbackOpsException(ErrorId.NoInput,
                "The pipeline gave no result to verify.", "Look at what the commands before it give.");
        }

        var answers = HumanQuestions.Read(Answer);
        if (Ask)
        {
            var first = _results.FirstOrDefault();
            var ledger = OpenContext(first?.Project, first?.Environment ?? Environment).ReadLedger();
            var isTold = (first?.RollbackId ?? ledger.LastStanding?.RollbackId) is { } id && ledger.ToldOf(id) is not null;
            await OnPipelineAsync(() =>
            {
                if (!Approval.CanAsk(this))
                {
                    throw new RollbackOpsException(ErrorId.ApprovalMissing,
                        "-Ask would ask, and nobody can be asked here: the session is not interactive or its input is redirected.",
                        "Say it in advance: -Answer @{ TeamNotified = $true }.");
                }

                HumanQuestions.Ask(Host.UI, HumanQuestions.Of(Window).Where(item => !isTold || item != HumanItem.TeamNotified), answers);
                return true;
            });
        }

        foreach (var result in _results.Count > 0 ? _results : [null!])
        {
            var context = OpenContext(result?.Project, result?.Environment ?? Environment);
            await EmitAsync(await new WindowVerifier(context, Tell).VerifyAsync(
                new WindowRequest
                {
                    RollbackId = result?.RollbackId,
                    Window = Window,
                    Wait = Wait,
                    Measurements = _measurements,
                    Answers = answers,
                    Database = DatabaseOf(context),
                },
                cancellationToken));
        }
    });

    /// <summary>Asks the configured database whether it answers; null where none is.</summary>
    private Func<CancellationToken, Task<DatabaseCheckResult>>? DatabaseOf(RollbackContext context)
    {
        if (context.Settings.Database is null)
        {
            return null;
        }

        var database = DatabaseContext.Create(Adapters.Factory, context.Settings, NewSecretSource(), TimeProvider.System, Actor);
        var checker = new DatabaseChecker(database.Engine.Live, database.Database, database.Clock);
        return async cancellationToken =>
        {
            DatabaseCheckResult? answer = null;
            await checker.RunAsync(
                name => name == DatabaseChecker.ConnectivityName,
                result =>
                {
                    answer = result;
                    return Task.CompletedTask;
                },
                cancellationToken);
            return answer!;
        };
    }
}
