using System.Security.Cryptography;
using System.Text.Json.Serialization;
using RollbackOps.Decisions;
using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Rollbacks;

/// <summary>Which way a plan goes.</summary>
public enum PlanKind
{
    /// <summary>Back to an earlier deployment.</summary>
    Rollback,

    /// <summary>Forward again to the deployment a rollback left.</summary>
    Undo,
}

/// <summary>
/// What a rollback will do, from the state of the world it saw. Immutable; its hash covers all of it, and what was
/// approved is what runs (S14).
/// </summary>
public sealed record RollbackPlan
{
    [JsonConstructor]
    internal RollbackPlan()
    {
    }

    /// <summary>The rollback's id.</summary>
    public required string Id { get; init; }

    /// <summary>Which way it goes.</summary>
    public PlanKind Kind { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The platform.</summary>
    public required string Platform { get; init; }

    /// <summary>The rung of the ladder it uses.</summary>
    public required string Strategy { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it expires, UTC (S14).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Who made it.</summary>
    public required string By { get; init; }

    /// <summary>What is live and would be rolled away from.</summary>
    public required Deployment From { get; init; }

    /// <summary>What would be live.</summary>
    public required Deployment Target { get; init; }

    /// <summary>How the target was chosen.</summary>
    public required string TargetChoice { get; init; }

    /// <summary>Why it is done.</summary>
    public required string Reason { get; init; }

    /// <summary>The verdict it follows, or null when nobody judged.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>The steps, in order.</summary>
    public required IReadOnlyList<PlannedStep> Steps { get; init; }

    /// <summary>What the target lacks and what does not come back with it (S7).</summary>
    public required PlanDifference Difference { get; init; }

    /// <summary>Whether the target's schema fits the database (S28).</summary>
    public required SchemaGate SchemaGate { get; init; }

    /// <summary>How the target did at its own address (S6).</summary>
    public required TargetProbe TargetProbe { get; init; }

    /// <summary>The build files by which the target is told from what was live, where the application states no version (S23).</summary>
    public IReadOnlyList<BuildFile> BuildFiles { get; init; } = [];

    /// <summary>What a person should know before approving.</summary>
    public required IReadOnlyList<PlanWarning> Warnings { get; init; }

    /// <summary>The gates that were overridden, each with its reason (S37).</summary>
    public required IReadOnlyList<PlanOverride> Overrides { get; init; }

    /// <summary>
    /// The pin that stood before: a rollback replaces it by its own, and the undo of that rollback puts it back (S2).
    /// </summary>
    public PromotionPin? PinBefore { get; init; }

    /// <summary>The rollback that is undone, or null.</summary>
    public string? UndoOf { get; init; }

    /// <summary>The number of the last journal record seen when it was made.</summary>
    public required long JournalNumber { get; init; }

    /// <summary>Whether nobody asked for it: a watch rolls back by itself (S27).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsAutomatic { get; init; }

    /// <summary>The SHA-256 of everything above, in hexadecimal.</summary>
    public string Hash { get; init; } = string.Empty;

    /// <summary>Whether the target is live already, so that nothing is to be changed (S3).</summary>
    [JsonIgnore]
    public bool IsAlreadyCurrent => From.Id == Target.Id;

    /// <summary>The hash that belongs to the plan's content.</summary>
    public string ComputeHash() => Convert.ToHexString(SHA256.HashData(RollbackJson.Write(
        this with { Hash = string.Empty }))).ToLowerInvariant();

    /// <summary>The plan in one line.</summary>
    public override string ToString() => $"{Kind} {Project}/{Environment}: {From.Id} -> {Target.Id}";
}

/// <summary>One step of a plan.</summary>
public sealed record PlannedStep
{
    [JsonConstructor]
    internal PlannedStep()
    {
    }

    /// <summary>Its number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Its kind.</summary>
    public required StepKind Kind { get; init; }

    /// <summary>What it does, in words.</summary>
    public required string Description { get; init; }

    /// <summary>The command it runs, where it runs one (S42).</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>The longest it may take.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>The strategy it belongs to; null for what every strategy ends in.</summary>
    public RollbackStrategy? Strategy { get; init; }

    /// <summary>The rung of the ladder it belongs to, from 1; 0 for what every strategy ends in.</summary>
    public int Rung { get; init; }

    /// <summary>The step in one line.</summary>
    public override string ToString() => Rung > 1 ? $"{Number}. (else {Strategy}) {Description}" : $"{Number}. {Description}";

    /// <summary>What a step became whose effect was taken back.</summary>
    internal static string LiftedAgain(PlannedStep step) => $"{step.Description}, and lift it again";
}

/// <summary>What the target lacks, and what a code rollback does not take back (S7).</summary>
public sealed record PlanDifference
{
    [JsonConstructor]
    internal PlanDifference()
    {
    }

    /// <summary>The commits taken back, newest first, each as hash and subject; null when the repository could not tell.</summary>
    public IReadOnlyList<string>? Commits { get; init; }

    /// <summary>The migration files that differ; null when the repository could not tell.</summary>
    public IReadOnlyList<string>? Migrations { get; init; }

    /// <summary>Why the repository could not tell, or null.</summary>
    public string? Unavailable { get; init; }

    /// <summary>How much older the target is than what is live.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>When the target last began to serve, or null.</summary>
    public DateTimeOffset? TargetLastServedAt { get; init; }

    /// <summary>What stays as it is whatever the code does.</summary>
    public required IReadOnlyList<string> NotTakenBack { get; init; }
}

/// <summary>How the schema gate stands (S28).</summary>
public enum SchemaGateStatus
{
    /// <summary>No database is configured.</summary>
    NotApplicable,

    /// <summary>No migration differs, or the database's level is one that the target works with.</summary>
    Passed,

    /// <summary>
    /// Migrations differ, or may, and nothing says that the target works with the database as it is.
    /// </summary>
    Refused,

    /// <summary>Refused, and overridden with a reason.</summary>
    Overridden,

    /// <summary>
    /// Whether migrations differ is not known, and the database answers that no migration tool left its table there: shown,
    /// and blocks nothing.
    /// </summary>
    Unknown,
}

/// <summary>The schema gate's answer, with its ground.</summary>
public sealed record SchemaGate
{
    [JsonConstructor]
    internal SchemaGate()
    {
    }

    /// <summary>How it stands.</summary>
    public required SchemaGateStatus Status { get; init; }

    /// <summary>Why.</summary>
    public required string Detail { get; init; }

    /// <summary>The database's migration level, for example <c>EF Core: 20260202_Orders</c>; null where it is not known or did not count.</summary>
    public string? Level { get; init; }

    /// <summary>When that was read, UTC.</summary>
    public DateTimeOffset? LevelAt { get; init; }

    /// <summary>Whether the level is the last recorded one, since the database did not answer.</summary>
    public bool IsLevelRecorded { get; init; }

    /// <summary>The migrations that the database has and the target does not know, or that the target needs and the database lacks.</summary>
    public IReadOnlyList<string> Between { get; init; } = [];

    /// <summary>Status and ground in one line.</summary>
    public override string ToString() => $"{Status}: {Detail}";
}

/// <summary>How the target did at its own address (S6).</summary>
public sealed record TargetProbe
{
    [JsonConstructor]
    internal TargetProbe()
    {
    }

    /// <summary>
    /// Passed; failed in every try; or not probed, which is shown and blocks nothing but the automatic choice of a target
    /// whose health is unknown (S1).
    /// </summary>
    public required CheckStatus Status { get; init; }

    /// <summary>What was seen.</summary>
    public required string Detail { get; init; }

    /// <summary>How many tries were made.</summary>
    public int Tries { get; init; }

    /// <summary>The content of each build file there, by check; only what does not differ from reading to reading.</summary>
    [JsonIgnore]
    internal IReadOnlyDictionary<string, string> Contents { get; init; } = new Dictionary<string, string>();

    /// <summary>Status and detail in one line.</summary>
    public override string ToString() => $"{Status}: {Detail}";
}

/// <summary>Something a person should know before approving.</summary>
public sealed record PlanWarning
{
    [JsonConstructor]
    internal PlanWarning()
    {
    }

    /// <summary>Its stable id, for example <c>LocalLease</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The warning in a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>Id and sentence.</summary>
    public override string ToString() => $"{Id}: {Message}";
}

/// <summary>A gate that was overridden (S37).</summary>
public sealed record PlanOverride
{
    [JsonConstructor]
    internal PlanOverride()
    {
    }

    /// <summary>The override's name, as the parameter has it.</summary>
    public required string Name { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Name and reason.</summary>
    public override string ToString() => $"{Name}: {Reason}";
}
