using System.Text.Json.Serialization;
using RollbackOps.Incidents;

namespace RollbackOps.Drills;

/// <summary>How a drill came out.</summary>
public enum DrillStatus
{
    /// <summary>Every mark was reached in time.</summary>
    Passed,

    /// <summary>Every mark was reached, some too late.</summary>
    Late,

    /// <summary>A mark was missed, or something failed it at once.</summary>
    Failed,

    /// <summary>It was stopped.</summary>
    Stopped,
}

/// <summary>What a drill came to.</summary>
public sealed record DrillResult
{
    [JsonConstructor]
    internal DrillResult()
    {
    }

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The scenario's name.</summary>
    public required string Scenario { get; init; }

    /// <summary>What went wrong in it.</summary>
    public required string Situation { get; init; }

    /// <summary>How it came out.</summary>
    public required DrillStatus Status { get; init; }

    /// <summary>The score, 0 to 100: what part of the marks was reached in time, one that was late counting half.</summary>
    public required int Score { get; init; }

    /// <summary>Whether a person did it.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Whether it ran in real time: only then its times support a claim in seconds, and only then they are judged.</summary>
    public required bool IsRealTime { get; init; }

    /// <summary>How many times faster than real time the product's clock ran.</summary>
    public required double TimeScale { get; init; }

    /// <summary>When it was run, UTC, by the real clock.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took, in real time.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Who ran it.</summary>
    public required string Owner { get; init; }

    /// <summary>The module's version.</summary>
    public string? Version { get; init; }

    /// <summary>The marks, in the order of the procedure; their times are the product's clock's.</summary>
    public required IReadOnlyList<DrillMark> Marks { get; init; }

    /// <summary>What failed it at once; empty for nothing.</summary>
    public IReadOnlyList<DrillFailure> Failures { get; init; } = [];

    /// <summary>The faults that were added to the platform and to our own process, and how each was got over.</summary>
    public IReadOnlyList<DrillChaos> Chaos { get; init; } = [];

    /// <summary>The release that was deployed.</summary>
    public string? Deployed { get; init; }

    /// <summary>The release that was to be gone back to.</summary>
    public string? ExpectedTarget { get; init; }

    /// <summary>The release that served in the end.</summary>
    public string? Served { get; init; }

    /// <summary>The rollback's id in the drill's own journal, or null.</summary>
    public string? RollbackId { get; init; }

    /// <summary>The restore's id in the drill's own journal, or null.</summary>
    public string? RestoreId { get; init; }

    /// <summary>The users' requests that were answered, or not, from the deployment to the end.</summary>
    public long Requests { get; init; }

    /// <summary>Those that got a bad answer or none.</summary>
    public long BadAnswers { get; init; }

    /// <summary>What was stored by users and acknowledged.</summary>
    public long Writes { get; init; }

    /// <summary>Of those, what only the kept database has: written after the backup that was restored.</summary>
    public long KeptWrites { get; init; }

    /// <summary>What went wrong, or null.</summary>
    public string? Message { get; init; }

    /// <summary>Where the drill's folder was kept, or null.</summary>
    public string? Folder { get; init; }

    /// <summary>The files that tell of it: the scorecard and the incident report.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The incident report; null where it did not come to one, and in results that were read from the history.</summary>
    [JsonIgnore]
    public IncidentReport? Report { get; init; }

    /// <summary>The result in one line.</summary>
    public override string ToString() => $"{Scenario}: {Status} ({Score})";

    /// <summary>A mark's time, or null.</summary>
    internal TimeSpan? TimeOf(DrillMarkKind kind) => Marks.FirstOrDefault(mark => mark.Kind == kind)?.After;
}
