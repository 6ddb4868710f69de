using System.Management.Automation;
using RollbackOps.Databases;

namespace RollbackTools.Commands;

/// <summary>Makes a backup of the database while it is in use, with a manifest that proves it whole.</summary>
/// <remarks>
/// <para>
/// The backup is one consistent state. It is named db-snapshot-, then the UTC time it was begun. Beside it lies its
/// manifest: SHA-256, size, format, origin, migration level, rows per table, and what wrote it. It is written under a temporary
/// name, made durable, and only then renamed: what carries a backup's name is whole.
/// </para>
/// <para>
/// -Keep deletes older backups of the same database once the new one is in place. The newest that passed
/// Test-DatabaseBackup is never deleted.
/// </para>
/// </remarks>
/// <example>
/// <para>Make a backup.</para>
/// <code>Backup-Database</code>
/// </example>
/// <example>
/// <para>Make a backup and prove that it can be restored.</para>
/// <code>Backup-Database | Test-DatabaseBackup</code>
/// </example>
/// <example>
/// <para>Back up nightly to another volume and keep two weeks.</para>
/// <code>Backup-Database -Destination /mnt/backups -Keep 14 -Confirm:$false</code>
/// </example>
/// <seealso cref="DatabaseBackup">The backup that was made.</seealso>
/// <seealso cref="GetDatabaseBackupCommand"/>
/// <seealso cref="TestDatabaseBackupCommand"/>
[Cmdlet(VerbsData.Backup, "Database", SupportsShouldProcess = true)]
[OutputType(typeof(DatabaseBackup))]
public sealed class BackupDatabaseCommand : DatabaseCommand
{
    /// <summary>The folder to write to.</summary>
    [PSDefaultValue(Help = "database.backups of the configuration")]
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>How many backups of this database to keep there, the new one included.</summary>
    [PSDefaultValue(Help = "All")]
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int? Keep { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        await OnPipelineAsync(() =>
        {
            Approval.RequireSomebody(this, ConfirmImpact.Medium);
            return true;
        });
        var context = OpenDatabase();
        var folder = context.OpenFolder(Destination is null ? null : ResolvePath(Destination));
        var act = $"Back up {context.Engine.Place} to {folder.Location}" + (Keep is null ? string.Empty : $" and keep {Keep} there");
        if (await OnPipelineAsync(() => ShouldProcess(act, act, "Backup-Database")))
        {
            await EmitAsync(await new BackupTaker(context, folder, Tell).TakeAsync(Keep, cancellationToken));
        }
    });
}
