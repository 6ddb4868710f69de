using RollbackOps.Decisions;
using RollbackOps.Signals;

namespace RollbackOps.Escalations;

/// <summary>What is asked for.</summary>
internal sealed record EscalationRequest
{
    /// <summary>The incident's id: of one that is to go on, or for one that is to begin; null for neither.</summary>
    public string? IncidentId { get; init; }

    /// <summary>The rollback it is about, or null.</summary>
    public string? RollbackId { get; init; }

    /// <summary>How serious it is; null where nobody said.</summary>
    public Severity? Severity { get; init; }

    /// <summary>Why people are called; null where nobody said.</summary>
    public string? Reason { get; init; }

    /// <summary>What is the matter, as far as it was said: corruption and a breach call whatever else happens.</summary>
    public IReadOnlyList<HardSignal> Signals { get; init; } = [];

    /// <summary>Since when an automatic rollback has had time; null for now.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether one was tried and did not help, so that there is nothing to wait for.</summary>
    public bool IsAutomaticOver { get; init; }

    /// <summary>Whether the one that is open is meant, if there is one: a verdict comes again and again.</summary>
    public bool JoinsOpen { get; init; }

    /// <summary>Whether it says nothing of an incident of its own.</summary>
    public bool IsEmpty => IncidentId is null && RollbackId is null && Reason is null && Severity is null;
}
