using System.Text.Json.Serialization;
using RollbackOps.Signals;

namespace RollbackOps.Databases;

/// <summary>What sort of check it is.</summary>
public enum DatabaseCheckKind
{
    /// <summary>Whether the database answers, and how fast.</summary>
    Connectivity,

    /// <summary>Whether it is whole, by the engine's own check.</summary>
    Integrity,

    /// <summary>An audit query of the configuration.</summary>
    Audit,

    /// <summary>Whether every table has the rows that the manifest states.</summary>
    RowCount,
}

/// <summary>The outcome of one check of a database.</summary>
public sealed record DatabaseCheckResult
{
    [JsonConstructor]
    internal DatabaseCheckResult()
    {
    }

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>The check's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its kind.</summary>
    public required DatabaseCheckKind Kind { get; init; }

    /// <summary>How it came out.</summary>
    public required CheckStatus Status { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>What was found, in a sentence.</summary>
    public required string Detail { get; init; }

    /// <summary>A sample of what was found: offending rows, or findings of the engine.</summary>
    public IReadOnlyList<string> Sample { get; init; } = [];

    /// <summary>The outcome in one line.</summary>
    public override string ToString() => $"{Name}: {Status}, {Detail}";
}
