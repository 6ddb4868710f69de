using System.Text.Json.Serialization;

namespace RollbackOps.Incidents;

/// <summary>What a moment of an incident is.</summary>
public enum TimelineKind
{
    /// <summary>A note of the journal.</summary>
    Note,

    /// <summary>The deployment rolled away from went live.</summary>
    Deployed,

    /// <summary>The first minute that was measured as bad.</summary>
    Began,

    /// <summary>Trouble was seen.</summary>
    Detected,

    /// <summary>It was decided what to do.</summary>
    Decided,

    /// <summary>A step of the plan.</summary>
    Step,

    /// <summary>Production was switched.</summary>
    Switched,

    /// <summary>What is served was verified.</summary>
    Verified,

    /// <summary>The service was seen well again.</summary>
    Recovered,

    /// <summary>Something failed or was refused.</summary>
    Failed,
}

/// <summary>One moment of an incident.</summary>
public sealed record TimelineEntry
{
    [JsonConstructor]
    internal TimelineEntry()
    {
    }

    /// <summary>When, UTC, by the clock of the machine that wrote it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it is.</summary>
    public TimelineKind Kind { get; init; }

    /// <summary>What happened.</summary>
    public required string What { get; init; }

    /// <summary>How long it took, by a monotonic clock; null for a moment.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>What was seen that says so, or null.</summary>
    public string? Evidence { get; init; }

    /// <summary>The journal record's number; null for what the journal does not hold.</summary>
    public long? Record { get; init; }

    /// <summary>The moment in one line.</summary>
    public override string ToString() => $"{At.UtcDateTime:HH:mm:ss} {What}";
}
