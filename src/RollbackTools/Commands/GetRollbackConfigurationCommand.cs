using System.Management.Automation;
using RollbackOps;
using RollbackOps.Configuration;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>Shows the effective configuration: every value, and where it comes from.</summary>
/// <remarks>
/// <para>
/// The configuration is the nearest rollback.json from the current folder upwards. It is checked strictly: whatever is
/// wrong with it is told at once, with path, line and the name that was most likely meant. Without a file, the defaults
/// stand, and the platform is the release directory at or above the current folder.
/// </para>
/// <para>Secrets are shown as the references they are; no secret is resolved and no command is run.</para>
/// </remarks>
/// <example>
/// <para>List every setting of the default environment with its value and source.</para>
/// <code>Get-RollbackConfiguration</code>
/// </example>
/// <example>
/// <para>List what is set for staging, by the file or by its environment's part.</para>
/// <code>Get-RollbackConfiguration -Environment staging | Where-Object Source -ne Default</code>
/// </example>
/// <example>
/// <para>Show what would be in effect with one setting overridden.</para>
/// <code>Get-RollbackConfiguration -Setting @{ 'policy.planLifetime' = '5m' }</code>
/// </example>
/// <seealso cref="InvokeRollbackCommand"/>
[Cmdlet(VerbsCommon.Get, "RollbackConfiguration")]
[OutputType(typeof(EffectiveSetting))]
public sealed class GetRollbackConfigurationCommand : ContextCommand
{
    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        try
        {
            WriteObject(ReadConfiguration(Environment).Effective, enumerateCollection: true);
        }
        catch (RollbackOpsException failure)
        {
            ThrowTerminatingError(ErrorRecords.Of(failure));
        }
    }
}
