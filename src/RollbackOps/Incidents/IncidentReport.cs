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

    /// <summary>Whether the journal it was made from can be trusted.</summary>
    public required bool IsJournalTrusted { get; init; }

    /// <summary>The files it was written to.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Title and status.</summary>
    public override string ToString() => Title;
}

/// <summary>One moment of an incident.</summary>
public sealed record TimelineEntry
{
    [JsonConstructor]
    internal TimelineEntry()
    {
    }

    /// <summary>When, UTC, by the clock of the machine that wrote it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened.</summary>
    public required string What { get; init; }

    /// <summary>The journal record's number.</summary>
    public required long Record { get; init; }

    /// <summary>The moment in one line.</summary>
    public override string ToString() => $"{At:HH:mm:ss} {What}";
}

/// <summary>Renders a report for people.</summary>
public interface IReportRenderer
{
    /// <summary>The report as Markdown; foreign text in it is inert.</summary>
    string RenderMarkdown(IncidentReport report);
}
