using System.Globalization;
using RollbackOps.Databases;

namespace RollbackOps.Rollbacks;

/// <summary>One entry of the rollback log, with exactly the written template's eleven fields.</summary>
public sealed record RollbackLogEntry
{
    internal RollbackLogEntry()
    {
    }

    /// <summary>The entry's number; rollbacks and restores are counted in one row.</summary>
    public required int Number { get; init; }

    /// <summary>The day it began, UTC.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>The time it began, UTC.</summary>
    public required TimeOnly Time { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The deployment that was live; for a restore the database.</summary>
    public required string PreviousDeployment { get; init; }

    /// <summary>The deployment it went to; for a restore the backup, for its undo the database that had been kept.</summary>
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

    /// <summary>When it began, to the last digit.</summary>
    internal DateTimeOffset StartedAt => new(Date.ToDateTime(Time), TimeSpan.Zero);

    /// <summary>What it tells of; ActionsTaken says it in words.</summary>
    internal RollbackLogKind Kind { get; init; }

    /// <summary>The restore's id, or null.</summary>
    internal string? RestoreId { get; init; }

    /// <summary>The log, oldest first.</summary>
    internal static IEnumerable<RollbackLogEntry> From(RollbackLedger ledger, string? owner) =>
        OfRollbacks(ledger, owner).Concat(OfRestores(ledger, owner)).OrderBy(entry => entry.Number);

    private static IEnumerable<RollbackLogEntry> OfRollbacks(RollbackLedger ledger, string? owner) =>
        ledger.Attempts.Select(attempt => new RollbackLogEntry
        {
            Kind = attempt.IsRestore ? RollbackLogKind.Restore : RollbackLogKind.Rollback,
            Number = attempt.Number,
            Date = DateOnly.FromDateTime(attempt.StartedAt.UtcDateTime),
            Time = TimeOnly.FromDateTime(attempt.StartedAt.UtcDateTime),
            Duration = RollbackAttempt.Milliseconds(attempt.Finished?.DurationMilliseconds ?? 0),
            PreviousDeployment = attempt.Plan?.From.Id ?? attempt.Refusal?.From ?? "(unknown)",
            RollbackTarget = attempt.Plan?.Target.Id ?? attempt.Refusal?.Target ?? "(none)",
            Reason = attempt.Plan?.Reason ?? attempt.Refusal?.Reason ?? string.Empty,
            Status = attempt.Status,
            ActionsTaken = Actions(attempt),
            PostMortem = PostMortemOf(ledger, attempt.RollbackId),
            Owner = owner ?? attempt.Owner,
        });

    private static string PostMortemOf(RollbackLedger ledger, string? id) => id is not null && ledger.PostMortemAt(id) is { } at
        ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)
        : "not scheduled";

    private static IEnumerable<RollbackLogEntry> OfRestores(RollbackLedger ledger, string? owner) =>
        ledger.RestoreNumbers.Count == 0 ? [] : RestoreLedger.From(ledger.Reading).Attempts
            .Where(attempt => ledger.RestoreNumbers.ContainsKey(attempt.Plan.Id))
            .Select(attempt => new RollbackLogEntry
            {
                Kind = RollbackLogKind.Restore,
                RestoreId = attempt.Plan.Id,
                Number = ledger.RestoreNumbers[attempt.Plan.Id],
                Date = DateOnly.FromDateTime(attempt.StartedAt.UtcDateTime),
                Time = TimeOnly.FromDateTime(attempt.StartedAt.UtcDateTime),
                Duration = RollbackAttempt.Milliseconds(attempt.Finished?.DurationMilliseconds ?? 0),
                PreviousDeployment = attempt.Plan.Database,
                RollbackTarget = attempt.Plan.Backup?.Name ?? attempt.Plan.Side,
                Reason = attempt.Plan.Reason,
                Status = StatusOf(attempt),
                ActionsTaken = Actions(attempt),
                PostMortem = PostMortemOf(ledger, attempt.Plan.Id),
                Owner = owner ?? attempt.Owner,
            });

    /// <summary>A restore's status in the log's words; the actions tell that it was swapped back.</summary>
    private static RollbackStatus StatusOf(RestoreAttempt attempt) => attempt.Finished?.Status switch
    {
        null or RestoreStatus.Unfinished => RollbackStatus.Unfinished,
        RestoreStatus.Succeeded => RollbackStatus.Succeeded,
        RestoreStatus.Unhealthy => RollbackStatus.Unhealthy,
        RestoreStatus.Interrupted => RollbackStatus.Interrupted,
        RestoreStatus.Refused => RollbackStatus.Refused,
        RestoreStatus.Unknown => RollbackStatus.Unknown,
        _ => RollbackStatus.Failed,
    };

    private static string Actions(RestoreAttempt attempt)
    {
        var done = attempt.Steps.Values
            .Where(step => step.Status == StepStatus.Done)
            .OrderBy(step => step.Number)
            .Select(step => step.Kind);
        var undone = attempt.UndoneBy is null ? string.Empty : "; undone later";
        return $"{(attempt.Plan.Kind == RestoreKind.Undo ? "Undo of a restore" : "Restore")} of the database ({attempt.Plan.Order}): {string.Join(", ", done)}{undone}";
    }

    private static string Actions(RollbackAttempt attempt)
    {
        if (attempt.Plan is not { } plan)
        {
            return attempt.IsRestore
                ? $"none: a restore of the database was asked for. {attempt.Refusal!.Message}"
                : $"none: {attempt.Refusal?.Message}";
        }

        var done = attempt.Steps.Values
            .Where(step => step.Status == StepStatus.Done)
            .OrderBy(step => step.Number)
            .SelectMany(step => KindsOf(plan, step));
        var undone = attempt.UndoneBy is null ? string.Empty : "; undone later";
        return string.Create(CultureInfo.InvariantCulture,
            $"{(plan.IsAutomatic ? "Automatic rollback" : plan.Kind)} by {plan.Platform} ({plan.Strategy}): {string.Join(", ", done)}{undone}");
    }

    /// <summary>What a step did; a pin that was lifted again was set first.</summary>
    private static IEnumerable<StepKind> KindsOf(RollbackPlan plan, StepResult step) =>
        new[] { plan.Steps.First(planned => planned.Number == step.Number).Kind, step.Kind }.Distinct();
}
