using System.Management.Automation;
using RollbackOps.Rollbacks;

namespace RollbackTools.Commands;

/// <summary>Gets the rollback log: every attempt, with the written template's eleven fields.</summary>
/// <remarks>
/// <para>It is a view of the journal. Refused attempts are in it, and one that was cut off shows as Unfinished.</para>
/// </remarks>
/// <example>
/// <para>The whole log.</para>
/// <code>Get-RollbackLog</code>
/// </example>
/// <example>
/// <para>Only what changed something.</para>
/// <code>Get-RollbackLog | Where-Object Status -ne Refused</code>
/// </example>
[Cmdlet(VerbsCommon.Get, "RollbackLog")]
[OutputType(typeof(RollbackLogEntry))]
public sealed class GetRollbackLogCommand : ContextCommand
{
    /// <summary>Only the entry of this number.</summary>
    [Parameter(Position = 0)]
    [ValidateRange(1, int.MaxValue)]
    public int? Number { get; set; }

    /// <summary>Only the newest entries, this many.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Last { get; set; }

    /// <summary>The environment; by default the configuration's own.</summary>
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
            .Where(entry => Number is null || entry.Number == Number)
            .ToList();
        foreach (var entry in Last is { } last ? entries.TakeLast(last) : entries)
        {
            await EmitAsync(entry);
        }
    });
}
