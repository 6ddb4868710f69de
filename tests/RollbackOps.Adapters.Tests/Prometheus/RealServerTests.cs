using RollbackOps.Adapters.Prometheus;
using RollbackOps.Adapters.Tests.Vercel;
using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Tests.Prometheus;

/// <summary>What is measured in a real Prometheus is what the service did.</summary>
public sealed class RealServerTests
{
    [PrometheusFact]
    public async Task Measure_TwoProcessesOneOfWhichRestarts_CountsEveryRequestInItsCell()
    {
        var service = new SampleService();
        await using var server = await PrometheusServer.StartAsync(service.ToMetrics());
        var to = SampleService.Begin.AddSeconds(3590);

        var measured = await MeasureAsync(Settings(server), SampleService.Begin.AddMinutes(1), to);

        var measurement = Assert.Single(measured);
        Assert.Equal(353, measurement.Cells.Count);
        foreach (var cell in measurement.Cells)
        {
            var seen = service.Truth.Where(one => one.At > cell.At && one.At <= cell.At + cell.Length).ToList();
            Assert.Equal((cell.At, seen.Sum(one => one.Count)), (cell.At, cell.Requests));
            Assert.Equal((cell.At, seen.Where(one => one.Status == "500").Sum(one => one.Count)), (cell.At, cell.Errors));
        }

        Assert.Equal(service.Truth.Where(one => one.At > SampleService.Begin.AddMinutes(1) && one.At <= to && one.Status == "401").Sum(one => one.Count),
            measurement.Refused);
        Assert.True(measurement.Errors > 0);
        Assert.Equal((to, false), (measurement.To, measurement.IsPartial));
    }

