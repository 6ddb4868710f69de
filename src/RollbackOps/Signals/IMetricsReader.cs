namespace RollbackOps.Signals;

/// <summary>Measures a service by the metrics that a server keeps.</summary>
public interface IMetricsReader
{
    /// <summary>Told of retries, time-outs and the circuit; holds no secret.</summary>
    Action<string>? Tell
    {
        set
        {
        }
    }

    /// <summary>The traffic, and whatever else is configured: resources, stated rates.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.MetricsUnavailable"/>; <see cref="ErrorId.MetricsUnauthorized"/>;
    /// <see cref="ErrorId.MetricsUnreadable"/>; <see cref="ErrorId.MetricsMissing"/>.
    /// </exception>
    Task<IReadOnlyList<Measurement>> MeasureAsync(MetricsQuery query, CancellationToken cancellationToken);
}

/// <summary>What is to be measured in metrics.</summary>
public sealed record MetricsQuery
{
    internal MetricsQuery()
    {
    }

    /// <summary>The window's begin.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The window's end; what is younger is left out, since it may not be complete (decisions.md §1).</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>When what is live went live: what was before is what is usual of a resource; null when that is not known.</summary>
    public DateTimeOffset? GoLive { get; init; }

    /// <summary>An answer that takes longer is slow.</summary>
    public TimeSpan SlowLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a stated error rate has to have held: it is taken over this time.</summary>
    public TimeSpan RateFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a resource or an answer time has to have held: its least over this time counts.</summary>
    public TimeSpan HeldFor { get; init; } = TimeSpan.FromMinutes(2);
}
