using System.Text.Json.Serialization;

namespace RollbackOps.Signals;

/// <summary>Lines of a log that were not counted, and why.</summary>
public sealed record SkippedLines
{
    [JsonConstructor]
    internal SkippedLines()
    {
    }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>How many.</summary>
    public required long Count { get; init; }

    /// <summary>Whether they could not be read, rather than being left out on purpose.</summary>
    public required bool IsUnreadable { get; init; }

    /// <summary>The reason with its number.</summary>
    public override string ToString() => $"{Count} {Reason}";
}
