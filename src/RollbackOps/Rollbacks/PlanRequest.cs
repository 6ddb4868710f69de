using RollbackOps.Decisions;

namespace RollbackOps.Rollbacks;

/// <summary>What is asked of a plan.</summary>
public sealed record PlanRequest
{
    internal PlanRequest()
    {
    }

    /// <summary>The target's id, or null for S1's choice.</summary>
    public string? TargetId { get; init; }

    /// <summary>How the target is to go live.</summary>
    public RollbackStrategy Strategy { get; init; }

    /// <summary>Why a rollback is wanted.</summary>
    public required string Reason { get; init; }

    /// <summary>The verdict it follows, or null.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>Go further back although a rollback ran a moment ago (S2).</summary>
    public bool Further { get; init; }

    /// <summary>Go on although the target failed its own probe (S6).</summary>
    public bool AllowUnhealthyTarget { get; init; }

    /// <summary>Go on although migrations differ (S28).</summary>
    public bool AllowSchemaMismatch { get; init; }

    /// <summary>Go on although the checks of the target's commit failed.</summary>
    public bool AllowFailedChecks { get; init; }

    /// <summary>Go on although a deployment is in flight (S9).</summary>
    public bool AllowInFlight { get; init; }

    /// <summary>Set the development branch to the production branch, rather than merge that into it (S22).</summary>
    public bool ResetDevelopmentBranch { get; init; }

    /// <summary>Whether nobody asked for it (S27).</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>Go on against the verdict.</summary>
    public bool OverrideVerdict { get; init; }
}
