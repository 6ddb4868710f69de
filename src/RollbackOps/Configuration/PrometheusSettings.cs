namespace RollbackOps.Configuration;

/// <summary>The prometheus section: where the service's metrics are, and how they are named.</summary>
public sealed record PrometheusSettings
{
    internal PrometheusSettings()
    {
    }

    /// <summary>The server's address, with the path before <c>/api/v1</c> where it has one.</summary>
    public required Uri Address { get; init; }

    /// <summary>A reference to a bearer token; null where none is asked for.</summary>
    public string? Token { get; init; }

    /// <summary>Headers sent with every query; values may be <c>env:</c> or <c>secret:</c> references.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The label matchers that pick the service, as PromQL has them between braces: <c>job="shop"</c>.</summary>
    public string? Selector { get; init; }

    /// <summary>The counter of requests. Default <c>http_requests_total</c>.</summary>
    public string Metric { get; init; } = "http_requests_total";

    /// <summary>The label of that counter that holds the HTTP status. Default <c>code</c>.</summary>
    public string StatusLabel { get; init; } = "code";

    /// <summary>
    /// The histogram of answer times, without <c>_bucket</c>; in seconds, or in milliseconds where its name ends so. Default
    /// <c>http_request_duration_seconds</c>.
    /// </summary>
    public string Histogram { get; init; } = "http_request_duration_seconds";

    /// <summary>
    /// The label matchers that pick the machine in the node exporter's metrics, for memory and CPU; null when they are not
    /// asked for.
    /// </summary>
    public string? NodeSelector { get; init; }

    /// <summary>How far back a verdict looks at most. Default 2 h.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Queries in place of those that follow from the names above.</summary>
    public PrometheusQuerySettings Queries { get; init; } = new();
}

/// <summary>PromQL in place of the templates; null for the template.</summary>
public sealed record PrometheusQuerySettings
{
    internal PrometheusQuerySettings()
    {
    }

    /// <summary>Counters of requests, a series each process: increments are counted here, so no <c>rate</c>.</summary>
    public string? Requests { get; init; }

    /// <summary>Counters of failed requests, in place of the status label's.</summary>
    public string? Errors { get; init; }

    /// <summary>The buckets of the histogram of answer times, by <c>le</c>.</summary>
    public string? Buckets { get; init; }

    /// <summary>An error rate in percent, where there is no counter; it is taken at its word.</summary>
    public string? ErrorRatePercent { get; init; }

    /// <summary>A 95th percentile of answer times in seconds, where there are no buckets; it is taken at its word.</summary>
    public string? P95 { get; init; }

    /// <summary>The use of memory in percent of its limit, a series each instance.</summary>
    public string? Memory { get; init; }

    /// <summary>The use of CPU in percent of its limit, a series each instance.</summary>
    public string? Cpu { get; init; }
}
