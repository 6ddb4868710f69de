using System.Text.Json.Serialization;

namespace RollbackOps.Signals;

/// <summary>What one client did in a cell.</summary>
public sealed record ClientTraffic
{
    [JsonConstructor]
    internal ClientTraffic()
    {
    }

    /// <summary>The client, as the source tells clients apart; made inert.</summary>
    public required string Client { get; init; }

    /// <summary>Its requests.</summary>
    public required long Requests { get; init; }

    /// <summary>Errors among them.</summary>
    public required long Errors { get; init; }

    /// <summary>The client with its numbers.</summary>
    public override string ToString() => $"{Client}: {Errors} of {Requests} failed";
}
