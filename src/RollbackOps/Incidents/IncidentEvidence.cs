using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Incidents;

/// <summary>What a report is made from: the journal, and what was handed over.</summary>
internal sealed record IncidentEvidence
{
    public required RollbackLedger Ledger { get; init; }

    public required PolicySettings Policy { get; init; }

    /// <summary>The attempt as the journal tells it, or null.</summary>
    public RollbackAttempt? Attempt { get; init; }

    public RollbackResult? Rollback { get; init; }

    /// <summary>What is known of the database; empty for nothing.</summary>
    public DatabaseSection Database { get; init; } = DatabaseSection.Empty;

    /// <summary>The verdict: handed over, or followed anew from the inputs that the journal holds (S33).</summary>
    public RollbackDecision? Decision { get; init; }

    /// <summary>What was handed over, what the verdict followed from, and what was measured for the report.</summary>
    public IReadOnlyList<Measurement> Measurements { get; init; } = [];

    /// <summary>What was to be measured for the report and could not be, in sentences (S32).</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>The rollback's own verification, and what was verified besides; newest last.</summary>
    public IReadOnlyList<VerificationResult> Verifications { get; init; } = [];

    /// <summary>When what was rolled away from went live, UTC.</summary>
    public DateTimeOffset? DeployedAt => Decision?.Inputs.GoLive ?? Rollback?.From?.LastServedAt;

    /// <summary>When production was switched, UTC.</summary>
    public DateTimeOffset? SwitchedAt => Attempt?.SwitchedAt;

    /// <summary>What was verified last in the rollback itself, or null.</summary>
    public VerificationResult? LastVerification => Verifications.Count == 0 ? null : Verifications[^1];

    /// <summary>What the journal holds of the rollback and the restores, oldest first.</summary>
    public IEnumerable<JournalRecord> Records
    {
        get
        {
            var ids = Database.Restores.Select(restore => restore.RestoreId).Append(Attempt?.RollbackId).OfType<string>().ToHashSet(StringComparer.Ordinal);
            return Ledger.Reading.Records.Where(record => record.RollbackId is { } id && ids.Contains(id));
        }
    }

    /// <summary>Every measurement once, what is worth most first.</summary>
    public IEnumerable<Measurement> AllMeasurements =>
        [.. Measurements, .. Decision?.Inputs.Measurements ?? [], .. Decision?.Inputs.Baseline is { } baseline ? new[] { baseline } : []];
}
