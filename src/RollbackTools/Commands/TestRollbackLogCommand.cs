using System.Management.Automation;
using RollbackOps.Rollbacks;

namespace RollbackTools.Commands;

/// <summary>Checks the journal's integrity: every record's own hash and the chain between them.</summary>
/// <remarks>
/// <para>
/// Needs no network. An edited or missing record is named by its number; it blocks nothing but trust. A record cut off
/// by a crash is shown as a torn tail, which is no breach.
/// </para>
/// </remarks>
/// <example>
/// <para>Check the journal.</para>
/// <code>Test-RollbackLog</code>
/// </example>
/// <example>
/// <para>Branch in a script.</para>
/// <code>if (-not (Test-RollbackLog -Quiet)) { throw 'The rollback log was changed.' }</code>
/// </example>
/// <seealso cref="bool">With -Quiet: whether the journal can be trusted.</seealso>
[Cmdlet(VerbsDiagnostic.Test, "RollbackLog")]
[OutputType(typeof(JournalCheck), typeof(bool))]
public sealed class TestRollbackLogCommand : ContextCommand
{
    /// <summary>Gives only a truth value: true when the journal can be trusted.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async _ =>
    {
        var context = OpenContext(project: null, Environment);
        var check = JournalCheck.Of(context);
        await EmitAsync(Quiet ? check.IsTrusted : check);
    });
}
