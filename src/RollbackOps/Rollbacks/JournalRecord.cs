using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace RollbackOps.Rollbacks;

/// <summary>One record of the journal.</summary>
public sealed record JournalRecord
{
    internal JournalRecord()
    {
    }

    /// <summary>Its number in the journal, from 1.</summary>
    public required long Number { get; init; }

    /// <summary>When it was written, UTC, by this machine's clock; order is by <see cref="Number"/>.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it records.</summary>
    public required JournalKind Kind { get; init; }

    /// <summary>The rollback it belongs to, or null.</summary>
    public string? RollbackId { get; init; }

    /// <summary>Its content.</summary>
    public required JsonElement Data { get; init; }

    /// <summary>The SHA-256 of the record before it, in hexadecimal.</summary>
    public required string PreviousHash { get; init; }

    /// <summary>Its own SHA-256, in hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>Its content, or null when it cannot be read: that is reported by the reading, and blocks nothing.</summary>
    internal T? Read<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return Data.Deserialize(type);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}

/// <summary>What is wrong with a record, or with the journal at that place.</summary>
public enum JournalFindingKind
{
    /// <summary>The record's content does not match its own hash.</summary>
    Edited,

    /// <summary>The record does not carry the hash of the one before it: something was removed, inserted or replaced.</summary>
    ChainBroken,

    /// <summary>The line is no record.</summary>
    Unreadable,

    /// <summary>Records that were written are gone from the end.</summary>
    Truncated,

    /// <summary>The last record was cut off while it was written; nothing after it was lost.</summary>
    TornTail,
}

/// <summary>A finding in the journal.</summary>
public sealed record JournalFinding
{
    internal JournalFinding()
    {
    }

    /// <summary>What is wrong.</summary>
    public required JournalFindingKind Kind { get; init; }

    /// <summary>The record's number, counted in the file from 1.</summary>
    public required long Number { get; init; }

    /// <summary>The finding in a sentence.</summary>
    public required string Detail { get; init; }

    /// <summary>Whether the record can no longer be trusted; a torn tail is a crash, not a breach.</summary>
    public bool BreaksTrust => Kind != JournalFindingKind.TornTail;

    /// <summary>The finding in a sentence.</summary>
    public override string ToString() => Detail;
}

/// <summary>The journal as it was read.</summary>
public sealed record JournalReading
{
    internal JournalReading()
    {
    }

    /// <summary>Every record that can be read, in file order, edited ones included.</summary>
    public required IReadOnlyList<JournalRecord> Records { get; init; }

    /// <summary>What is wrong with it; empty when it is whole.</summary>
    public required IReadOnlyList<JournalFinding> Findings { get; init; }

    /// <summary>The number of the last record, 0 when there is none.</summary>
    public long LastNumber => Records.Count == 0 ? 0 : Records[^1].Number;
}
