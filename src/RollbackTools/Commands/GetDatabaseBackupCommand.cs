using System.Management.Automation;
using RollbackOps;
using RollbackOps.Databases;

namespace RollbackTools.Commands;

/// <summary>Gets the backups of the database, newest first.</summary>
/// <remarks>
/// <para>
/// Status says what is known of a backup's worth. Tested: it was restored aside and every check passed; RestoreTime is how
/// long that took, the recovery time one can promise. Untested: it has a manifest and was never restored. Unverified: it
/// has no manifest, for example a db-snapshot-*.sql of another program. Damaged, Failed: it is not to be relied on.
/// </para>
/// </remarks>
/// <example>
/// <para>List the backups.</para>
/// <code>Get-DatabaseBackup</code>
/// </example>
/// <example>
/// <para>Find the newest backup from before the data went bad.</para>
/// <code>Get-DatabaseBackup -Before '2026-11-20 09:30'</code>
/// </example>
/// <example>
/// <para>Prove every backup of a month.</para>
/// <code>Get-DatabaseBackup db-snapshot-202611* | Test-DatabaseBackup</code>
/// </example>
/// <seealso cref="DatabaseBackup">One for each backup.</seealso>
/// <seealso cref="BackupDatabaseCommand"/>
/// <seealso cref="TestDatabaseBackupCommand"/>
[Cmdlet(VerbsCommon.Get, "DatabaseBackup")]
[OutputType(typeof(DatabaseBackup))]
public sealed class GetDatabaseBackupCommand : DatabaseCommand
{
    /// <summary>The name, wildcards allowed.</summary>
    [PSDefaultValue(Help = "Every backup")]
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>
    /// Gives only the newest usable backup from before this time, for example the moment that the data went bad: Damaged and
    /// Failed ones are passed over. A time without a zone is local.
    /// </summary>
    [Parameter]
    [Moment]
    public DateTimeOffset? Before { get; set; }

    /// <summary>The folder to look in.</summary>
    [PSDefaultValue(Help = "database.backups of the configuration")]
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async _ =>
    {
        var context = OpenDatabase();
        var folder = context.OpenFolder(Destination is null ? null : ResolvePath(Destination));
        var pattern = Name is null ? null : WildcardPattern.Get(Name, WildcardOptions.IgnoreCase);
        if (Before is { } before)
        {
            Verbose($"Looking for the newest backup from before {before.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC in {folder.Location}.");
        }

        var found = new BackupCatalogue(context, folder).Read()
            .Where(backup => (pattern is null || pattern.IsMatch(backup.Name)) && (Before is null || backup.CreatedAt < Before))
            .ToList();
        foreach (var backup in Before is null ? found : found.Where(IsUsable).Take(1))
        {
            await EmitAsync(backup);
        }

        // Whoever names one, or a time, counts on it.
        if ((Before is not null && !found.Exists(IsUsable))
            || (found.Count == 0 && Name is not null && !WildcardPattern.ContainsWildcardCharacters(Name)))
        {
            Report(new RollbackOpsException(ErrorId.BackupNotFound,
                Before is { } time
                    ? $"There is no usable backup from before {time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC in '{folder.Location}'."
                    : $"There is no backup '{Inert.Line(Name)}' in '{folder.Location}'.",
                "List what there is with Get-DatabaseBackup, or name another folder with -Destination.", Name ?? folder.Location));
        }
    });

    private static bool IsUsable(DatabaseBackup backup) => backup.Status is not (BackupStatus.Damaged or BackupStatus.Failed);
}
