using System.Globalization;

namespace RollbackOps.Rollbacks;

/// <summary>One entry of the rollback log, with exactly the written template's eleven fields.</summary>
public sealed record RollbackLogEntry
{
    internal RollbackLogEntry()
    {
    }

    /// <summary>The rollback's number.</summary>
    public required int Number { get; init; }

    /// <summary>The day it began, UTC.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>The time it began, UTC.</summary>
    public required TimeOnly Time { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The deployment that was live.</summary>
    public required string PreviousDeployment { get; init; }

    /// <summary>The deployment it went to.</summary>
    public required string RollbackTarget { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>How it came out.</summary>
    public required RollbackStatus Status { get; init; }

    /// <summary>What was done.</summary>
    public required string ActionsTaken { get; init; }

    /// <summary>When the post-mortem is, as far as recorded.</summary>
    public required string PostMortem { get; init; }

    /// <summary>Who answers for it.</summary>
    public required string Owner { get; init; }

    /// <summary>The log, oldest first.</summary>
    internal static IEnumerable<RollbackLogEntry> From(RollbackLedger ledger, string? owner) =>
        ledger.Attempts.Select(attempt => new RollbackLogEntry
        {
            Number = attempt.Number,
            Date = DateOnly.FromDateTime(attempt.StartedAt.UtcDateTime),
            Time = TimeOnly.FromDateTime(attempt.StartedAt.UtcDateTime),
            Duration = RollbackAttempt.Milliseconds(attempt.Finished?.DurationMilliseconds ?? 0),
            PreviousDeployment = attempt.Plan?.From.Id ?? attempt.Refusal?.From ?? "(unknown)",
            RollbackTarget = attempt.Plan?.Target.Id ?? attempt.Refusal?.Target ?? "(none)",
            Reason = attempt.Plan?.Reason ?? attempt.Refusal?.Reason ?? string.Empty,
            Status = attempt.Status,
            ActionsTaken = Actions(attempt),
            PostMortem = "not scheduled",
            Owner = owner ?? attempt.Owner,
        });

    private static string Actions(RollbackAttempt attempt)
    {
        if (attempt.Plan is not { } plan)
        {
            return $"none: {attempt.Refusal?.Message}";
        }

        var done = attempt.Steps.Values
            .Where(step => step.Status == StepStatus.Done)
            .OrderBy(step => step.Number)
            .SelectMany(step => KindsOf(plan, step));
        var undone = attempt.UndoneBy is null ? string.Empty : "; undone later";
        return string.Create(CultureInfo.InvariantCulture,
            $"{plan.Kind} by {plan.Platform} ({plan.Strategy}): {string.Join(", ", done)}{undone}");
    }

    /// <summary>What a step did; a pin that was lifted again was set first.</summary>
    private static IEnumerable<StepKind> KindsOf(RollbackPlan plan, StepResult step) =>
        new[] { plan.Steps.First(planned => planned.Number == step.Number).Kind, step.Kind }.Distinct();
}
