using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>What a platform needs to know to bring an effect about or to look for it.</summary>
public sealed record StepContext
{
    internal StepContext()
    {
    }

    /// <summary>The rollback's id; also the idempotency key of its effects.</summary>
    public required string RollbackId { get; init; }

    /// <summary>The rollback whose pin and mark are lifted: the one that an undo takes back, or null.</summary>
    public string? UndoOf { get; init; }

    /// <summary>The pin that the undone rollback replaced and that is put back, or null.</summary>
    public PromotionPin? PinBefore { get; init; }

    /// <summary>The deployment that was current.</summary>
    public required Deployment From { get; init; }

    /// <summary>The deployment to make current.</summary>
    public required Deployment Target { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Who acts.</summary>
    public required string By { get; init; }

    /// <summary>When the act began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }
}

/// <summary>Whether an effect is in place.</summary>
public enum EffectState
{
    /// <summary>It is not there.</summary>
    Absent,

    /// <summary>It is there.</summary>
    Present,

    /// <summary>Something else is there: neither the state before nor the one intended (S10).</summary>
    Conflicting,

    /// <summary>It cannot be told.</summary>
    Unknown,
}

/// <summary>What was seen when an effect was looked for.</summary>
public sealed record EffectObservation
{
    internal EffectObservation()
    {
    }

    /// <summary>Whether it is in place.</summary>
    public required EffectState State { get; init; }

    /// <summary>What was seen, in words.</summary>
    public required string Detail { get; init; }

    /// <summary>Whether the effect may be repeated when it is absent or cannot be told (S16).</summary>
    public bool IsRepeatable { get; init; } = true;
}