    [PrometheusFact]
    public async Task Measure_ABucketEndsAtTheLimit_SlowAnswersAreExactElseBoundsAreSaid()
    {
        await using var server = await PrometheusServer.StartAsync(new SampleService().ToMetrics());
        var (from, to) = (SampleService.Begin.AddMinutes(1), SampleService.Begin.AddMinutes(30));

        var exact = (await MeasureAsync(Settings(server), from, to))[0];
        var bound = (await MeasureAsync(Settings(server), from, to, TimeSpan.FromSeconds(1.5)))[0];

        // A fifth takes more than 2 s of 2.5 s; p95 is 2.375 s, in the bucket up to 5 s.
        Assert.InRange((double)exact.Slow!.Value / exact.Requests!.Value, 0.17, 0.23);
        Assert.DoesNotContain(exact.Notes, note => note.StartsWith("slower than", StringComparison.Ordinal));
        Assert.Equal(exact.Slow, bound.Slow);
        Assert.Contains(bound.Notes, note => note.Contains("above 2 s are counted", StringComparison.Ordinal));
        var p95 = Assert.Single(exact.Quantiles, quantile => quantile.Percent == 95);
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)), (p95.Lower, p95.Upper));
        Assert.InRange(p95.Value, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));
        var p50 = Assert.Single(exact.Quantiles, quantile => quantile.Percent == 50);
        Assert.InRange(p50.Value, TimeSpan.FromSeconds(1.1), TimeSpan.FromSeconds(1.4));
    }

    [PrometheusFact]
    public async Task Measure_TheServiceFails_IsJudgedByTheWholeRule()
    {
        var service = new SampleService();
        await using var server = await PrometheusServer.StartAsync(service.ToMetrics());
        var at = SampleService.Begin.AddMinutes(40);

        var measured = await MeasureAsync(Settings(server), SampleService.Begin.AddMinutes(1), at);
        var decision = DecisionRule.Decide("shop", "production", new DecisionInputs
        {
            At = at,
            Policy = new PolicySettings(),
            GoLive = SampleService.Begin.AddSeconds(service.FailsFrom),
            Measurements = measured,
        });

        Assert.Equal(Verdict.RollBack, decision.Verdict);
        Assert.Contains("clients are not known", decision.Automatic, StringComparison.Ordinal);
    }

    [PrometheusFact]
    public async Task Measure_ScrapesWereLost_IsAGapAndNoSilence()
    {
        // Longer than the five minutes for which the server repeats what it knew last.
        var service = new SampleService { IsLost = second => second is >= 600 and < 1200 };
        await using var server = await PrometheusServer.StartAsync(service.ToMetrics());
        var (from, to) = (SampleService.Begin.AddMinutes(1), SampleService.Begin.AddMinutes(25));

        var measurement = (await MeasureAsync(Settings(server), from, to))[0];

        Assert.NotNull(measurement.GapSince(from));
        Assert.DoesNotContain(measurement.Cells, cell => cell.At >= SampleService.Begin.AddSeconds(900) && cell.At < SampleService.Begin.AddSeconds(1190));
        // What came in the meantime is not put into the first cell after it.
        Assert.True(measurement.Cells.Max(cell => cell.Requests) < 150, "What was missed is made up for in one cell.");
    }

    [PrometheusFact]
    public async Task Measure_NothingNewComes_EndsWithTheLastScrape()
    {
        await using var server = await PrometheusServer.StartAsync(new SampleService { Length = 600 }.ToMetrics());

        var measurement = (await MeasureAsync(Settings(server), SampleService.Begin, SampleService.Begin.AddMinutes(13)))[0];

        Assert.Equal(SampleService.Begin.AddSeconds(600), measurement.To);
        Assert.Equal(SampleService.Begin.AddSeconds(595), measurement.Newest);
    }

    [PrometheusFact]
    public async Task Measure_NoSuchSeriesOrLabel_IsMissingAndNoZero()
    {
        await using var server = await PrometheusServer.StartAsync(new SampleService { Length = 600 }.ToMetrics());

        Assert.Equal(ErrorId.MetricsMissing, await FailAsync(Settings(server) with { Metric = "http_requests" }));
        Assert.Equal(ErrorId.MetricsMissing, await FailAsync(Settings(server) with { Selector = "job=\"other\"" }));
        Assert.Equal(ErrorId.MetricsMissing, await FailAsync(Settings(server) with { StatusLabel = "status" }));
        Assert.Equal(ErrorId.MetricsUnreadable, await FailAsync(Settings(server) with { Selector = "job=shop" }));
    }

    [PrometheusFact]
    public async Task Measure_QueriesOfOnesOwn_TakeTheTemplatesPlace()
    {
        var service = new SampleService();
        await using var server = await PrometheusServer.StartAsync(service.ToMetrics());
        var (from, to) = (SampleService.Begin.AddMinutes(31), SampleService.Begin.AddMinutes(41));
        var settings = Settings(server) with
        {
            Queries = new PrometheusQuerySettings
            {
                Requests = "sum by (instance) (http_requests_total)",
                Errors = "sum by (instance) (http_requests_total{code=\"500\"})",
                ErrorRatePercent = "100 * sum(rate(http_requests_total{code=\"500\"}[5m])) / sum(rate(http_requests_total[5m]))",
                P95 = "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))",
            },
        };

        var measured = await MeasureAsync(settings, from, to);
        var usual = (await MeasureAsync(Settings(server), from, to))[0];

        Assert.Equal((usual.Requests, usual.Errors), (measured[0].Requests, measured[0].Errors));
        Assert.InRange(measured[1].ErrorRatePercent!.Value, 7, 13);
        Assert.Equal(TimeSpan.FromMinutes(5), measured[1].Length);
        Assert.InRange(measured[2].P95!.Value, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));
    }

    [PrometheusFact]
    public async Task Measure_OneOfTwoMachinesIsFull_TheWorseOneIsTheResource()
    {
        var metrics = new SampleService { Length = 1200 }.ToMetrics();
        AddNode(metrics, "web-1", available: _ => 60);
        AddNode(metrics, "web-2", available: second => second < 900 ? 50 : 5);
        await using var server = await PrometheusServer.StartAsync(metrics);

        var measured = await MeasureAsync(Settings(server) with { NodeSelector = "job=\"node\"" },
            SampleService.Begin.AddMinutes(1), SampleService.Begin.AddSeconds(1190), goLive: SampleService.Begin.AddSeconds(890));

        var memory = Assert.Single(measured, one => one.Resource == "memory of web-2");
        Assert.Equal((95, 50), ((int)Math.Round(memory.ResourcePercent!.Value), (int)Math.Round(memory.UsualResourcePercent!.Value)));
        Assert.Equal(TimeSpan.FromMinutes(2), memory.Length);
        var cpu = Assert.Single(measured, one => one.Resource == "CPU of web-1");
        Assert.Equal(25, Math.Round(cpu.ResourcePercent!.Value));
    }

    private static void AddNode(OpenMetrics metrics, string name, Func<int, double> available)
    {
        var seconds = Enumerable.Range(0, 80).Select(scrape => scrape * 15).ToList();
        metrics.Add("node_memory_MemTotal_bytes", "gauge", $"node_memory_MemTotal_bytes{{job=\"node\",instance=\"{name}\"}}",
            seconds.Select(second => (SampleService.Begin.AddSeconds(second), 100.0)));
        metrics.Add("node_memory_MemAvailable_bytes", "gauge", $"node_memory_MemAvailable_bytes{{job=\"node\",instance=\"{name}\"}}",
            seconds.Select(second => (SampleService.Begin.AddSeconds(second), available(second))));
        metrics.Add("node_cpu_seconds", "counter", $"node_cpu_seconds_total{{job=\"node\",instance=\"{name}\",cpu=\"0\",mode=\"idle\"}}",
            seconds.Select(second => (SampleService.Begin.AddSeconds(second), (name == "web-1" ? 0.75 : 0.9) * second)));
    }

    private static PrometheusSettings Settings(PrometheusServer server) => new() { Address = server.Address, Selector = "job=\"shop\"" };

    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        PrometheusSettings settings, DateTimeOffset from, DateTimeOffset to, TimeSpan? slowLimit = null, DateTimeOffset? goLive = null)
    {
        using var reader = new PrometheusReader(settings, new TestSecrets(), TimeProvider.System);
        return await reader.MeasureAsync(
            new MetricsQuery { From = from, To = to, GoLive = goLive, SlowLimit = slowLimit ?? TimeSpan.FromSeconds(2) }, CancellationToken.None);
    }

    private static async Task<ErrorId> FailAsync(PrometheusSettings settings) =>
        (await Assert.ThrowsAsync<RollbackOpsException>(() => MeasureAsync(settings, SampleService.Begin, SampleService.Begin.AddMinutes(9)))).Id;
}
