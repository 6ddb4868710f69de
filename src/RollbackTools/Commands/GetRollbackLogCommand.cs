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
/// <para>List what failed or was cut off since the month began.</para>
/// <code>Get-RollbackLog -Since 2026-11-01 -Status Failed, Unfinished</code>
/// </example>
/// <example>
/// <para>Write the log in the written template's layout, to paste into the team's own.</para>
/// <code>Get-RollbackLog -AsMarkdown</code>
/// </example>
/// <seealso cref="RollbackLogEntry">One for each attempt.</seealso>
/// <seealso cref="string">With -AsMarkdown: one text for each attempt.</seealso>
/// <seealso cref="TestRollbackLogCommand"/>
/// <seealso cref="ResumeRollbackCommand"/>
/// <seealso cref="NewIncidentReportCommand"/>
[Cmdlet(VerbsCommon.Get, "RollbackLog")]
[OutputType(typeof(RollbackLogEntry), typeof(string))]
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

    /// <summary>Gives only entries that began at or after this time. A time without a zone is local.</summary>
    [Parameter]
    [Moment]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Gives only entries that came out in one of these ways.</summary>
    [Parameter]
    public RollbackStatus[] Status { get; set; } = [];

    /// <summary>Gives each entry as Markdown, in the written template's layout.</summary>
    [Parameter]
    public SwitchParameter AsMarkdown { get; set; }

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
        if (Since is { } since)
        {
            Verbose($"Since {since.ToUniversalTime():u}.");
        }

        var context = OpenContext(project: null, Environment);
        var ledger = context.ReadLedger();
        foreach (var finding in ledger.Reading.Findings.Where(finding => finding.BreaksTrust))
        {
            Warn($"{finding.Detail} Test-RollbackLog tells more.");
        }

        var entries = RollbackLogEntry.From(ledger, context.Settings.Reports.Owner)
            .Where(entry => (Number is null || entry.Number == Number) && (Kind is null || entry.Kind == Kind)
                && !(entry.StartedAt < Since) && (Status.Length == 0 || Status.Contains(entry.Status)))
            .ToList();
        foreach (var entry in Last is { } last ? entries.TakeLast(last) : entries)
        {
            await EmitAsync(AsMarkdown ? RollbackLogMarkdown.Of(entry) : entry);
        }
    });
}
