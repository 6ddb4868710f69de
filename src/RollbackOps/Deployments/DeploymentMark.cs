using System.Text.Json.Serialization;

namespace RollbackOps.Deployments;

/// <summary>What a mark says of a deployment (S2).</summary>
public enum MarkKind
{
    /// <summary>Left out of automatic selection until unmarked.</summary>
    KnownBad,

    /// <summary>Rolling away from it did not help (S26); shown, but no longer excluded.</summary>
    Suspected,
}

/// <summary>A mark on a deployment: who set it, when and why.</summary>
public sealed record DeploymentMark
{
    [JsonConstructor]
    internal DeploymentMark()
    {
    }

    /// <summary>What the mark says.</summary>
    public required MarkKind Kind { get; init; }

    /// <summary>The deployment's id.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>Why it was set.</summary>
    public required string Reason { get; init; }

    /// <summary>Who set it.</summary>
    public required string By { get; init; }

    /// <summary>When it was set, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The rollback that set it, or null when a person did.</summary>
    public string? RollbackId { get; init; }

    /// <summary>The incident it belongs to, where one is known.</summary>
    public string? IncidentId { get; init; }

    /// <summary>The mark in one line.</summary>
    public override string ToString() => $"{Kind}: {Reason} ({By}, {At:u})";
}
