using System.Text.Json.Serialization;
using RollbackOps.Decisions;

namespace RollbackOps.Escalations;

/// <summary>A step of an escalation, as the journal has it; in a plan, as it would be.</summary>
public sealed record EscalationStep
{
    [JsonConstructor]
    internal EscalationStep()
    {
    }

    /// <summary>The incident's id: what Confirm-Escalation and Start-Escalation take.</summary>
    public string IncidentId { get; init; } = string.Empty;

    /// <summary>The rollback that the incident is about, or null.</summary>
    public string? RollbackId { get; init; }

    /// <summary>What it is.</summary>
    public EscalationStepKind Kind { get; init; }

    /// <summary>When it was recorded, UTC; in a plan, when it would be due.</summary>
    [JsonIgnore]
    public DateTimeOffset At { get; init; }

    /// <summary>When it was due, UTC; null for what comes when it comes.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>How serious the incident is; said where it began.</summary>
    public Severity? Severity { get; init; }

    /// <summary>Why people are called; said where it began.</summary>
    public string? Reason { get; init; }

    /// <summary>The level of the chain, or null.</summary>
    public string? Level { get; init; }

    /// <summary>The round of the chain, from 1; 0 before the first.</summary>
    public int Round { get; init; }

    /// <summary>The number of the call in this escalation, or null.</summary>
    public int? Call { get; init; }

    /// <summary>Who is called, or was, or said it; null for nobody.</summary>
    public string? Contact { get; init; }

    /// <summary>Their telephone number; it is never written down.</summary>
    [JsonIgnore]
    public string? Phone { get; init; }

    /// <summary>The channels that it goes to, or went to.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Who acted: a user of this machine, or somebody as a channel names them; null for the chain itself.</summary>
    public string? By { get; init; }

    /// <summary>The whole in a sentence, or null.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether people are called whatever an automatic rollback does: data are corrupt, or somebody broke in.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AlwaysCalls { get; init; }

    /// <summary>The number of its journal record; 0 in a plan.</summary>
    [JsonIgnore]
    public long Record { get; init; }

    /// <summary>The step in one line.</summary>
    public override string ToString() => $"{At.UtcDateTime:HH:mm:ss} {Kind}{(Contact is null ? "" : $" {Contact}")}{(Level is null ? "" : $" ({Level})")}";
}
