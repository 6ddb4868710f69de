using System.Text.Json.Serialization;

namespace RollbackOps.Decisions;

/// <summary>What carries over from one look to the next (decisions.md §7).</summary>
public sealed record PriorState
{
    [JsonConstructor]
    internal PriorState()
    {
    }

    /// <summary>The verdict of the look before; null where nobody looked.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>Since when it has held, UTC: its time to decide runs from then on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When errors last made it a matter to assess, or worse, and that tier was not left yet, UTC (decisions.md §6); else null.</summary>
    public DateTimeOffset? ErrorsHeldAt { get; init; }

    /// <summary>When they first did, UTC; null where <see cref="ErrorsHeldAt"/> is.</summary>
    public DateTimeOffset? ErrorsSince { get; init; }

    /// <summary>
    /// When the last rollback was, UTC, or null. Whoever began it: an automatic one right after a person's is one too many
    /// (S27).
    /// </summary>
    public DateTimeOffset? LastAutomaticAct { get; init; }
}
