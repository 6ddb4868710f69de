using System.Text.Json.Serialization;
using RollbackOps.Incidents;

namespace RollbackOps.Rollbacks;

/// <summary>The three windows of the written success criteria (S25).</summary>
public enum VerificationWindow
{
    /// <summary>0 to 5 minutes.</summary>
    Immediate,

    /// <summary>5 to 30 minutes.</summary>
    ShortTerm,

    /// <summary>30 minutes and more.</summary>
    LongTerm,
}

/// <summary>How a verification, or one item of it, came out.</summary>
public enum VerificationStatus
{
    /// <summary>It holds.</summary>
    Passed,

    /// <summary>It holds no worse than before the incident.</summary>
    PassedAsBefore,

    /// <summary>Nothing could be learned; says neither yes nor no.</summary>
    Unverified,

    /// <summary>It does not hold.</summary>
    Failed,

    /// <summary>Its window has not come, or a person has still to answer.</summary>
    Pending,

    /// <summary>There is nothing of the sort here; the detail says why.</summary>
    NotApplicable,
}

/// <summary>One item that was verified.</summary>
public sealed record VerificationCheck
{
    [JsonConstructor]
    internal VerificationCheck()
    {
    }

    /// <summary>The item, in the written checklist's words where it is one of them.</summary>
    public required string Name { get; init; }

    /// <summary>How it came out.</summary>
    public required VerificationStatus Status { get; init; }

    /// <summary>What was seen, with its numbers.</summary>
    public required string Detail { get; init; }

    /// <summary>What it has to be; null where the name says it.</summary>
    public string? Expected { get; init; }

    /// <summary>Where that was seen: a source of measurements, the journal, a person.</summary>
    public string? Source { get; init; }

    /// <summary>When, UTC.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The address it was seen at, or null.</summary>
    public Uri? Address { get; init; }

    /// <summary>The item in one line.</summary>
    public override string ToString() => $"{Name}: {Status}";
}

/// <summary>What was verified in one window.</summary>
public sealed record VerificationResult
{
    [JsonConstructor]
    internal VerificationResult()
    {
    }

    /// <summary>The rollback verified, or null when only what is live was.</summary>
    public string? RollbackId { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The deployment that should be served.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>The window.</summary>
    public required VerificationWindow Window { get; init; }

    /// <summary>How it came out as a whole.</summary>
    public required VerificationStatus Status { get; init; }

    /// <summary>Whether every address stated the expected version, some did, none did, or none states any.</summary>
    public required ServedIdentity Identity { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Start time of the process seen to answer, where it states it.</summary>
    public DateTimeOffset? ServedSince { get; init; }

    /// <summary>What was checked.</summary>
    public required IReadOnlyList<VerificationCheck> Checks { get; init; }

    /// <summary>The window's written success criteria, each with what was expected and seen; empty for a rollback's own verification.</summary>
    public IReadOnlyList<VerificationCheck> Criteria { get; init; } = [];

    /// <summary>Errors before and after the switch (S26); null where not both were measured.</summary>
    public BeforeAfter? Comparison { get; init; }

    /// <summary>The written verification checklist, all ten items.</summary>
    public IReadOnlyList<VerificationCheck> Checklist { get; init; } = [];

    /// <summary>The result in one line.</summary>
    public override string ToString() => $"{Window}: {Status}";
}

/// <summary>What is known of the version that is served (S23).</summary>
public enum ServedIdentity
{
    /// <summary>Every address states the expected version.</summary>
    Proven,

    /// <summary>Some addresses do, some state another (S19).</summary>
    Partial,

    /// <summary>Another version is served.</summary>
    Other,

    /// <summary>No address states a version.</summary>
    Unproven,
}
