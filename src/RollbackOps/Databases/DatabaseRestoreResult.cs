using System.Text.Json.Serialization;
using RollbackOps.Rollbacks;

namespace RollbackOps.Databases;

/// <summary>How a restore came out. Only <see cref="Succeeded"/> is good news.</summary>
public enum RestoreStatus
{
    /// <summary>The restored database is live and checked.</summary>
    Succeeded,

    /// <summary>What was swapped in did not serve; the former database is live again.</summary>
    SwappedBack,

    /// <summary>The restored database is live, but something after the swap failed and swapping back was not possible.</summary>
    Unhealthy,

    /// <summary>Nothing was swapped; the live database is as it was.</summary>
    Failed,

    /// <summary>What happened is not known; look before anything is repeated (S17).</summary>
    Unknown,

    /// <summary>It was stopped before the swap; the live database is as it was (S20).</summary>
    Interrupted,

    /// <summary>A rule forbade it; nothing was changed.</summary>
    Refused,

    /// <summary>Cut off by a crash; the next call takes it up.</summary>
    Unfinished,
}

/// <summary>One step of a restore as it went.</summary>
public sealed record RestoreStepResult
{
    [JsonConstructor]
    internal RestoreStepResult()
    {
    }

    /// <summary>Its number in the plan.</summary>
    public required int Number { get; init; }

    /// <summary>Its kind.</summary>
    public required RestoreStepKind Kind { get; init; }

    /// <summary>How it came out.</summary>
    public required StepStatus Status { get; init; }

    /// <summary>When that was recorded, UTC; null when it was not reached.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>How long it took, by a monotonic clock.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>What was seen or done.</summary>
    public string? Detail { get; init; }

    /// <summary>The step in one line.</summary>
    public override string ToString() => $"{Number}. {Kind}: {Status}";
}

/// <summary>What a restore did, as its journal says.</summary>
public sealed record DatabaseRestoreResult
{
    [JsonConstructor]
    internal DatabaseRestoreResult()
    {
    }

    /// <summary>The restore's id; null for one that was refused before it had a plan.</summary>
    public string? RestoreId { get; init; }

    /// <summary>Which way it went.</summary>
    public RestoreKind Kind { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>How it came out.</summary>
    public required RestoreStatus Status { get; init; }

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>The backup's name, or null.</summary>
    public string? Backup { get; init; }

    /// <summary>Which order it followed.</summary>
    public RestoreOrder Order { get; init; }

    /// <summary>Why it was done.</summary>
    public required string Reason { get; init; }

    /// <summary>Who did it.</summary>
    public required string Owner { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took, by a monotonic clock.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>How long nobody could use the database: from the services' stop, or the fence, to their start.</summary>
    public TimeSpan? Outage { get; init; }

    /// <summary>The writes that are missing: from the backup to the restore; the kept database has them.</summary>
    public TimeSpan? LostWrites { get; init; }

    /// <summary>The rows of every table before, counted in the kept database; null where that was not possible.</summary>
    public IReadOnlyDictionary<string, long>? RowsBefore { get; init; }

    /// <summary>The rows of every table after.</summary>
    public IReadOnlyDictionary<string, long>? RowsAfter { get; init; }

    /// <summary>Where the database that was live before is kept; null where it is live.</summary>
    public string? Kept { get; init; }

    /// <summary>The export of the missing writes, or why there is none; null where it was not asked for.</summary>
    public LostChanges? LostChanges { get; init; }

    /// <summary>
    /// Where the kept database was dumped to for analysis (D3); null where no dump was made: the step <c>DumpKept</c> says
    /// why, and a kept file of SQLite is the copy itself.
    /// </summary>
    public string? KeptDump { get; init; }

    /// <summary>The one command that swaps back, or null.</summary>
    public string? UndoCommand { get; init; }

    /// <summary>The steps.</summary>
    public IReadOnlyList<RestoreStepResult> Steps { get; init; } = [];

    /// <summary>The gates that were overridden.</summary>
    public IReadOnlyList<PlanOverride> Overrides { get; init; } = [];

    /// <summary>The plan's warnings.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The error's stable id, or null.</summary>
    public ErrorId? Error { get; init; }

    /// <summary>What went wrong, or null.</summary>
    public string? Message { get; init; }

    /// <summary>What to do next, or null.</summary>
    public string? NextStep { get; init; }

    /// <summary>The result in one line.</summary>
    public override string ToString() => $"{Kind} {Database}: {Status}";
}
