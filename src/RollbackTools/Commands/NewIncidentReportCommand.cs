using System.Management.Automation;
using RollbackOps;
using RollbackOps.Databases;
using RollbackOps.Decisions;
using RollbackOps.Drills;
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
/// The HTML page opens offline and in every browser: it holds its charts, asks no network, and prints. Error-minutes, failed
/// requests and the charts come from the verdict's own measurements, from those piped in, and from the configured metrics;
/// what nobody measured says so. Errors before and after the switch are compared by the conditional binomial test at 95 %;
/// no improvement is said plainly. Every time is UTC. Secrets and mark-up in foreign text are rendered harmless.
/// </para>
/// <para>
/// Beside the report lies a calendar file for the post-mortem, an hour after the incident (reports.postMortemAfter; 0s for
/// none); written again, it updates the same entry. The JSON follows schema/incident-report.schema.json.
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
/// <para>Add the traffic since to the report, for its charts and for the comparison of before and after.</para>
/// <code>Measure-ErrorRate -Path access.log -Last 2h | New-IncidentReport -RollbackId rb-20260301-140830-1</code>
/// </example>
/// <example>
/// <para>Open an issue with the report, or bring the one that is there up to date.</para>
/// <code>New-IncidentReport -Publish -Label incident, rollback -Assignee octocat</code>
/// </example>
/// <example>
/// <para>Write the report by a template of one's own, beside the module's documents.</para>
/// <code>New-IncidentReport -Template ./status-page.txt.liquid</code>
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
    private List<ReportTemplate>? _templates;

    /// <summary>
    /// What to report on: any mix of <see cref="RollbackDecision"/>, <see cref="RollbackResult"/>,
    /// <see cref="VerificationResult"/>, <see cref="Measurement"/>, <see cref="DatabaseRestoreResult"/>,
    /// <see cref="BackupTestResult"/>, <see cref="DatabaseCheckResult"/>, <see cref="RollbackPlan"/>, <see cref="DatabaseRestorePlan"/> and
    /// <see cref="HealthCheckResult"/> objects; or <see cref="DrillResult"/> objects, each of which gives the report of its own incident.
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

    /// <summary>
    /// Liquid templates of your own. What the document is follows from the name: report.html.liquid and report.md.liquid take
    /// the place of the module's own documents, any other is written beside them. A template sees the report's texts, each
    /// escaped for its document; it can include no file, and ends when it takes longer than two seconds.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Template { get; set; }

    /// <summary>
    /// Opens an issue with the report in the configured repository on GitHub, or writes the incident's issue anew where
    /// there is one. What people wrote below the report stays.
    /// </summary>
    [Parameter]
    public SwitchParameter Publish { get; set; }

    /// <summary>Labels for a new issue.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Label { get; set; }

    /// <summary>The logins that a new issue is assigned to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Assignee { get; set; }

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
                Run(cancellationToken => WriteAsync(cancellationToken));
                break;
            case RollbackPlan or DatabaseRestorePlan:
                _hasPlan = true;
                break;
            case HealthCheckResult:
                break;
            case Measurement measurement:
                _measurements.Add(measurement);
                break;
            case DrillResult drill:
                Run(_ => WriteAsync(drill));
                break;
            case RollbackResult result:
                _result = result;
                // At once: where errors stop the script, the end never comes.
                Run(cancellationToken => WriteAsync(cancellationToken));
                break;
            default:
                WriteError(ErrorRecords.Of(ErrorRecords.UnusableInput(
                    InputObject, "a RollbackDecision, RollbackResult, VerificationResult, Measurement or DatabaseRestoreResult")));
                break;
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        if (_hasPlan && _result is null && _restores.Count == 0)
        {
            Warn("Only a plan came down the pipeline; nothing has happened yet, and no report is written.");
            return;
        }

        // A drill's report is written as it comes.
        if (MyInvocation.ExpectingInput && RollbackId is null && _result is null && _decision is null
            && _verifications.Count == 0 && _measurements.Count == 0 && Database.IsEmpty)
        {
            // A verdict that asks for nothing leaves nothing to report on.
            return;
        }

        if (await WriteAsync(cancellationToken, isWhole: true) is { } report)
        {
            await EmitAsync(Publish ? await PublishAsync(report, cancellationToken) : report);
        }
    });

    private DatabaseSection Database => new() { Restores = [.. _restores], BackupTests = [.. _tests], Checks = [.. _checks] };

    private async Task<IncidentReport?> WriteAsync(CancellationToken cancellationToken, bool isWhole = false)
    {
        var context = OpenContext(
            _result?.Project ?? _decision?.Project ?? _restores.FirstOrDefault()?.Project,
            Environment ?? _result?.Environment ?? _decision?.Environment ?? _restores.FirstOrDefault()?.Environment);
        if (_result?.Status is RollbackStatus.NotNeeded && _verifications.Count == 0 && Database.IsEmpty)
        {
            return null;
        }

        var input = new ReportInput
        {
            Result = _result,
            RollbackId = RollbackId,
            Decision = _decision,
            Verifications = _verifications,
            Measurements = _measurements,
            Database = Database,
            Title = Title,
        };
        var reporter = new IncidentReporter(context);
        var report = reporter.Make(input);
        if (isWhole && await new IncidentTraffic(context).ReadAsync(report, cancellationToken) is var (measured, unreadable) && measured.Count + unreadable.Count > 0)
        {
            report = reporter.Make(input with { Measurements = [.. _measurements, .. measured], Unreadable = unreadable });
        }

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

        return WriteFiles(context, report);
    }

    /// <summary>Writes the report of a drill's own incident; the journal in use knows nothing of it, and learns nothing.</summary>
    private async Task WriteAsync(DrillResult drill)
    {
        var report = DrillReport.Of(drill);
        report = Title is null ? report : report with { Title = Inert.Line(Title) };
        _isApproved ??= await OnPipelineAsync(() =>
        {
            Approval.RequireSomebody(this, ConfirmImpact.Low);
            return ShouldProcess(report.Title, "Write the incident report");
        });
        if (_isApproved == true)
        {
            _isWritten = true;
            await EmitAsync(WriteFiles(OpenContext(project: null, Environment), report));
        }
    }

    private IncidentReport WriteFiles(RollbackContext context, IncidentReport report)
    {
        _templates ??= [.. (Template ?? []).Select(path => ReportTemplate.Read(ResolvePath(path)))];
        var files = new ReportFiles(context, Adapters.Factory.CreateReportRenderer(), Adapters.Factory.CreateMeetingCalendar());
        var isRefresh = _isWritten;
        // Set before: where a template is invalid, everything else is written all the same.
        _isWritten = true;
        return files.Write(report, OutFolder is null ? null : ResolvePath(OutFolder), _templates, isRefresh);
    }

    /// <summary>Opens or rewrites the incident's issue; the report on disk stands whatever comes of it.</summary>
    private async Task<IncidentReport> PublishAsync(IncidentReport report, CancellationToken cancellationToken)
    {
        var context = OpenContext(report.Project, report.Environment);
        var issues = Adapters.Factory.CreateIncidentIssues(context.Settings, NewSecretSource(), TimeProvider.System)
            ?? throw new RollbackOpsException(ErrorId.InvalidArgument,
                "The report is written, but there is no place to publish it: no github section is configured.",
                "Write a github section into rollback.json; github.owner, github.repository and github.token are what it needs.");
        if (!await OnPipelineAsync(() => ShouldProcess(issues.Place, $"Open or update the issue of {report.Id}")))
        {
            return report;
        }

        var published = await issues.PublishAsync(
            new IncidentIssue
            {
                IncidentId = $"{report.Id}:{report.Project}:{report.Environment}",
                Title = report.Title,
                Markdown = Adapters.Factory.CreateReportRenderer().RenderMarkdown(report),
                Since = report.Timeline.Select(entry => entry.At).Append(report.WrittenAt).Min(),
                Labels = Label ?? [],
                Assignees = Assignee ?? [],
            },
            cancellationToken);
        return WriteFiles(context, report with { Issue = published });
    }
}
