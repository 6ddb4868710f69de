using System.Management.Automation;
using RollbackOps.Incidents;
using RollbackTools.Errors;
using RollbackTools.Isolation;

namespace RollbackTools.Commands;

/// <summary>Checks archives that Save-DeploymentLog saved: that they, and every file in them, are as they were.</summary>
/// <remarks>
/// <para>
/// The archive's SHA-256 is compared with the one in the journal, else with the one that lies beside it, and each file in it with
/// the archive's manifest. What was changed is named. An archive in S3 is fetched for it.
/// </para>
/// </remarks>
/// <example>
/// <para>Save the evidence and check it.</para>
/// <code>Save-DeploymentLog | Test-DeploymentLog</code>
/// </example>
/// <example>
/// <para>Check every archive of a folder, and see what is wrong.</para>
/// <code>(Test-DeploymentLog /mnt/evidence/*.zip).Findings</code>
/// </example>
/// <example>
/// <para>Branch in a script.</para>
/// <code>if (-not (Test-DeploymentLog s3://backups/evidence/evidence-rb-1-20261120T093000Z.zip -Quiet)) { throw 'The evidence was changed.' }</code>
/// </example>
/// <seealso cref="EvidenceCheck">One for each archive.</seealso>
/// <seealso cref="bool">With -Quiet: whether the archive is intact.</seealso>
/// <seealso cref="SaveDeploymentLogCommand"/>
/// <seealso cref="TestRollbackLogCommand"/>
[Cmdlet(VerbsDiagnostic.Test, "DeploymentLog")]
[OutputType(typeof(EvidenceCheck), typeof(bool))]
public sealed class TestDeploymentLogCommand : ContextCommand
{
    private const string S3 = "s3://";

    /// <summary>Every <see cref="EvidenceArchive"/> to check.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Where archives are: files, with wildcards, or s3://bucket/key in the configured bucket.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>Gives only a truth value: true when the archive is intact.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    private protected override string Activity => "Evidence";

    /// <inheritdoc />
    protected override void ProcessRecord() => Run(async cancellationToken =>
    {
        var archive = InputObject?.BaseObject as EvidenceArchive;
        if (InputObject is not null && archive is null)
        {
            throw ErrorRecords.UnusableInput(InputObject, "an EvidenceArchive");
        }

        var locations = archive is not null ? [archive.Location] : await OnPipelineAsync(() => (Path ?? []).SelectMany(Locations).ToList());
        if (locations.Count == 0)
        {
            throw new RollbackOps.RollbackOpsException(RollbackOps.ErrorId.NoInput,
                "No archive was named, or none is there.", "Name one with -Path, or pipe what Save-DeploymentLog gives.", Path);
        }

        var context = OpenContext(archive?.Project, Environment ?? archive?.Environment);
        var ledger = context.ReadLedger();
        foreach (var location in locations)
        {
            var store = Adapters.Factory.CreateEvidenceStore(
                context.Settings, location.StartsWith(S3, StringComparison.Ordinal) ? null : System.IO.Path.GetDirectoryName(location),
                NewSecretSource(), TimeProvider.System);
            using var opened = store as IDisposable;
            var check = await new EvidenceVerifier(ledger, store).CheckAsync(location, cancellationToken);
            await EmitAsync(Quiet ? check.IsIntact : check);
        }
    });

    private IEnumerable<string> Locations(string path) =>
        path.StartsWith(S3, StringComparison.Ordinal) ? [path]
        : WildcardPattern.ContainsWildcardCharacters(path) ? GetResolvedProviderPathFromPSPath(path, out _)
        : [ResolvePath(path)];
}
