using System.Text.Json.Serialization;

namespace RollbackOps.Decisions;

/// <summary>What fired.</summary>
public enum BacktestEventKind
{
    /// <summary>Assess by errors.</summary>
    Assess,

    /// <summary>The immediate tier.</summary>
    Immediate,

    /// <summary>An automatic rollback.</summary>
    Automatic,
}

/// <summary>A moment at which the policy would have fired.</summary>
public sealed record BacktestEvent
{
    internal BacktestEvent()
    {
    }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What.</summary>
    public required BacktestEventKind Kind { get; init; }

    /// <summary>The numbers at that look.</summary>
    public required string Why { get; init; }

    /// <summary>How long after the onset; null without one.</summary>
    public TimeSpan? SinceOnset { get; init; }

    /// <summary>Whether nothing was wrong yet, or at all; null where it is not known when something was.</summary>
    public bool? IsFalse { get; init; }

    /// <summary>The moment in one line.</summary>
    public override string ToString() => $"{At.UtcDateTime:HH:mm:ss} {Kind}{(IsFalse == true ? " (false)" : "")}: {Why}";
}

/// <summary>What the policy would have done with a past series.</summary>
public sealed record BacktestResult
{
    internal BacktestResult()
    {
    }

    /// <summary>Where the series comes from.</summary>
    public required string Source { get; init; }

    /// <summary>Its begin, or go-live, UTC.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Its end, UTC.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Its requests.</summary>
    public required long Requests { get; init; }

    /// <summary>Errors among them.</summary>
    public required long Errors { get; init; }

    /// <summary>When the trouble began, UTC; null where there was none.</summary>
    public DateTimeOffset? Onset { get; init; }

    /// <summary>Whether the onset is the likeliest one by the cells, and not one that was given.</summary>
    public bool IsOnsetEstimated { get; init; }

    /// <summary>Every time something began to fire, in order.</summary>
    public required IReadOnlyList<BacktestEvent> Events { get; init; }

    /// <summary>The time from the onset to the first Assess after it; null where there was none.</summary>
    public TimeSpan? TimeToAssess => First(BacktestEventKind.Assess);

    /// <summary>The time from the onset to the first automatic rollback after it; null where there was none.</summary>
    public TimeSpan? TimeToAutomatic => First(BacktestEventKind.Automatic);

    /// <summary>How often something fired before the onset, or at all in a healthy time; null where neither was stated.</summary>
    public int? FalseFirings { get; init; }

    /// <summary>The file with the plot, or null.</summary>
    public string? Plot { get; init; }

    /// <summary>The series that was replayed.</summary>
    [JsonIgnore]
    internal MeasuredCells Series { get; init; } = null!;

    private TimeSpan? First(BacktestEventKind kind) =>
        Events.FirstOrDefault(one => one.Kind == kind && one.IsFalse != true)?.SinceOnset;
}
