using System.Text.Json.Serialization;

namespace RollbackOps.Incidents;

/// <summary>Traffic over time, as it was measured, for the charts and their tables.</summary>
public sealed record TrafficSeries
{
    [JsonConstructor]
    internal TrafficSeries()
    {
    }

    /// <summary>Where it comes from, in words.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Minute by minute, oldest first; a minute that nobody measured is missing.</summary>
    public required IReadOnlyList<TrafficPoint> Points { get; init; }

    /// <summary>An answer that takes longer is slow; null where answers are not timed.</summary>
    public TimeSpan? SlowLimit { get; init; }

    /// <summary>The error rates of the policy's tiers, in percent: monitor, assess, immediate.</summary>
    public required IReadOnlyList<double> ErrorThresholdsPercent { get; init; }
}

/// <summary>A stretch of traffic, a minute as a rule.</summary>
public sealed record TrafficPoint
{
    [JsonConstructor]
    internal TrafficPoint()
    {
    }

    /// <summary>Its begin, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long it is.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Requests in it.</summary>
    public required long Requests { get; init; }

    /// <summary>Those that failed.</summary>
    public required long Errors { get; init; }

    /// <summary>Those that were slow.</summary>
    public long Slow { get; init; }

    /// <summary>The 95th percentile of answer times; null where it is not known.</summary>
    public TimeSpan? P95 { get; init; }

    /// <summary>The error rate in percent; null without a request.</summary>
    public double? ErrorRatePercent => Requests == 0 ? null : 100.0 * Errors / Requests;

    /// <summary>Requests a second.</summary>
    public double RequestsPerSecond => Requests / Length.TotalSeconds;

    /// <summary>Its end, UTC.</summary>
    internal DateTimeOffset End => At + Length;

    /// <summary>The stretch in one line.</summary>
    public override string ToString() => $"{At.UtcDateTime:HH:mm:ss} {Errors} of {Requests}";
}
