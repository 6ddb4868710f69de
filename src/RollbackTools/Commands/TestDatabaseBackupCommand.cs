using System.Management.Automation;
using RollbackOps;
using RollbackOps.Databases;
using RollbackTools.Errors;

namespace RollbackTools.Commands;

/// <summary>Proves a backup: restores it aside, runs every check on it, drops it, and records how it went.</summary>
/// <remarks>
/// <para>
/// The live database is neither stopped nor changed. The checks are the engine's own integrity checks, the rows of every
/// table against the manifest, and the audit queries of the configuration. The measured times are the recovery time one can
/// promise, and stand in Get-DatabaseBackup from then on.
/// </para>
/// </remarks>
/// <example>
/// <para>Prove the newest backup.</para>
/// <code>Get-DatabaseBackup -Before (Get-Date) | Test-DatabaseBackup</code>
/// </example>
/// <example>
/// <para>Prove a fresh backup in a script, and stop when it does not stand.</para>
/// <code>if (-not (Backup-Database -Confirm:$false | Test-DatabaseBackup -Quiet)) { throw 'The backup does not stand.' }</code>
/// </example>
/// <seealso cref="BackupTestResult">How it went, with the time that restoring took.</seealso>
/// <seealso cref="bool">With -Quiet: whether the backup stands.</seealso>
/// <seealso cref="BackupDatabaseCommand"/>
/// <seealso cref="GetDatabaseBackupCommand"/>
[Cmdlet(VerbsDiagnostic.Test, "DatabaseBackup")]
[OutputType(typeof(BackupTestResult), typeof(bool))]
public sealed class TestDatabaseBackupCommand : DatabaseCommand
{
    /// <summary>Every <see cref="DatabaseBackup"/> to prove.</summary>
    [Parameter(ValueFromPipeline = true, Mandatory = true, Position = 0)]
    public PSObject InputObject { get; set; } = null!;

    /// <summary>Gives only a truth value: true when the backup could be restored and every check passed.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord() => Run(async cancellationToken =>
    {
        if (InputObject.BaseObject is not DatabaseBackup backup)
        {
            throw ErrorRecords.UnusableInput(InputObject, "a DatabaseBackup");
        }

        var context = OpenDatabase(environment: backup.Environment);
        var result = await new BackupTester(context, Tell).TestAsync(backup, cancellationToken);
        if (Quiet)
        {
            await EmitAsync(result.IsPassed);
            return;
        }

        await EmitAsync(result);
        if (!result.IsPassed)
        {
            Report(new RollbackOpsException(result.Error ?? ErrorId.DatabaseCheckFailed,
                $"The backup '{backup.Name}' does not stand: {result.Detail}", "Choose another: Get-DatabaseBackup.", result));
        }
    });
}
