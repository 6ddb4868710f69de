using RollbackOps.Databases;
using RollbackOps.Rollbacks;

namespace RollbackOps.Readiness.Inspections;

/// <summary>The newest incident that the journal tells of: a rollback that switched, or a restore.</summary>
/// <param name="What">What it was, in a few words.</param>
/// <param name="At">When, UTC.</param>
internal sealed record LastIncident(string What, DateTimeOffset At)
{
    /// <summary>The newest, or null.</summary>
    public static LastIncident? Of(JournalReading reading)
    {
        var rollback = RollbackLedger.From(reading).Attempts
            .Where(attempt => attempt is { Plan.Kind: PlanKind.Rollback, SwitchedAt: not null })
            .Select(attempt => new LastIncident($"rollback {attempt.Number}", attempt.SwitchedAt!.Value));
        var restore = RestoreLedger.From(reading).Attempts
            .Where(attempt => attempt.Plan.Kind == RestoreKind.Restore)
            .Select(attempt => new LastIncident($"the restore {attempt.Plan.Id}", attempt.StartedAt));
        return rollback.Concat(restore).MaxBy(incident => incident.At);
    }
}
