using System.Text.Json.Serialization;
using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>How a rollback came out. Only <see cref="Succeeded"/> and <see cref="AlreadyCurrent"/> are good news.</summary>
public enum RollbackStatus
{
    /// <summary>The target is served, seen from outside, and healthy.</summary>
    Succeeded,

    /// <summary>The target was live already and is served and healthy; nothing was changed (S3).</summary>
    AlreadyCurrent,

    /// <summary>The verdict asks for no rollback; nothing was changed.</summary>
    NotNeeded,

    /// <summary>The switch is made and the service healthy, but nothing it says proves which version answers (S23).</summary>
    IdentityUnproven,

    /// <summary>The target is served, but its checks fail.</summary>
    Unhealthy,

    /// <summary>Some addresses serve the target and some do not (S19).</summary>
    PartiallyRolledBack,

    /// <summary>The switch is made, but the target is not what is served.</summary>
    NotServed,

    /// <summary>Nothing was switched.</summary>
    Failed,

    /// <summary>What happened is not known; look before anything is repeated (S17).</summary>
    Unknown,

    /// <summary>Waiting was stopped; the rollback can be resumed (S20).</summary>
    Interrupted,

    /// <summary>A rule forbade it; nothing was changed.</summary>
    Refused,

    /// <summary>Cut off by a crash and not yet resumed; appears in the log only.</summary>
    Unfinished,
}

/// <summary>How one step came out.</summary>
public enum StepStatus
{
    /// <summary>Not reached.</summary>
    Pending,

    /// <summary>Its effect was begun and its outcome not recorded.</summary>
    Intended,

    /// <summary>Done.</summary>
    Done,

    /// <summary>Failed.</summary>
    Failed,

    /// <summary>Not needed: found in place.</summary>
    Skipped,
}

/// <summary>One step of a rollback as it went.</summary>
public sealed record StepResult
{
    [JsonConstructor]
    internal StepResult()
    {
    }

    /// <summary>Its number in the plan.</summary>
    public required int Number { get; init; }

    /// <summary>Its kind.</summary>
    public required StepKind Kind { get; init; }

    /// <summary>What it does.</summary>
    public required string Description { get; init; }

    /// <summary>How it came out.</summary>
    public required StepStatus Status { get; init; }

    /// <summary>When it ended, UTC; null when it was not reached.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>How long it took, by a monotonic clock.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>What was seen or done.</summary>
    public string? Detail { get; init; }

    /// <summary>The deployment that it made live, where that is not the plan's target: what was deployed in its place.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>The step in one line.</summary>
    public override string ToString() => $"{Number}. {Kind}: {Status}";
}

/// <summary>What a rollback did, as its journal says.</summary>
public sealed record RollbackResult
{
    [JsonConstructor]
    internal RollbackResult()
    {
    }

    /// <summary>The rollback's id; null for an attempt that made no plan.</summary>
    public string? RollbackId { get; init; }

    /// <summary>Its number in the log.</summary>
    public int Number { get; init; }

    /// <summary>Which way it went.</summary>
    public PlanKind Kind { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>How it came out.</summary>
    public required RollbackStatus Status { get; init; }

    /// <summary>What was live before; null when that was not known.</summary>
    public Deployment? From { get; init; }

    /// <summary>The target; null when none was chosen.</summary>
    public Deployment? Target { get; init; }

    /// <summary>Why it was done.</summary>
    public required string Reason { get; init; }

    /// <summary>Who did it.</summary>
    public required string Owner { get; init; }

    /// <summary>Whether nobody asked for it: a watch rolled back by itself (S27).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsAutomatic { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took, by a monotonic clock.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The steps.</summary>
    public IReadOnlyList<StepResult> Steps { get; init; } = [];

    /// <summary>What was verified afterwards, or null when it did not come to that.</summary>
    public VerificationResult? Verification { get; init; }

    /// <summary>The gates that were overridden.</summary>
    public IReadOnlyList<PlanOverride> Overrides { get; init; } = [];

    /// <summary>The plan's warnings.</summary>
    public IReadOnlyList<PlanWarning> Warnings { get; init; } = [];

    /// <summary>The error's stable id, or null.</summary>
    public ErrorId? Error { get; init; }

    /// <summary>What went wrong, or null.</summary>
    public string? Message { get; init; }

    /// <summary>What to do next, or null.</summary>
    public string? NextStep { get; init; }

    /// <summary>Where the journal lies.</summary>
    public required string StateLocation { get; init; }

    /// <summary>The result in one line.</summary>
    public override string ToString() => $"{Kind} {Project}/{Environment}: {Status}";
}
