using RollbackOps.Decisions;
using RollbackOps.Deployments;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;

namespace RollbackOps.Watching;

/// <summary>What a watch saw or did: one for each change, in order.</summary>
public sealed record WatchState
{
    internal WatchState()
    {
    }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Since the watch began, by a monotonic clock.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>How far the deployment came.</summary>
    public required WatchPhase Phase { get; init; }

    /// <summary>The deployment; null where it is about none.</summary>
    public Deployment? Deployment { get; init; }

    /// <summary>What happened, in a sentence.</summary>
    public required string Detail { get; init; }

    /// <summary>Whether the watch rolls back by itself now, or why not.</summary>
    public required string Automatic { get; init; }

    /// <summary>When the deployment's first time is over, UTC; null while it is not live.</summary>
    public DateTimeOffset? BakesUntil { get; init; }

    /// <summary>The verdict it is about, or null.</summary>
    public RollbackDecision? Decision { get; init; }

    /// <summary>With <c>-WhatIf</c>, what would be done; else null.</summary>
    public RollbackPlan? Plan { get; init; }

    /// <summary>What the rollback did, or null.</summary>
    public RollbackResult? Result { get; init; }

    /// <summary>The archive of the logs that were kept, or null.</summary>
    public EvidenceArchive? Evidence { get; init; }

    /// <summary>The incident report that was written, or null.</summary>
    public IncidentReport? Report { get; init; }

    /// <summary>A later verification of the rollback, or null.</summary>
    public VerificationResult? Verification { get; init; }

    /// <summary>Deployment, phase and detail in one line.</summary>
    public override string ToString() => $"{Deployment?.Id ?? Project} {Phase}: {Detail}";
}
