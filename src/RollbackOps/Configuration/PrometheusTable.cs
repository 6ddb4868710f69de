using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Configuration;

/// <summary>The part of the table of settings that is Prometheus's.</summary>
internal static class PrometheusTable
{
    /// <summary>PromQL, on as many lines as it takes. A reference would be taken at its word here.</summary>
    private static readonly TextShape s_query = new(
        "a PromQL query", $@"^{SecretReference.NoReference}(?=[\s\S]*\S)[^\u0000]*$", longest: 8000);

    /// <summary>Counters themselves: what a rate has smoothed can no longer be counted.</summary>
    private static readonly TextShape s_counters = new(
        "a PromQL query for counters, without rate, irate, increase or delta: increments are counted here",
        $@"^{SecretReference.NoReference}(?=[\s\S]*\S)(?![\s\S]*\b(rate|irate|increase|delta|idelta)\s*\()[^\u0000]*$", longest: 8000);

    private static readonly TextShape s_matchers = new(
        "label matchers as PromQL has them between braces, for example job=\"shop\"",
        $@"^{SecretReference.NoReference}(?=.*=)[^\u0000{{}}]*$", longest: 2000);

    private static readonly TextShape s_metric = new("the name of a metric", "^[a-zA-Z_:][a-zA-Z0-9_:]*$", longest: 200);

    private static readonly ObjectShape s_queries = new(
        typeof(PrometheusQuerySettings),
        "Queries in place of those that follow from the names of metrics.",
        [
            new(nameof(PrometheusQuerySettings.Requests), s_counters,
                "Counters of requests, a series each process and status.", "decisions.md §1")
                { DefaultInWords = "sum by (instance, <statusLabel>) (<metric>{<selector>})" },
            new(nameof(PrometheusQuerySettings.Errors), s_counters, "Counters of failed requests.")
                { DefaultInWords = "those whose status is 500 or more" },
            new(nameof(PrometheusQuerySettings.Buckets), s_counters, "The buckets of the histogram of answer times.")
                { DefaultInWords = "sum by (instance, le) (<histogram>_bucket{<selector>})" },
            new(nameof(PrometheusQuerySettings.ErrorRatePercent), s_query,
                "An error rate in percent, where there is no counter; it is taken at its word."),
            new(nameof(PrometheusQuerySettings.P95), s_query,
                "A 95th percentile of answer times in seconds, where there are no buckets; it is taken at its word."),
            new(nameof(PrometheusQuerySettings.Memory), s_query,
                "The use of memory in percent of its limit, a series each instance.", "decisions.md §1")
                { DefaultInWords = "the node exporter's, where nodeSelector is set" },
            new(nameof(PrometheusQuerySettings.Cpu), s_query,
                "The use of CPU in percent of its limit, a series each instance.", "decisions.md §1")
                { DefaultInWords = "the node exporter's, where nodeSelector is set" },
        ]);

    /// <summary>The prometheus section.</summary>
    public static ObjectShape Section { get; } = new(
        typeof(PrometheusSettings),
        "The service's metrics in Prometheus.",
        [
            new(nameof(PrometheusSettings.Address), new AddressShape(withQuery: false),
                "The server's address, with the path before /api/v1 where it has one.") { IsRequired = true },
            new(nameof(PrometheusSettings.Token), new ReferenceShape(),
                "A reference to a bearer token; it is resolved only when it is used."),
            new(nameof(PrometheusSettings.Headers), SettingTable.Headers,
                "Headers sent with every query; values may be env: or secret: references."),
            new(nameof(PrometheusSettings.Selector), s_matchers,
                "The label matchers that pick the service; leave out health paths here as well."),
            new(nameof(PrometheusSettings.Metric), s_metric, "The counter of requests."),
            new(nameof(PrometheusSettings.StatusLabel), new TextShape("the name of a label", "^[a-zA-Z_][a-zA-Z0-9_]*$", longest: 200),
                "The label of that counter that holds the HTTP status."),
            new(nameof(PrometheusSettings.Histogram), s_metric,
                "The histogram of answer times, without _bucket; in seconds, or in milliseconds where its name ends so."),
            new(nameof(PrometheusSettings.NodeSelector), s_matchers,
                "The label matchers that pick the machine in the node exporter's metrics, for memory and CPU."),
            new(nameof(PrometheusSettings.Window), new DurationShape(TimeSpan.FromMinutes(10), TimeSpan.FromHours(24)),
                "How far back a verdict looks at most."),
            new(nameof(PrometheusSettings.Queries), s_queries, s_queries.Description) { IsAlways = true },
        ])
    {
        Rule = prometheus => Fault((PrometheusSettings)prometheus),
    };

    /// <summary>A secret goes encrypted, or stays on this machine.</summary>
    private static (string Property, string Message)? Fault(PrometheusSettings settings)
    {
        var isSecret = settings.Token is not null || settings.Headers.Values.Any(value => SecretReference.TryParse(value, out _));
        return isSecret && settings.Address.Scheme != Uri.UriSchemeHttps && !settings.Address.IsLoopback
            ? (nameof(settings.Address), "is sent a secret, so it has to be https or on this machine")
            : null;
    }
}
