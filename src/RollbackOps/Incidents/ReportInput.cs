using RollbackOps.Decisions;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Incidents;

/// <summary>What a report is asked to be about, in any mix.</summary>
internal sealed record ReportInput
{
    /// <summary>The rollback's result, or null.</summary>
    public RollbackResult? Result { get; init; }

    /// <summary>The rollback's id, where the result itself is not at hand; null for the log's last one.</summary>
    public string? RollbackId { get; init; }

    /// <summary>The verdict, or null.</summary>
    public RollbackDecision? Decision { get; init; }

    /// <summary>Verifications made besides the rollback's own.</summary>
    public IReadOnlyList<VerificationResult> Verifications { get; init; } = [];

    /// <summary>What is known of the database; empty for nothing.</summary>
    public DatabaseSection Database { get; init; } = DatabaseSection.Empty;

    /// <summary>Measurements, for the charts and the comparison.</summary>
    public IReadOnlyList<Measurement> Measurements { get; init; } = [];

    /// <summary>What was to be measured and could not be, in sentences (S32).</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>The report's title, or null for one that is made.</summary>
    public string? Title { get; init; }

    /// <summary>Whether anything says what it is about; else it is the log's last entry.</summary>
    public bool IsGiven => Result is not null || RollbackId is not null || Decision is not null || !Database.IsEmpty;
}
