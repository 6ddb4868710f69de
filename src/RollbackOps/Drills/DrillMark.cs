using System.Text.Json.Serialization;

namespace RollbackOps.Drills;

/// <summary>The marks of a drill, in the order of the written procedure.</summary>
public enum DrillMarkKind
{
    /// <summary>A verdict says that something is wrong.</summary>
    Detected,

    /// <summary>The verdict carries a rollback, or somebody decided.</summary>
    Decided,

    /// <summary>Users get good answers again.</summary>
    Mitigated,

    /// <summary>The criteria of the immediate window hold.</summary>
    Verified,

    /// <summary>The team was told.</summary>
    Notified,

    /// <summary>The incident report is written.</summary>
    Reported,
}

/// <summary>How a mark stands against its limit.</summary>
public enum DrillMarkStatus
{
    /// <summary>Not reached.</summary>
    Missed,

    /// <summary>Reached, and too late.</summary>
    Late,

    /// <summary>Reached in time.</summary>
    Met,

    /// <summary>Reached; no time is judged, since the drill did not run in real time or the procedure names none.</summary>
    Reached,
}

/// <summary>One mark of a drill.</summary>
public sealed record DrillMark
{
    [JsonConstructor]
    internal DrillMark()
    {
    }

    /// <summary>Which.</summary>
    public required DrillMarkKind Kind { get; init; }

    /// <summary>How it stands.</summary>
    public required DrillMarkStatus Status { get; init; }

    /// <summary>When it was reached, counted from the first bad answer that a user got; null when it was not.</summary>
    public TimeSpan? After { get; init; }

    /// <summary>By when it is to be reached; null where the procedure names no time.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>What was seen.</summary>
    public string? Detail { get; init; }

    /// <summary>The mark in one line.</summary>
    public override string ToString() => $"{Kind}: {Status}";
}
