using System.Management.Automation;
using RollbackOps.Databases;
using RollbackOps.Signals;

namespace RollbackTools.Commands;

/// <summary>Checks the database: whether it answers, whether it is whole, and what the audit queries find.</summary>
/// <remarks>
/// <para>
/// health-check connects and tells how fast the database answers. The engine's own integrity checks follow; for SQLite they are
/// integrity and foreign-keys, for PostgreSQL structure (by the extension amcheck where the database has it, else by reading
/// every row) and checksums (what the server has counted, where it keeps them). Then come the audit queries of the configuration, each with its expectation and a sample of
/// the offending rows. The checks run side by side and only read. When the database does not answer, the others are
/// NotProbed.
/// </para>
/// </remarks>
/// <example>
/// <para>Check everything.</para>
/// <code>Test-Database</code>
/// </example>
/// <example>
/// <para>See only whether it answers, as the procedure's db:health-check does.</para>
/// <code>Test-Database health-check</code>
/// </example>
/// <example>
/// <para>Find corrupted data before choosing a backup.</para>
/// <code>Test-Database | Where-Object Status -eq Failed | Format-List Name, Detail, Sample</code>
/// </example>
/// <seealso cref="DatabaseCheckResult">One for each check.</seealso>
/// <seealso cref="bool">With -Quiet: whether every check passed.</seealso>
/// <seealso cref="GetDatabaseBackupCommand"/>
/// <seealso cref="TestDeploymentHealthCommand"/>
[Cmdlet(VerbsDiagnostic.Test, "Database")]
[OutputType(typeof(DatabaseCheckResult), typeof(bool))]
public sealed class TestDatabaseCommand : DatabaseCommand
{
    /// <summary>Makes only the checks of these names, wildcards allowed.</summary>
    [PSDefaultValue(Help = "Every check")]
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Gives only a truth value: true when every check passed.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing() => Run(async cancellationToken =>
    {
        var context = OpenDatabase();
        var checker = new DatabaseChecker(context.Engine.Live, context.Database, context.Clock);
        var patterns = Name?.Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase)).ToList();
        var wanted = checker.Names.Where(name => patterns is null || patterns.Exists(pattern => pattern.IsMatch(name))).ToList();
        if (wanted.Count == 0)
        {
            throw new RollbackOps.RollbackOpsException(RollbackOps.ErrorId.InvalidArgument,
                $"No check has such a name: {string.Join(", ", Name!.Select(RollbackOps.Inert.Line))}.",
                $"Choose from: {string.Join(", ", checker.Names)}.", Name);
        }

        var isPassed = true;
        await checker.RunAsync(
            wanted.Contains,
            async result =>
            {
                isPassed &= result.Status == CheckStatus.Passed;
                if (!Quiet)
                {
                    await EmitAsync(result);
                }
            },
            cancellationToken);
        if (Quiet)
        {
            await EmitAsync(isPassed);
        }
    });
}
