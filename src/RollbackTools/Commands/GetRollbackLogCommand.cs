using System.Management.Automation;
using RollbackOps.Rollbacks;

namespace RollbackTools.Commands;

/// <summary>Gets the rollback log: every attempt, with the written template's eleven fields.</summary>
/// <remarks>
/// <para>
/// It is a view of the journal, oldest entry first. Refused attempts are in it, and one that was cut off shows as
/// Unfinished until Resume-Rollback has finished it.
/// </para>
/// <para>
/// Restores of the database stand in it, too, numbered in the same row: their previous deployment is the database and their
/// target the backup. A restore that was swapped back shows as Failed; its actions end with SwapBack.
/// </para>
/// </remarks>
/// <example>
/// <para>Read the whole log.</para>
/// <code>Get-RollbackLog</code>
/// </example>
/// <example>
/// <para>Read every field of the last entry.</para>
/// <code>Get-RollbackLog -Last 1 | Format-List *</code>
/// </example>
/// <example>
/// <para>Read the restores of the database alone.</para>
/// <code>Get-RollbackLog -Kind Restore</code>
/// </example>
/// <example>
/// <para>Leave out what was refused.</para>
/// <code>Get-RollbackLog | Where-Object Status -ne Refused</code>
/// </example>
/// <seealso cref="TestRollbackLogCommand"/>
/// <seealso cref="ResumeRollbackCommand"/>
/// <seealso cref="NewIncidentReportCommand"/>
[Cmdlet(VerbsCommon.Get, "RollbackLog")]
[OutputType(typeof(RollbackLogEntry))]
public sealed class GetRollbackLogCommand : ContextCommand
{
    /// <summary>Gives only the entry of this number.</summary>
    [Parameter(Position = 0)]
    [ValidateRange(1, int.MaxValue)]
    public int? Number { get; set; }

    /// <summary>Gives only the rollbacks of deployments, or only the restores of the database.</summary>
    [PSDefaultValue(Help = "Both")]
    [Parameter]
    public RollbackLogKind? Kind { get; set; }

    /// <summary>Gives only the newest entries, this many.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Last { get; set; }

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async _ =>
    {
        var context = OpenContext(project: null, Environment);
        var ledger = context.ReadLedger();
        foreach (var finding in ledger.Reading.Findings.Where(finding => finding.BreaksTrust))
        {
            Warn($"{finding.Detail} Test-RollbackLog tells more.");
        }

        var entries = RollbackLogEntry.From(ledger, context.Settings.Reports.Owner)
            .Where(entry => (Number is null || entry.Number == Number) && (Kind is null || entry.Kind == Kind))
            .ToList();
        foreach (var entry in Last is { } last ? entries.TakeLast(last) : entries)
        {
            await EmitAsync(entry);
        }
    });
}
