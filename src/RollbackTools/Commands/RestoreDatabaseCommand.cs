using System.Management.Automation;
using RollbackOps.Databases;

namespace RollbackTools.Commands;

/// <summary>Restores the database from a backup: aside, checked there, swapped in by rename; the live one is kept.</summary>
/// <remarks>
/// <para>
/// It asks before it acts, and says first how many minutes of writes will be missing. -WhatIf reads everything and gives the
/// plan. The services are stopped first (database.stop), the live database is closed to everybody else, the backup is
/// restored beside it and checked: integrity, rows per table, audit queries. Only then does it take the live one's place.
/// The services are started and the smoke test runs; when that fails, the former database is swapped back.
/// </para>
/// <para>
/// -KeepServing stops the services only around the swap: a shorter outage, but corrupt data goes on being served until
/// then, and what is written meanwhile stays in the kept database.
/// </para>
/// <para>
/// Whatever goes wrong before the swap leaves the live database as it was and the services running. The former database is
/// never deleted; Kept says where it lies, UndoCommand how to swap it back. Called again after a crash, or
/// where the database's server went away (Status Unfinished), it finishes the restore where the swap was made, and otherwise
/// puts everything back and starts over.
/// </para>
/// <para>
/// What was written after the backup is in the kept database. -ExportLostChanges exports it once the services are up: a
/// folder with a manifest, the rows of each table that were inserted, changed or deleted (one JSON object a line), and
/// apply.sql, which makes a restore of the backup what the kept database is. It is compared with the backup and never with
/// the running database, where the same ids may belong to other rows.
/// </para>
/// <para>
/// So that no id is given twice, each sequence (PostgreSQL) and each AUTOINCREMENT counter (SQLite) goes on 1000 beyond the
/// live value; for PostgreSQL, database.postgres.sequenceReserve sets another reserve. A table of SQLite without AUTOINCREMENT
/// has no counter, and gives ids again.
/// </para>
/// </remarks>
/// <example>
/// <para>See what restoring the newest backup from before the corruption would do.</para>
/// <code>Get-DatabaseBackup -Before '2026-11-20 09:30' | Restore-Database -Reason 'Orders corrupted' -WhatIf</code>
/// </example>
/// <example>
/// <para>Do it.</para>
/// <code>Get-DatabaseBackup -Before '2026-11-20 09:30' | Restore-Database -Reason 'Orders corrupted'</code>
/// </example>
/// <example>
/// <para>Do it, and see which writes of the last hour were left behind.</para>
/// <code>
/// $result = Get-DatabaseBackup -Before '2026-11-20 09:30' | Restore-Database -Reason 'Orders corrupted' -ExportLostChanges
/// $result.LostChanges.Tables
/// </code>
/// </example>
/// <example>
/// <para>Restore while the service goes on, from a script.</para>
/// <code>
/// $ErrorActionPreference = 'Stop'
/// Get-DatabaseBackup db-snapshot-20261120T090000Z |
///     Restore-Database -Reason 'Orders corrupted' -KeepServing -Confirm:$false
/// </code>
/// </example>
/// <seealso cref="DatabaseRestoreResult">What the restore did, whatever became of it; Status says how it came out.</seealso>
/// <seealso cref="DatabaseRestorePlan">With -WhatIf: what would be done.</seealso>
/// <seealso cref="GetDatabaseBackupCommand"/>
/// <seealso cref="TestDatabaseBackupCommand"/>
/// <seealso cref="UndoDatabaseRestoreCommand"/>
[Cmdlet(VerbsData.Restore, "Database", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(DatabaseRestoreResult), typeof(DatabaseRestorePlan))]
public sealed class RestoreDatabaseCommand : RestoringCommand
{
    private readonly InputCollector _inputs = new("one DatabaseBackup", typeof(DatabaseBackup));
    private DatabaseBackup? _backup;

    /// <summary>The one <see cref="DatabaseBackup"/> to restore from.</summary>
    [Parameter(ValueFromPipeline = true, Mandatory = true, Position = 0)]
    public PSObject? InputObject { get; set; }

    /// <summary>Stops the services only around the swap, instead of first.</summary>
    [Parameter]
    public SwitchParameter KeepServing { get; set; }

    /// <summary>Overrides the gate that refuses a backup of another database (BackupForeign).</summary>
    [Parameter]
    public SwitchParameter AllowForeignBackup { get; set; }

    /// <summary>
    /// Overrides the gate that refuses what fails an audit query (DatabaseCheckFailed). The engine's own integrity checks and
    /// the row counts have no override.
    /// </summary>
    [Parameter]
    public SwitchParameter AllowFailedAudits { get; set; }

    /// <summary>
    /// Leaves out what a plain SQL dump of PostgreSQL says about the database as a whole (pg_dump -C), instead of refusing the
    /// dump (DumpRefused). Everything else that reaches beyond the database is refused all the same.
    /// </summary>
    [Parameter]
    public SwitchParameter SkipDatabaseCommands { get; set; }

    private protected override RestoreKind Kind => RestoreKind.Restore;

    private protected override string? SourceName => _backup?.Name;

    /// <inheritdoc />
    protected override void ProcessRecord() => _inputs.Add(InputObject);

    /// <inheritdoc />
    protected override void EndProcessing() => RunAttempt(Environment, Reason, async (isPreview, cancellationToken) =>
    {
        var backup = (DatabaseBackup)_inputs.Single(isInputExpected: true)!;
        _backup = backup;
        var request = NewRequest() with
        {
            KeepServing = KeepServing,
            AllowForeignBackup = AllowForeignBackup,
            AllowFailedAudits = AllowFailedAudits,
            SkipDatabaseCommands = SkipDatabaseCommands,
        };
        await RestoreAsync(isPreview, environment: null,
            context => new RestorePlanner(context).PlanAsync(backup, request, cancellationToken), cancellationToken);
    });
}
