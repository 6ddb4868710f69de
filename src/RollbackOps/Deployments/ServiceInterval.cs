using System.Text.Json.Serialization;

namespace RollbackOps.Deployments;

/// <summary>A stretch of time in which a deployment served production.</summary>
public sealed record ServiceInterval
{
    [JsonConstructor]
    internal ServiceInterval()
    {
    }

    /// <summary>When it began to serve, UTC.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When it stopped serving, UTC; null while it still serves.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether it ended because somebody rolled away from the deployment.</summary>
    public bool EndedByRollback { get; init; }
}
