using System.Management.Automation;
using System.Text.Json;
using RollbackOps;
using RollbackOps.Decisions;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;
using RollbackTools.Errors;
using RollbackTools.Isolation;

namespace RollbackTools.Commands;

/// <summary>Saves the evidence of an incident as one archive: logs, probes, measurements, journal and configuration.</summary>
/// <remarks>
/// <para>
/// The archive is a ZIP file with a manifest that holds the SHA-256 of each file in it; its own SHA-256 goes into the journal, so
/// that Test-DeploymentLog proves later that nothing was changed. It holds the logs of the deployment rolled away from, of the
/// one rolled back to and of what is live; the log files of evidence.logs and -Path, unpacked; what was measured and probed,
/// before and now; the whole journal; and the effective configuration. What is secret is masked line by line. A source that
/// cannot be read is named in the archive with the reason, and the others are saved.
/// </para>
/// <para>
/// It goes to the folder that evidence.folder names, or to the S3 bucket of evidence.s3; what is stored is read back and compared.
/// Cut off while it collects, it leaves nothing under the archive's name, and the next call begins anew. An upload that was cut
/// off is carried on by the next call for the same rollback, which sends only the parts that are missing.
/// </para>
/// <para>
/// -WhatIf reads everything and shows what would be saved, with its sizes; nothing is written.
/// </para>
/// </remarks>
/// <example>
/// <para>Save the evidence of the last rollback.</para>
/// <code>Save-DeploymentLog</code>
/// </example>
/// <example>
/// <para>See first what would be saved, and how large it is.</para>
/// <code>(Save-DeploymentLog -WhatIf).Entries</code>
/// </example>
/// <example>
/// <para>Save more logs and what was measured, into a folder of one's own.</para>
/// <code>Measure-ErrorRate app.log -Last 1h | Save-DeploymentLog -Path /var/log/app/*.log -Destination /mnt/evidence</code>
/// </example>
/// <seealso cref="EvidenceArchive">The archive: saved, or with -WhatIf as it would be.</seealso>
/// <seealso cref="TestDeploymentLogCommand"/>
/// <seealso cref="GetDeploymentLogCommand"/>
/// <seealso cref="NewIncidentReportCommand"/>
[Cmdlet(VerbsData.Save, "DeploymentLog", SupportsShouldProcess = true)]
[OutputType(typeof(EvidenceArchive))]
public sealed class SaveDeploymentLogCommand : ContextCommand
{
    private readonly List<EvidenceInput> _inputs = [];
    private RollbackResult? _result;

    /// <summary>
    /// What else belongs to the incident: the <see cref="RollbackResult"/> it is about, and any mix of
    /// <see cref="RollbackDecision"/>, <see cref="Measurement"/>, <see cref="VerificationResult"/> and
    /// <see cref="HealthCheckResult"/> objects.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Log files to save besides those of evidence.logs; the last part may be a pattern. Those that end in .gz and .zst are unpacked.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>The folder to save to, in place of the configured store.</summary>
    [PSDefaultValue(Help = "evidence of the configuration, else evidence/ in the state folder")]
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>The id of the rollback that the evidence is about.</summary>
    [PSDefaultValue(Help = "The last rollback in the log")]
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RollbackId { get; set; }

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    private protected override string Activity => "Evidence";

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        switch (InputObject?.BaseObject)
        {
            case null:
                break;
            case RollbackResult result when _result is null || _result.RollbackId == result.RollbackId:
                _result = result;
                break;
            case RollbackResult other:
                ThrowTerminatingError(ErrorRecords.Of(new RollbackOpsException(ErrorId.MultipleTargets,
                    "More than one rollback came down the pipeline; an archive is about one.", "Save them one by one.", other)));
                break;
            case RollbackDecision decision:
                Take("measurements/decisions.jsonl", EvidenceKind.Measurement, JsonSerializer.Serialize(decision.Inputs, RollbackJson.Compact.DecisionInputs));
                break;
            case Measurement measurement:
                Take("measurements/measurements.jsonl", EvidenceKind.Measurement, JsonSerializer.Serialize(measurement, RollbackJson.Compact.Measurement));
                break;
            case VerificationResult verification:
                Take("probes/verified.jsonl", EvidenceKind.Probe, JsonSerializer.Serialize(verification, RollbackJson.Compact.VerificationResult));
                break;
            case HealthCheckResult check:
                Take("probes/checks.jsonl", EvidenceKind.Probe, JsonSerializer.Serialize(check, RollbackJson.Compact.HealthCheckResult));
                break;
            default:
                WriteError(ErrorRecords.Of(ErrorRecords.UnusableInput(
                    InputObject, "a RollbackResult, RollbackDecision, Measurement, VerificationResult or HealthCheckResult")));
                break;
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        var isPreview = await OnPipelineAsync(() =>
        {
            Approval.RequireSomebody(this, ConfirmImpact.Medium);
            return Approval.IsPreview(this);
        });
        var configuration = ReadConfiguration(Environment ?? _result?.Environment);
        var context = OpenContext(_result?.Project, Environment ?? _result?.Environment);
        var store = Adapters.Factory.CreateEvidenceStore(
            context.Settings, Destination is null ? null : ResolvePath(Destination), NewSecretSource(), TimeProvider.System);
        using var opened = store as IDisposable;
        var saver = new EvidenceSaver(context, store, Adapters.Factory.CreateLogReader(), Tell);
        var request = new EvidenceRequest
        {
            RollbackId = RollbackId ?? _result?.RollbackId,
            Logs = [.. (Path ?? []).Select(ResolvePath)],
            Inputs = _inputs,
            Configuration = configuration.Effective,
        };
        if (isPreview)
        {
            var preview = await saver.PreviewAsync(request, cancellationToken);
            await OnPipelineAsync(() => ShouldProcess(preview.Location, "Save the evidence"));
            await EmitAsync(preview);
        }
        else if (await OnPipelineAsync(() => ShouldProcess(store.Location, "Save the evidence")))
        {
            await EmitAsync(await saver.SaveAsync(request, cancellationToken));
        }
    });

    private void Take(string name, EvidenceKind kind, string json) => _inputs.Add(new EvidenceInput(name, kind, json));
}
