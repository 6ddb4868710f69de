using RollbackOps.Signals;

namespace RollbackOps.Databases;

/// <summary>The checks of what was restored aside, without which nothing is swapped in (S30).</summary>
internal static class RestoredCheck
{
    /// <summary>Makes them, and says what passed and what could not be looked at.</summary>
    /// <param name="context">The database's context.</param>
    /// <param name="side">What was restored.</param>
    /// <param name="backup">What it was restored from.</param>
    /// <param name="mayFail">Whether audit queries may fail; the engine's own checks may not.</param>
    /// <param name="cancellationToken">Stops them.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseCheckFailed"/>.</exception>
    public static async Task<string> RequireAsync(
        DatabaseContext context, ISideDatabase side, DatabaseBackup backup, bool mayFail, CancellationToken cancellationToken)
    {
        var checks = await new DatabaseChecker(side, context.Database, context.Clock)
            .RunAllAsync(backup.Manifest?.Tables, cancellationToken);
        var failed = checks.Where(check => check.Status == CheckStatus.Failed).ToList();
        var told = string.Join("; ", failed.Select(check => $"{check.Name}: {check.Detail}"));
        if (failed.Exists(check => !mayFail || check.Kind != DatabaseCheckKind.Audit))
        {
            throw new RollbackOpsException(ErrorId.DatabaseCheckFailed,
                $"{failed.Count} of {checks.Count} checks of what was restored failed: {told}.",
                failed.TrueForAll(check => check.Kind == DatabaseCheckKind.Audit)
                    ? "Choose an older backup (Get-DatabaseBackup -Before), or go on with -AllowFailedAudits -Reason."
                    : "Choose another backup: Get-DatabaseBackup, Test-DatabaseBackup.",
                backup);
        }

        return (failed.Count == 0
            ? $"{checks.Count(check => check.Status == CheckStatus.Passed)} checks passed"
            : $"{failed.Count} of {checks.Count} failed and are overridden: {told}") + Unmade(checks);
    }

    /// <summary>What was not looked at, or only in part; begins with a separator unless it is empty.</summary>
    public static string Unmade(IEnumerable<DatabaseCheckResult> checks) => string.Concat(checks
        .Where(check => check.Status == CheckStatus.NotProbed || (check.Kind == DatabaseCheckKind.Integrity
            && check.Status == CheckStatus.Passed && check.Detail.Contains("not checked", StringComparison.Ordinal)))
        .Select(check => $"; {check.Name}: {check.Detail}"));
}
