using System.Management.Automation;
using RollbackOps.Databases;
using RollbackOps.Decisions;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;
using RollbackTools.Errors;
using RollbackTools.Isolation;

namespace RollbackTools.Commands;

/// <summary>Writes the incident report: as HTML and Markdown for people, and as JSON for tools.</summary>
/// <remarks>
/// <para>
/// Takes any mix of decisions, rollback results, verifications, restores, tested backups, database checks and plans. The summary, the timeline with its measured
/// times, the steps, the verification, the checklist and the overrides come from the journal. Without input it reports
/// on the last rollback or restore in the log.
/// </para>
/// <para>
/// The files are written as soon as a rollback result arrives and refreshed at the end, so that a failed rollback leaves
/// a whole report even where errors stop the script. Given only a plan (-WhatIf before it), it writes nothing and says
/// so; given a verdict that asks for nothing, there is nothing to report.
/// </para>
/// </remarks>
/// <example>
/// <para>Report at the end of the procedure.</para>
/// <code>Get-DeploymentHistory | Test-RollbackNeeded | Invoke-Rollback | New-IncidentReport</code>
/// </example>
/// <example>
/// <para>Report on the last rollback, into a folder of one's own.</para>
/// <code>New-IncidentReport -OutFolder ./reports -Title 'Checkout down after release 42'</code>
/// </example>
/// <example>
/// <para>Add a later verification to the report.</para>
/// <code>
/// $result = Invoke-Rollback -Reason 'Checkout fails'
/// $verification = $result | Test-RollbackSuccess -Window ShortTerm
/// $result, $verification | New-IncidentReport
/// </code>
/// </example>
/// <example>
/// <para>Report on a restore of the database, with the checks that were made afterwards.</para>
/// <code>
/// $restore = Get-DatabaseBackup -Before '2026-11-20 09:30' | Restore-Database -Reason 'Orders corrupted' -Confirm:$false
/// $restore, (Test-Database) | ForEach-Object { $_ } | New-IncidentReport
/// </code>
/// </example>
/// <seealso cref="InvokeRollbackCommand"/>
/// <seealso cref="TestRollbackSuccessCommand"/>
/// <seealso cref="GetRollbackLogCommand"/>
[Cmdlet(VerbsCommon.New, "IncidentReport", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(IncidentReport))]
public sealed class NewIncidentReportCommand : ContextCommand
{
    private readonly List<VerificationResult> _verifications = [];
    private readonly List<DatabaseRestoreResult> _restores = [];
    private readonly List<BackupTestResult> _tests = [];
    private readonly List<DatabaseCheckResult> _checks = [];
    private readonly List<Measurement> _measurements = [];
    private RollbackDecision? _decision;
    private RollbackResult? _result;
    private bool _hasPlan;
    private bool _isWritten;
    private bool? _isApproved;

    /// <summary>
    /// What to report on: any mix of <see cref="RollbackDecision"/>, <see cref="RollbackResult"/>,
    /// <see cref="VerificationResult"/>, <see cref="Measurement"/>, <see cref="DatabaseRestoreResult"/>,
    /// <see cref="BackupTestResult"/>, <see cref="DatabaseCheckResult"/>, <see cref="RollbackPlan"/>, <see cref="DatabaseRestorePlan"/> and
    /// <see cref="HealthCheckResult"/> objects.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The rollback to report on, by its id; it is resolved from the log.</summary>
    [PSDefaultValue(Help = "What came down the pipeline, else the last rollback of the log")]
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RollbackId { get; set; }

    /// <summary>The report's title, in one line.</summary>
    [PSDefaultValue(Help = "One made of the project, the environment and the outcome")]
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Title { get; set; }

    /// <summary>The folder to write to; it is made when it is not there.</summary>
    [PSDefaultValue(Help = "reports.folder of the configuration, else reports/ in the state folder")]
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? OutFolder { get; set; }

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
            case RollbackDecision decision:
                _decision = decision;
                break;
            case VerificationResult verification:
                _verifications.Add(verification);
                break;
            case BackupTestResult test:
                _tests.Add(test);
                break;
            case DatabaseCheckResult check:
                _checks.Add(check);
                break;
            case DatabaseRestoreResult restore:
                _restores.Add(restore);
                Run(_ => WriteAsync());
                break;
            case RollbackPlan or DatabaseRestorePlan:
                _hasPlan = true;
                break;
            case HealthCheckResult:
                break;
            case Measurement measurement:
                _measurements.Add(measurement);
                break;
            case RollbackResult result:
                _result = result;
                // At once: where errors stop the script, the end never comes.
                Run(_ => WriteAsync());
                break;
            default:
                WriteError(ErrorRecords.Of(ErrorRecords.UnusableInput(
                    InputObject, "a RollbackDecision, RollbackResult, VerificationResult, Measurement or DatabaseRestoreResult")));
                break;
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async _ =>
    {
        if (_hasPlan && _result is null && _restores.Count == 0)
        {
            Warn("Only a plan came down the pipeline; nothing has happened yet, and no report is written.");
            return;
        }

        if (MyInvocation.ExpectingInput && _result is null && _decision is null && _verifications.Count == 0 && Database.IsEmpty)
        {
            // A verdict that asks for nothing leaves nothing to report on.
            return;
        }

        if (await WriteAsync() is { } report)
        {
            await EmitAsync(report);
        }
    });

    private DatabaseSection Database => new() { Restores = [.. _restores], BackupTests = [.. _tests], Checks = [.. _checks] };

    private async Task<IncidentReport?> WriteAsync()
    {
        var context = OpenContext(
            _result?.Project ?? _decision?.Project ?? _restores.FirstOrDefault()?.Project,
            Environment ?? _result?.Environment ?? _decision?.Environment ?? _restores.FirstOrDefault()?.Environment);
        if (_result?.Status is RollbackStatus.NotNeeded && _verifications.Count == 0 && Database.IsEmpty)
        {
            return null;
        }

        var report = new IncidentReporter(context).Make(new ReportInput
        {
            Result = _result,
            RollbackId = RollbackId,
            Decision = _decision,
            Verifications = _verifications,
            Measurements = _measurements,
            Database = Database,
            Title = Title,
        });

        // Asked once: the refresh at the end goes by the first answer.
        _isApproved ??= await OnPipelineAsync(() =>
        {
            Approval.RequireSomebody(this, ConfirmImpact.Low);
            return ShouldProcess(report.Title, "Write the incident report");
        });
        if (_isApproved == false)
        {
            return null;
        }

        report = new ReportFiles(context, Adapters.Factory.CreateReportRenderer()).Write(report, OutFolder is null ? null : ResolvePath(OutFolder), isRefresh: _isWritten);
        _isWritten = true;
        return report;
    }
}
