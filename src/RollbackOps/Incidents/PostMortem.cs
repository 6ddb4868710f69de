using System.Text.Json.Serialization;

namespace RollbackOps.Incidents;

/// <summary>
/// The sections of the usual post-mortem: filled from evidence where there is any, and left to be written where only a
/// person can know.
/// </summary>
public sealed record PostMortem
{
    [JsonConstructor]
    internal PostMortem()
    {
    }

    /// <summary>When it is held, UTC; null when it is not scheduled.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>What set it off.</summary>
    public required IReadOnlyList<string> Trigger { get; init; }

    /// <summary>How it was seen.</summary>
    public required IReadOnlyList<string> Detection { get; init; }

    /// <summary>What the evidence says of the cause; why it came to that, only a person can know.</summary>
    public required IReadOnlyList<string> RootCause { get; init; }

    /// <summary>What ended it.</summary>
    public required IReadOnlyList<string> Resolution { get; init; }

    /// <summary>What went well.</summary>
    public required IReadOnlyList<string> WentWell { get; init; }

    /// <summary>What went badly.</summary>
    public required IReadOnlyList<string> WentBadly { get; init; }

    /// <summary>Where luck helped. No machine knows; it is always to be written.</summary>
    public IReadOnlyList<string> WentLuckily { get; init; } = [];
}

/// <summary>Something that remains to be done.</summary>
public sealed record ActionItem
{
    [JsonConstructor]
    internal ActionItem()
    {
    }

    /// <summary>What is to be done.</summary>
    public required string What { get; init; }

    /// <summary>Why: what in the record asks for it.</summary>
    public required string Why { get; init; }

    /// <summary>The item in one line.</summary>
    public override string ToString() => $"{What} ({Why})";
}
