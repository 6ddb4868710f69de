using System.Text.Json.Serialization;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Decisions;

/// <summary>Everything a verdict follows from; the same inputs give the same verdict (S33, decisions.md §7).</summary>
public sealed record DecisionInputs
{
    [JsonConstructor]
    internal DecisionInputs()
    {
    }

    /// <summary>When it was judged, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The numbers of the procedure.</summary>
    public required PolicySettings Policy { get; init; }

    /// <summary>What is live, or null when that is not known.</summary>
    public Deployment? Current { get; init; }

    /// <summary>What a rollback would choose (S1), or null.</summary>
    public Deployment? Target { get; init; }

    /// <summary>When what is live went live, UTC; null when that is not known.</summary>
    public DateTimeOffset? GoLive { get; init; }

    /// <summary>
    /// The last hour of the deployment before; null where it is not known, or is part of what was measured.
    /// </summary>
    public Measurement? Baseline { get; init; }

    /// <summary>What was measured.</summary>
    public IReadOnlyList<Measurement> Measurements { get; init; } = [];

    /// <summary>What was to be measured and could not be read, in sentences (S32).</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>What was probed, round by round.</summary>
    public IReadOnlyList<HealthCheckResult> Probes { get; init; } = [];

    /// <summary>Whether this machine could reach anything while it probed; null when that is not known.</summary>
    public bool? IsProberOnline { get; init; }

    /// <summary>How the rollback's target did at its own address (S6); null where it was not asked.</summary>
    public CheckStatus? TargetProbe { get; init; }

    /// <summary>What that probe found, or why it was not made; null where it was not asked.</summary>
    public string? TargetProbeDetail { get; init; }

    /// <summary>Whether automatic rollbacks are switched off (S27).</summary>
    public bool IsAutomaticOff { get; init; }

    /// <summary>Whether the rollback to what is live was found not to have helped (S26).</summary>
    public bool IsLastRollbackFutile { get; init; }

    /// <summary>Whether an automatic rollback was made in the incident that is open (S27).</summary>
    public bool IsIncidentSpent { get; init; }

    /// <summary>Hard signals that a person or a test states.</summary>
    public IReadOnlyList<HardSignal> Signals { get; init; } = [];

    /// <summary>What was decided before, or null.</summary>
    public PriorState? Prior { get; init; }
}
