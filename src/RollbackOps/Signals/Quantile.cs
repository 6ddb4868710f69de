using System.Text.Json.Serialization;

namespace RollbackOps.Signals;

/// <summary>A quantile of answer times by nearest rank, with what its sample says about it (decisions.md §3).</summary>
public sealed record Quantile
{
    [JsonConstructor]
    internal Quantile()
    {
    }

    /// <summary>Which one in percent, for example 95.</summary>
    public required double Percent { get; init; }

    /// <summary>
    /// The answer time, at most 0.1 % off; of a histogram's buckets it is interpolated, and the interval spans the buckets.
    /// </summary>
    public required TimeSpan Value { get; init; }

    /// <summary>The lower end of the two-sided 95 % interval; null while the sample is too small (p95: 72 requests).</summary>
    public TimeSpan? Lower { get; init; }

    /// <summary>The upper end of the two-sided 95 % interval; null while the sample is too small.</summary>
    public TimeSpan? Upper { get; init; }

    /// <summary>The one-sided upper 95 % bound; null while the sample is too small (p95: 59 requests).</summary>
    public TimeSpan? UpperBound { get; init; }

    /// <summary>The quantile in one line.</summary>
    public override string ToString() => Lower is { } lower && Upper is { } upper
        ? $"p{Percent:0.##} {Value.TotalMilliseconds:0.#} ms ({lower.TotalMilliseconds:0.#} to {upper.TotalMilliseconds:0.#})"
        : $"p{Percent:0.##} {Value.TotalMilliseconds:0.#} ms (no interval)";
}
