namespace RollbackOps.Rollbacks;

/// <summary>One attempt as the journal tells it: a rollback, an undo, or a refusal.</summary>
internal sealed record RollbackAttempt
{
    public required int Number { get; init; }

    public string? RollbackId { get; init; }

    /// <summary>The plan, or null for a refusal.</summary>
    public RollbackPlan? Plan { get; init; }

    public required string Owner { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required long FirstRecord { get; init; }

    public IReadOnlyDictionary<int, StepResult> Steps { get; init; } = new Dictionary<int, StepResult>();

    public VerificationResult? Verification { get; init; }

    public RollbackFinishedData? Finished { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public AttemptRefusedData? Refusal { get; init; }

    /// <summary>The undo that took it back, or null.</summary>
    public string? UndoneBy { get; init; }

    /// <summary>When production was switched, or null when it is not known to have been.</summary>
    public DateTimeOffset? SwitchedAt => Switching?.At;

    /// <summary>What it made live: the target, or what was deployed in its place; null when it is not known to have.</summary>
    public string? LiveId => Switching is { } step ? step.DeploymentId ?? Plan!.Target.Id : null;

    /// <summary>
    /// A switch; or, where a new deployment goes live by itself, the sight of it; or, where a workflow is the platform's
    /// switch, its end.
    /// </summary>
    private StepResult? Switching => Plan?.Steps
        .Where(step => Array.IndexOf(s_switching, step.Kind) is >= 0 and var rank
            && !Plan.Steps.Any(other => other.Rung == step.Rung && s_switching.Take(rank).Contains(other.Kind)))
        .Select(step => Steps.GetValueOrDefault(step.Number))
        .FirstOrDefault(step => step is { Status: StepStatus.Done or StepStatus.Skipped });

    /// <summary>What switches production, the surest first: in a rung the first of them that it has.</summary>
    private static readonly StepKind[] s_switching = [StepKind.Switch, StepKind.AwaitDeployment, StepKind.Follow];

    /// <summary>Whether it is a restore of the database that was refused.</summary>
    public bool IsRestore => Refusal?.Restore is not null;

    /// <summary>Whether nobody asked for it (S27).</summary>
    public bool IsAutomatic => Plan?.IsAutomatic ?? Refusal?.IsAutomatic ?? false;

    public bool IsUnfinished => Plan is not null && Finished is null;

    public RollbackStatus Status => Finished?.Status ?? Refusal?.Status ?? RollbackStatus.Unfinished;

    /// <summary>The attempt as the result its command gave.</summary>
    public RollbackResult ToResult(string project, string environment, string stateLocation) => new()
    {
        RollbackId = RollbackId,
        Number = Number,
        Kind = Plan?.Kind ?? PlanKind.Rollback,
        Project = Plan?.Project ?? project,
        Environment = Plan?.Environment ?? environment,
        Status = Status,
        From = Plan?.From,
        Target = Plan?.Target,
        Reason = Plan?.Reason ?? Refusal?.Reason ?? string.Empty,
        Owner = Owner,
        IsAutomatic = IsAutomatic,
        StartedAt = StartedAt,
        Duration = Milliseconds(Finished?.DurationMilliseconds ?? 0),
        Steps = Plan is null ? [] : [.. Plan.Steps.Select(StepOf)],
        Verification = Verification,
        Overrides = Plan?.Overrides ?? [],
        Warnings = Plan?.Warnings ?? [],
        Error = Finished?.Error ?? Refusal?.Error,
        Message = Finished?.Message ?? Refusal?.Message,
        NextStep = Finished is null && Refusal is null ? "Resume-Rollback" : Finished?.NextStep,
        StateLocation = stateLocation,
    };

    /// <summary>A length as the journal has it; one that no clock can have measured was edited, and is none.</summary>
    public static TimeSpan Milliseconds(double length) =>
        Math.Abs(length) < TimeSpan.MaxValue.TotalMilliseconds / 2 ? TimeSpan.FromMilliseconds(length) : TimeSpan.Zero;

    private StepResult StepOf(PlannedStep planned) => Steps.TryGetValue(planned.Number, out var step)
        ? step
        : new StepResult
        {
            Number = planned.Number,
            Kind = planned.Kind,
            Description = planned.Description,
            // A rung that was not needed, or was left before it came to this.
            Status = planned.Rung != 0 && FinishedAt is not null && SwitchedAt is not null ? StepStatus.Skipped : StepStatus.Pending,
        };
}
