namespace RollbackOps.Tests.Configuration;

/// <summary>The prometheus section.</summary>
public sealed class PrometheusSettingTests
{
    [Fact]
    public void Read_Section_IsTakenInFull()
    {
        var prometheus = Configured.Read("""
            {
              "prometheus": {
                "address": "https://metrics.test/prometheus", "token": "env:PROMETHEUS_TOKEN", "headers": { "X-Scope-OrgID": "shop" },
                "selector": "job=\"shop\", path!~\"/health.*\"", "metric": "istio_requests_total", "statusLabel": "response_code",
                "histogram": "istio_request_duration_milliseconds", "nodeSelector": "instance=\"a\"", "window": "30m",
                "queries": { "requests": "sum by (pod)\n(x)", "p95": "histogram_quantile(0.95, rate(y[5m]))" }
              }
            }
            """).Settings.Prometheus!;

        Assert.Equal((new Uri("https://metrics.test/prometheus"), "env:PROMETHEUS_TOKEN", "shop"),
            (prometheus.Address, prometheus.Token, prometheus.Headers["x-scope-orgid"]));
        Assert.Equal(("istio_requests_total", "response_code", "istio_request_duration_milliseconds", TimeSpan.FromMinutes(30)),
            (prometheus.Metric, prometheus.StatusLabel, prometheus.Histogram, prometheus.Window));
        Assert.Equal(("sum by (pod)\n(x)", "histogram_quantile(0.95, rate(y[5m]))", null),
            (prometheus.Queries.Requests, prometheus.Queries.P95, prometheus.Queries.Errors));
    }

    [Fact]
    public void Read_AddressAlone_HasTheUsualNames()
    {
        var prometheus = Configured.Read("""{ "prometheus": { "address": "http://prometheus:9090" } }""").Settings.Prometheus!;

        Assert.Equal(("http_requests_total", "code", "http_request_duration_seconds", null),
            (prometheus.Metric, prometheus.StatusLabel, prometheus.Histogram, prometheus.Token));
        Assert.Null(Configured.Read("{}").Settings.Prometheus);
    }

    [Theory]
    [InlineData("""{ }""", "prometheus: lacks 'address'")]
    [InlineData("""{ "address": "prometheus:9090" }""", "expects an absolute http or https address")]
    [InlineData("""{ "address": "http://a", "querys": {} }""", "did you mean 'queries'?")]
    [InlineData("""{ "address": "http://a", "selector": "{job=\"shop\"}" }""", "expects label matchers")]
    [InlineData("""{ "address": "http://a", "metric": "a{b=\"c\"}" }""", "expects the name of a metric")]
    [InlineData("""{ "address": "http://a", "queries": { "requests": "sum(rate (x[1m]))" } }""", "without rate")]
    [InlineData("""{ "address": "http://a", "queries": { "buckets": "increase(x[1m])" } }""", "increments are counted here")]
    [InlineData("""{ "address": "http://a", "token": "env:T" }""", "is sent a secret")]
    [InlineData("""{ "address": "http://a", "headers": { "Authorization": "secret:T" } }""", "is sent a secret")]
    public void Read_FaultyValue_IsRefusedWithItsPath(string section, string told) =>
        Assert.Contains(told, Configured.Refused($$"""{ "prometheus": {{section}} }""").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("https://a")]
    [InlineData("http://127.0.0.1:9090")]
    [InlineData("http://localhost:9090")]
    public void Read_ASecretThatStaysOnThisMachineOrIsEncrypted_IsTaken(string address) => Assert.Equal("env:T",
        Configured.Read($$"""{ "prometheus": { "address": "{{address}}", "token": "env:T" } }""").Settings.Prometheus!.Token);

    [Fact]
    public void Read_ALiteralToken_IsRefusedAndNotShown()
    {
        var error = Configured.Refused("""{ "prometheus": { "address": "https://a", "token": "glsa_0123456789" } }""");

        Assert.Equal(ErrorId.SecretInConfiguration, error.Id);
        Assert.DoesNotContain("glsa_", error.Message, StringComparison.Ordinal);
    }
}
