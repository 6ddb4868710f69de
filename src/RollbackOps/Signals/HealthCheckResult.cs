using System.Text.Json.Serialization;

namespace RollbackOps.Signals;

/// <summary>How one check came out.</summary>
public enum CheckStatus
{
    /// <summary>It passed.</summary>
    Passed,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It could not be made; says nothing about health.</summary>
    NotProbed,
}

/// <summary>The outcome of one health check at one address.</summary>
public sealed record HealthCheckResult
{
    [JsonConstructor]
    internal HealthCheckResult()
    {
    }

    /// <summary>The check's name.</summary>
    public required string Name { get; init; }

    /// <summary>The full address asked, without what keeps caches from answering.</summary>
    public required Uri Address { get; init; }

    /// <summary>How it came out.</summary>
    public required CheckStatus Status { get; init; }

    /// <summary>When it was asked, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long the whole answer took; the time-out where none came.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The HTTP status, or null where no answer came.</summary>
    public int? StatusCode { get; init; }

    /// <summary>What failed, in one sentence; null when passed.</summary>
    public string? Reason { get; init; }

    /// <summary>The version the answer states, made inert; null where it states none.</summary>
    public string? ServedVersion { get; init; }

    /// <summary>Whether that version is the expected deployment's; null when none was expected or none is stated.</summary>
    public bool? IsExpectedVersion { get; init; }

    /// <summary>The start time of the process that answered, where the answer states it.</summary>
    public DateTimeOffset? ServedSince { get; init; }

    /// <summary>Whether a cache answered (S23: <c>Age</c> above 0 or <c>x-vercel-cache: HIT</c>); such a reading proves nothing.</summary>
    public bool FromCache { get; init; }

    /// <summary>The hard signal the check stands for, or null.</summary>
    public HardSignal? Signal { get; init; }

    /// <summary>The round it belongs to, from 1.</summary>
    public int Round { get; init; } = 1;

    /// <summary>The outcome in one line.</summary>
    public override string ToString() => Reason is null ? $"{Name}: {Status}" : $"{Name}: {Status}, {Reason}";
}
