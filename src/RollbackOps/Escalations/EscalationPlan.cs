using RollbackOps.Decisions;

namespace RollbackOps.Escalations;

/// <summary>Who would be called when, if nobody acknowledged.</summary>
public sealed record EscalationPlan
{
    internal EscalationPlan()
    {
    }

    /// <summary>The incident's id; null for one that would be given when it begins.</summary>
    public string? IncidentId { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>How serious the incident is.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Why people would be called.</summary>
    public required string Reason { get; init; }

    /// <summary>The steps of one round, each with its time.</summary>
    public required IReadOnlyList<EscalationStep> Steps { get; init; }

    /// <summary>What is wrong with the chain; empty for nothing.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>The plan in one line.</summary>
    public override string ToString() => $"{Severity} {Project}/{Environment}: {string.Join(", ", Steps)}";
}
