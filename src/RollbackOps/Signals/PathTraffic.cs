using System.Text.Json.Serialization;

namespace RollbackOps.Signals;

/// <summary>What was asked of one path.</summary>
public sealed record PathTraffic
{
    [JsonConstructor]
    internal PathTraffic()
    {
    }

    /// <summary>The path without its query; made inert.</summary>
    public required string Path { get; init; }

    /// <summary>Its requests.</summary>
    public required long Requests { get; init; }

    /// <summary>Errors among them.</summary>
    public required long Errors { get; init; }

    /// <summary>Slow answers among them.</summary>
    public required long Slow { get; init; }

    /// <summary>The path with its numbers.</summary>
    public override string ToString() => $"{Path}: {Errors} of {Requests} failed";
}
