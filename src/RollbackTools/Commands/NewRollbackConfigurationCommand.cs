using System.Management.Automation;
using RollbackOps;
using RollbackOps.Configuration;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>Writes a first rollback.json from what a folder holds.</summary>
/// <remarks>
/// <para>
/// It looks at the git repository, package.json, the Vercel project link and the release directory, says what it found,
/// and writes a configuration that is valid as it stands, with the JSON Schema that it names beside it. It reads files
/// only; no program is run. Each file is written whole or not at all.
/// </para>
/// <para>A configuration that is there already is left as it is unless -Overwrite is given.</para>
/// </remarks>
/// <example>
/// <para>Write rollback.json into the current folder and show what it was made from.</para>
/// <code>New-RollbackConfiguration</code>
/// </example>
/// <example>
/// <para>Show what would be written, and write nothing.</para>
/// <code>(New-RollbackConfiguration -WhatIf).Content</code>
/// </example>
/// <example>
/// <para>Replace the configuration of another folder.</para>
/// <code>New-RollbackConfiguration -Path /srv/shop -Project shop -Overwrite</code>
/// </example>
/// <seealso cref="GetDeploymentHistoryCommand"/>
[Cmdlet(VerbsCommon.New, "RollbackConfiguration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ConfigurationScaffold))]
public sealed class NewRollbackConfigurationCommand : MaskingCommand
{
    /// <summary>The folder to write into.</summary>
    [PSDefaultValue(Help = "The current location")]
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The project's name.</summary>
    [PSDefaultValue(Help = "Taken from what is found, at last from the folder")]
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Project { get; set; }

    /// <summary>Replaces a configuration that is there already.</summary>
    [Parameter]
    public SwitchParameter Overwrite { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        try
        {
            Approval.RequireSomebody(this, ConfirmImpact.Medium);
            var folder = Path is null
                ? SessionState.Path.CurrentFileSystemLocation.ProviderPath
                : FileSystemPath.Resolve(this, Path);
            var scaffold = ScaffoldMaker.Make(folder, Project);
            ScaffoldWriter.RefuseExisting(scaffold, Overwrite);
            WriteObject(ShouldProcess(scaffold.Path, "Write the configuration")
                ? ScaffoldWriter.Write(scaffold, Overwrite)
                : scaffold);
        }
        catch (RollbackOpsException failure)
        {
            ThrowTerminatingError(ErrorRecords.Of(failure));
        }
    }
}
