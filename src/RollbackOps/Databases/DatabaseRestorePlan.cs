using System.Text.Json.Serialization;
using RollbackOps.Rollbacks;

namespace RollbackOps.Databases;

/// <summary>Which way a restore goes.</summary>
public enum RestoreKind
{
    /// <summary>A backup takes the live database's place.</summary>
    Restore,

    /// <summary>The database that a restore kept takes its place again.</summary>
    Undo,
}

/// <summary>The two orders of a restore (S30).</summary>
public enum RestoreOrder
{
    /// <summary>Services are stopped first, so that no more corrupt data is served or written.</summary>
    StopFirst,

    /// <summary>Services go on until the restored database is ready, and stop for the swap alone.</summary>
    SwapOnly,
}

/// <summary>The kinds of step of a restore.</summary>
public enum RestoreStepKind
{
    /// <summary>The configured command stops the services.</summary>
    StopServices,

    /// <summary>The live database is closed to everybody else, and it is proven that nobody writes.</summary>
    Fence,

    /// <summary>The backup is restored beside the live database.</summary>
    RestoreAside,

    /// <summary>What was restored is checked.</summary>
    Check,

    /// <summary>What was restored takes the live database's place by rename; the live one is kept.</summary>
    Swap,

    /// <summary>The database is opened again and answers.</summary>
    Verify,

    /// <summary>The configured command starts the services.</summary>
    StartServices,

    /// <summary>The configured smoke test runs.</summary>
    Smoke,

    /// <summary>The kept database takes its place again, since what was swapped in does not serve.</summary>
    SwapBack,

    /// <summary>What the swap left behind is exported: the database that was swapped out minus the backup.</summary>
    ExportLostChanges,

    /// <summary>What was kept is dumped for analysis once services are up; that it fails, fails nothing (D3).</summary>
    DumpKept,
}

/// <summary>One step of a restore's plan.</summary>
public sealed record PlannedRestoreStep
{
    [JsonConstructor]
    internal PlannedRestoreStep()
    {
    }

    /// <summary>Its number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Its kind.</summary>
    public required RestoreStepKind Kind { get; init; }

    /// <summary>What it does.</summary>
    public required string Description { get; init; }

    /// <summary>How long it took the last time this backup was tested, or null where nothing was measured.</summary>
    public TimeSpan? Estimate { get; init; }

    /// <summary>The step in one line.</summary>
    public override string ToString() => $"{Number}. {Description}";
}

/// <summary>What a restore would do, from what was read; made before anything is changed.</summary>
public sealed record DatabaseRestorePlan
{
    [JsonConstructor]
    internal DatabaseRestorePlan()
    {
    }

    /// <summary>The restore's id.</summary>
    public required string Id { get; init; }

    /// <summary>Which way it goes.</summary>
    public required RestoreKind Kind { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The live database.</summary>
    public required string Database { get; init; }

    /// <summary>The backup; null for an undo.</summary>
    public DatabaseBackup? Backup { get; init; }

    /// <summary>The restore that is undone, or null.</summary>
    public string? UndoOf { get; init; }

    /// <summary>Which order it follows.</summary>
    public required RestoreOrder Order { get; init; }

    /// <summary>Whether what was restored is written into the live database, and connections stay, instead of a rename.</summary>
    public bool InPlace { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The writes that will be missing: from the backup to now (S29); the kept database has them.</summary>
    public required TimeSpan LostWrites { get; init; }

    /// <summary>The live database's size in bytes.</summary>
    public required long LiveSize { get; init; }

    /// <summary>How many bytes the restore needs on the live database's volume.</summary>
    public required long SpaceNeeded { get; init; }

    /// <summary>How many bytes are free there.</summary>
    public long? SpaceFree { get; init; }

    /// <summary>Where what takes the live database's place lies until then.</summary>
    public required string Side { get; init; }

    /// <summary>Where the live database is kept afterwards. It is never deleted.</summary>
    public required string Kept { get; init; }

    /// <summary>
    /// Where what was swapped in is kept when it is swapped out again. What an undo moved goes back to where it was, so that
    /// the undo can be called again.
    /// </summary>
    internal string Rejected => this is { Kind: RestoreKind.Undo, InPlace: false } ? Side : Kept + "-rejected";

    /// <summary>Where the writes that are left behind are exported to; null where that is not asked for.</summary>
    public string? LostChangesFolder { get; init; }

    /// <summary>The backup that they are the difference to: the one restored here, or by the restore that is undone.</summary>
    public DatabaseBackup? LostChangesBackup { get; init; }

    /// <summary>The live database's journal mode or the like, which what replaces it gets too.</summary>
    public string? Mode { get; init; }

    /// <summary>The steps.</summary>
    public required IReadOnlyList<PlannedRestoreStep> Steps { get; init; }

    /// <summary>The gates that are overridden.</summary>
    public IReadOnlyList<PlanOverride> Overrides { get; init; } = [];

    /// <summary>What a person should know before approving it.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The plan in one line.</summary>
    public override string ToString() => Kind == RestoreKind.Undo
        ? $"Swap {Side} back to {Database}"
        : $"Restore {Database} from {Backup!.Name}";
}
