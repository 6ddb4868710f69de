using System.Text.Json.Serialization;

namespace RollbackOps.Drills;

/// <summary>A fault that a drill adds to the platform or to our own process.</summary>
public enum DrillChaosKind
{
    /// <summary>The platform answers 409: somebody else is at it.</summary>
    Conflict,

    /// <summary>The platform answers 429: too many requests.</summary>
    RateLimited,

    /// <summary>The platform answers 500.</summary>
    ServerError,

    /// <summary>The platform does what it was asked to and never answers.</summary>
    TimedOut,

    /// <summary>One of the service's addresses goes on serving the former release.</summary>
    HalfMoved,

    /// <summary>Another deployment begins in the middle.</summary>
    NewDeployment,

    /// <summary>The clock jumps by hours between plan and act.</summary>
    ClockJump,

    /// <summary>The process that rolls back is killed (SIGKILL) between the switch and the restart.</summary>
    Killed,
}

/// <summary>A fault that was added, and how it was got over.</summary>
public sealed record DrillChaos
{
    [JsonConstructor]
    internal DrillChaos()
    {
    }

    /// <summary>The fault.</summary>
    public required DrillChaosKind Kind { get; init; }

    /// <summary>Whether the rollback came to its end all the same.</summary>
    public required bool IsRecovered { get; init; }

    /// <summary>How long that took from the fault on, by the product's clock; null where it did not, or where the fault was not made.</summary>
    public TimeSpan? Recovery { get; init; }

    /// <summary>What was said and done.</summary>
    public required string Detail { get; init; }

    /// <summary>The fault in one line.</summary>
    public override string ToString() => $"{Kind}: {(IsRecovered ? "recovered" : "not recovered")}";
}
