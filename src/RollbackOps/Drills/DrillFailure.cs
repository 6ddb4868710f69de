using System.Text.Json.Serialization;

namespace RollbackOps.Drills;

/// <summary>What fails a drill whatever its times are.</summary>
public enum DrillFailureKind
{
    /// <summary>Another release than the last good one was made live.</summary>
    WrongTarget,

    /// <summary>It was said to be over, and users still got bad answers or another version.</summary>
    FalseSuccess,

    /// <summary>What was stored is neither in the live database nor in the kept one.</summary>
    LostData,

    /// <summary>It was given up: an act failed and could not be taken up again, or the time was over.</summary>
    NotRecovered,
}

/// <summary>Why a drill is failed at once.</summary>
public sealed record DrillFailure
{
    [JsonConstructor]
    internal DrillFailure()
    {
    }

    /// <summary>What happened.</summary>
    public required DrillFailureKind Kind { get; init; }

    /// <summary>What was seen, with its numbers.</summary>
    public required string Detail { get; init; }

    /// <summary>The failure in one line.</summary>
    public override string ToString() => $"{Kind}: {Detail}";
}
