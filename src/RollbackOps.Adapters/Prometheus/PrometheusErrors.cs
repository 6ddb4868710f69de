using System.Text.Json;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Prometheus;

/// <summary>Translates what goes wrong on the way to Prometheus into errors of the product: the one place that does.</summary>
internal static class PrometheusErrors
{
    /// <summary>No usable answer came.</summary>
    public static RollbackOpsException Unreachable(PrometheusSettings settings, string detail, Exception inner) => inner is BadAnswerException
        ? new RollbackOpsException(ErrorId.MetricsUnreadable,
            $"The answer of Prometheus at {settings.Address} cannot be used: {detail}.",
            "Check prometheus.address; where the answer is too large, narrow prometheus.selector or sum by fewer labels.",
            settings.Address, inner)
        : new RollbackOpsException(ErrorId.MetricsUnavailable,
            $"Prometheus at {settings.Address} does not answer: {detail}",
            "Check prometheus.address and the network, then try again.", settings.Address, inner);

    /// <summary>What an answer that is no success means.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="query">What was asked.</param>
    /// <param name="show">Makes foreign text harmless.</param>
    /// <param name="settings">The settings in use.</param>
    public static RollbackOpsException Of(
        PlatformAnswer answer, string query, Func<string, string> show, PrometheusSettings settings)
    {
        var said = ErrorOf(answer) is { Error: { } error } wire
            ? $": {show(error)}{(wire.ErrorType is null ? "" : $" ({show(wire.ErrorType)})")}"
            : string.Empty;
        return (int)answer.Status switch
        {
            401 or 403 => Make(ErrorId.MetricsUnauthorized, "does not let this query in", settings.Token is null
                ? "Set prometheus.token, or what it asks for in prometheus.headers."
                : $"Check what {settings.Token} holds, and its rights."),
            400 or 422 => Make(ErrorId.MetricsUnreadable, "turns the query down",
                "Try the query in Prometheus itself, and check prometheus.queries."),
            404 or 405 => Make(ErrorId.MetricsUnreadable, "has no such API",
                "Check prometheus.address: it is what comes before /api/v1."),
            >= 300 and < 400 => Make(ErrorId.MetricsUnreadable, "redirects; nothing secret is sent to another address",
                "Set prometheus.address to where it leads."),
            429 => Make(ErrorId.MetricsUnavailable, "turns requests away: too many were made", "Wait a minute, then try again."),
            >= 500 => Make(ErrorId.MetricsUnavailable, "fails", "Look at the server; where a query takes too long, narrow prometheus.selector."),
            _ => Make(ErrorId.MetricsUnreadable, "answers what the API does not define", "Check prometheus.address."),
        };

        RollbackOpsException Make(ErrorId id, string what, string next) => new(id,
            $"Prometheus at {settings.Address} {what} (status {(int)answer.Status}){said}. The query: {query}", next, query);
    }

    /// <summary>No series answers to a query.</summary>
    public static RollbackOpsException Missing(string query, string what, string next) => new(ErrorId.MetricsMissing,
        $"Prometheus has {what} in the window; missing data are not zero. The query: {query}", next, query);

    private static WireAnswer? ErrorOf(PlatformAnswer answer)
    {
        try
        {
            return answer.Body.Length == 0 ? null : JsonSerializer.Deserialize(answer.Body, PrometheusJson.Default.WireAnswer);
        }
        catch (JsonException)
        {
            // A gateway's own page says no more than the status does.
            return null;
        }
    }
}
