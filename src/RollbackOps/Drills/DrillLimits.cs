namespace RollbackOps.Drills;

/// <summary>
/// By when, counted from the first bad answer that a user got, each mark is to be reached; null where the written procedure
/// names no time.
/// </summary>
public sealed record DrillLimits
{
    internal DrillLimits()
    {
    }

    /// <summary>By when a verdict says that something is wrong.</summary>
    public TimeSpan? Detected { get; init; }

    /// <summary>By when the verdict carries a rollback, or somebody decided.</summary>
    public TimeSpan? Decided { get; init; }

    /// <summary>By when users get good answers again.</summary>
    public TimeSpan? Mitigated { get; init; }

    /// <summary>By when the criteria of the immediate window hold.</summary>
    public TimeSpan? Verified { get; init; }

    /// <summary>By when the team was told.</summary>
    public TimeSpan? Notified { get; init; }

    /// <summary>By when the incident report is written.</summary>
    public TimeSpan? Reported { get; init; }

    /// <summary>The limit of a mark.</summary>
    internal TimeSpan? Of(DrillMarkKind kind) => kind switch
    {
        DrillMarkKind.Detected => Detected,
        DrillMarkKind.Decided => Decided,
        DrillMarkKind.Mitigated => Mitigated,
        DrillMarkKind.Verified => Verified,
        DrillMarkKind.Notified => Notified,
        _ => Reported,
    };
}
