using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Prometheus;

/// <summary>The queries: the templates for the usual metrics, each overridden by a configured one.</summary>
internal sealed class PromQl(PrometheusSettings settings)
{
    /// <summary>The label of a histogram's bucket.</summary>
    public const string Bucket = "le";

    /// <summary>Counters of requests, a series each process and status.</summary>
    public string Requests => settings.Queries.Requests
        ?? $"sum by (job, instance, {settings.StatusLabel}) ({Picked(settings.Metric)})";

    /// <summary>Counters of failed requests; null where the status tells.</summary>
    public string? Errors => settings.Queries.Errors;

    /// <summary>The buckets of the histogram of answer times.</summary>
    public string Buckets => settings.Queries.Buckets
        ?? $"sum by (job, instance, {Bucket}) ({Picked($"{settings.Histogram}_bucket")})";

    /// <summary>When the newest sample was taken; null where a query of one's own hides it.</summary>
    public string? Newest => settings.Queries.Requests is null ? $"max(timestamp({Picked(settings.Metric)}))" : null;

    /// <summary>An error rate in percent, or null.</summary>
    public string? ErrorRatePercent => settings.Queries.ErrorRatePercent;

    /// <summary>A 95th percentile in seconds, or null.</summary>
    public string? P95 => settings.Queries.P95;

    /// <summary>Memory in percent of its limit, or null.</summary>
    public string? Memory => settings.Queries.Memory ?? (settings.NodeSelector is { } node
        ? $"100 * (1 - node_memory_MemAvailable_bytes{{{node}}} / node_memory_MemTotal_bytes{{{node}}})"
        : null);

    /// <summary>CPU in percent of its limit, or null.</summary>
    public string? Cpu => settings.Queries.Cpu ?? (settings.NodeSelector is { } node
        ? $"100 * (1 - avg by (instance) (rate(node_cpu_seconds_total{{mode=\"idle\", {node}}}[1m])))"
        : null);

    /// <summary>
    /// Whether only stated rates and resources are asked for: who overrides the error rate and not the counter has none.
    /// </summary>
    public bool HasCounters => settings.Queries.Requests is not null || settings.Queries.ErrorRatePercent is null;

    private string Picked(string metric) => settings.Selector is { } selector ? $"{metric}{{{selector}}}" : metric;
}
