using System.Globalization;
using RollbackOps.Databases;
using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>Reads what the schema gate holds against each other, and gives its answer (S28). It writes nothing.</summary>
internal sealed class SchemaReader
{
    /// <summary>A plan waits for the database's answer, and a rollback for the plan.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly RollbackContext _context;

    public SchemaReader(RollbackContext context) => _context = context;

    /// <summary>Asks the live database which migrations were applied to it; or gives why it does not tell.</summary>
    public async Task<(AppliedMigrations? Applied, string? Unread)> ReadLevelAsync(CancellationToken cancellationToken)
    {
        if (_context.Database is not { } database)
        {
            return (null, null);
        }

        var (read, unread) = await SideReading.TryAsync(
            // Off this thread: loading a driver takes a while, and the plan's other readings are not to wait for it.
            stop => Task.Run(async () => new Reading(await database.Value.ReadMigrationsAsync(stop)), CancellationToken.None),
            _context.Clock, cancellationToken, s_patience);
        return (read?.Applied, unread);
    }

    /// <summary>The gate's answer. A refusal is one; whether it is overridden is not decided here.</summary>
    /// <param name="current">What is live.</param>
    /// <param name="target">What would be.</param>
    /// <param name="comparison">What separates their commits, or null.</param>
    /// <param name="unavailable">Why that is not known.</param>
    /// <param name="level">The reading of the live database; it is waited for only where it counts.</param>
    /// <param name="ledger">The journal, for the level that was recorded last.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<SchemaGate> AnswerAsync(
        Deployment current,
        Deployment target,
        CommitComparison? comparison,
        string? unavailable,
        Task<(AppliedMigrations? Applied, string? Unread)> level,
        RollbackLedger ledger,
        CancellationToken cancellationToken)
    {
        var differ = comparison is null
            ? $"whether migration files differ is not known ({unavailable?.TrimEnd('.')})"
            : $"{comparison.Migrations.Count} migration files differ: {string.Join(", ", comparison.Migrations.Take(5))}";
        if (_context.Database is null && (comparison is null || !_context.AreMigrationsNamed))
        {
            return PlanGates.NotApplicable(comparison is null or { Migrations.Count: 0 }
                ? $"no database is configured{(comparison is null ? $" ({unavailable})" : "")}"
                : $"no database is configured; {differ}");
        }

        if (comparison is { Migrations.Count: 0 })
        {
            return new SchemaGate { Status = SchemaGateStatus.Passed, Detail = "no migration file differs" };
        }

        var (applied, unread) = await level;
        var recorded = unread is null ? null : LastRecorded(ledger.Reading);
        if (_context.Database is null)
        {
            unread = "no database is configured, and so its level is not known";
        }

        // What is live now may have brought its migrations along when it first served.
        var isStale = recorded is not null && recorded.At < (current.Served.Count > 0 ? current.Served[0].From : current.CreatedAt);
        var evidence = new SchemaEvidence
        {
            Applied = applied ?? (recorded is null || isStale || recorded.Applied.Tool == MigrationTable.Django ? null : recorded.Applied),
            Unread = unread is null ? null : Unreachable(unread, recorded, isStale),
            Declared = target.Schema,
        };
        var fit = SchemaJudge.Of(await WithFilesAsync(evidence, current, target, cancellationToken));
        var told = applied is null && evidence.Applied is not null
            ? $"{differ}; {Unreachable(unread!, recorded, isStale: false)}; by that record {fit.Detail}"
            : $"{differ}; {fit.Detail}";
        return new SchemaGate
        {
            Status = fit.Fits switch
            {
                true => SchemaGateStatus.Passed,
                // A database that answers, and in which no migration tool left a trace, has no level to be wrong about.
                null when comparison is null && applied is null && unread is null => SchemaGateStatus.Unknown,
                _ => SchemaGateStatus.Refused,
            },
            Detail = told,
            Level = applied?.ToString() ?? recorded?.Applied.ToString(),
            LevelAt = applied is not null ? _context.Clock.GetUtcNow() : recorded?.At,
            IsLevelRecorded = applied is null && recorded is not null,
            Between = fit.Between,
        };
    }

    /// <summary>The level that a record holds, of whatever last read it or changed it.</summary>
    private static RecordedLevel? LastRecorded(JournalReading reading)
    {
        foreach (var record in reading.Records.Reverse())
        {
            switch (record.Kind)
            {
                case JournalKind.BackupTaken when record.Read(RollbackJson.Compact.BackupTakenData) is
                { Manifest: { MigrationLevel: { } level } manifest }:
                    return new RecordedLevel(AppliedMigrations.Recorded(level), manifest.StartedAt);
                case JournalKind.RollbackStarted when record.Read(RollbackJson.Compact.RollbackStartedData) is
                { Plan.SchemaGate: { Level: { } level, LevelAt: { } at, IsLevelRecorded: false } }:
                    return new RecordedLevel(AppliedMigrations.Recorded(level), at);
                case JournalKind.RestoreFinished when record.Read(RollbackJson.Compact.RestoreFinishedData) is
                { Status: RestoreStatus.Succeeded or RestoreStatus.Unhealthy or RestoreStatus.Unknown }:
                    // Another database is live since: what was recorded before says nothing of it.
                    return RestoreLedger.From(reading).Find(record.RollbackId ?? string.Empty)?.Plan.Backup?.Manifest?.MigrationLevel is { } restored
                        ? new RecordedLevel(AppliedMigrations.Recorded(restored), record.At)
                        : null;
            }
        }

        return null;
    }

    private async Task<SchemaEvidence> WithFilesAsync(
        SchemaEvidence evidence, Deployment current, Deployment target, CancellationToken cancellationToken)
    {
        if (evidence.Applied?.Tool is not { } tool || _context.Repository is not { } repository || current.Commit is null || target.Commit is null)
        {
            return evidence with { Unlisted = "which migrations the target has is not known" };
        }

        try
        {
            var live = KnownMigrations.ReadAsync(repository, current.Commit, tool, cancellationToken);
            return evidence with
            {
                Target = await KnownMigrations.ReadAsync(repository, target.Commit, tool, cancellationToken),
                Current = await live,
            };
        }
        catch (RollbackOpsException unreadable) when (unreadable.Id == ErrorId.RepositoryUnreadable)
        {
            return evidence with { Unlisted = unreadable.Message.TrimEnd('.') };
        }
    }

    private string Unreachable(string unread, RecordedLevel? recorded, bool isStale)
    {
        var why = unread.TrimEnd('.');
        return recorded is null
            ? $"{why}; no level of it was ever recorded"
            : string.Create(CultureInfo.InvariantCulture,
                $"{why}; its level was {recorded.Applied} when it was last recorded, {Elapsed.Told(_context.Clock.GetUtcNow() - recorded.At)} ago{(isStale ? ", before what is live now" : "")}");
    }

    private sealed record Reading(AppliedMigrations? Applied);

    private sealed record RecordedLevel(AppliedMigrations Applied, DateTimeOffset At);
}
