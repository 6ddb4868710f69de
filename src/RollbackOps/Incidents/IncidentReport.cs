using System.Text.Json.Serialization;
using RollbackOps.Decisions;
using RollbackOps.Rollbacks;

namespace RollbackOps.Incidents;

/// <summary>An incident report as it was written.</summary>
public sealed record IncidentReport
{
    [JsonConstructor]
    internal IncidentReport()
    {
    }

    /// <summary>The incident's id: the rollback's where there is one. The same incident keeps it.</summary>
    public required string Id { get; init; }

    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>What happened, in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>When it was written, UTC.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>The rollback it is about, or null.</summary>
    public string? RollbackId { get; init; }

    /// <summary>How the rollback came out, or null.</summary>
    public RollbackStatus? Status { get; init; }

    /// <summary>The rollback, or null.</summary>
    public RollbackResult? Rollback { get; init; }

    /// <summary>The verdict it followed, or null.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>The verdict's reasons and tree; null where nobody judged.</summary>
    public ReportDecision? Decision { get; init; }

    /// <summary>What it did, as far as it was measured.</summary>
    public required IncidentImpact Impact { get; init; }

    /// <summary>The traffic over time; null where none was measured by the minute.</summary>
    public TrafficSeries? Traffic { get; init; }

    /// <summary>Errors before and after; null where not both were measured.</summary>
    public BeforeAfter? Comparison { get; init; }

    /// <summary>What happened when, measured.</summary>
    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }

    /// <summary>The plan's steps as they went.</summary>
    public IReadOnlyList<StepResult> Steps { get; init; } = [];

    /// <summary>What the target lacks, where the plan knew.</summary>
    public PlanDifference? Difference { get; init; }

    /// <summary>What was verified, newest last.</summary>
    public IReadOnlyList<VerificationResult> Verifications { get; init; } = [];

    /// <summary>The written verification checklist.</summary>
    public IReadOnlyList<VerificationCheck> Checklist { get; init; } = [];

    /// <summary>The gates that were overridden, each with its reason (S37).</summary>
    public IReadOnlyList<PlanOverride> Overrides { get; init; } = [];

    /// <summary>What was done to and seen of the database, or null.</summary>
    public DatabaseSection? Database { get; init; }

    /// <summary>The sections that a post-mortem goes by.</summary>
    public required PostMortem PostMortem { get; init; }

    /// <summary>What remains to be done.</summary>
    public IReadOnlyList<ActionItem> ActionItems { get; init; } = [];

    /// <summary>Whether the journal it was made from can be trusted.</summary>
    public required bool IsJournalTrusted { get; init; }

    /// <summary>The issue it was published as, or null.</summary>
    public PublishedIssue? Issue { get; init; }

    /// <summary>The files it was written to.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Title and status.</summary>
    public override string ToString() => Title;
}
