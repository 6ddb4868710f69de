using RollbackOps.Incidents;
using RollbackOps.Signals;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Incidents;

/// <summary>What a report reads of the configured metrics by itself.</summary>
public sealed class IncidentTrafficTests
{
    [Fact]
    public async Task Read_RollbackOfTenMinutesAgo_AsksFromHalfAnHourBeforeToNow()
    {
        var (world, report) = await ReportedAsync();
        var metrics = new FakeMetrics(query => [Measured(query)]);

        var (measured, unreadable) = await ReadAsync(world, report, metrics);

        var query = Assert.Single(metrics.Queries);
        Assert.Single(measured);
        Assert.Empty(unreadable);
        Assert.Equal(report.Timeline[0].At.AddMinutes(-30), query.From);
        Assert.InRange(world.Clock.GetUtcNow() - world.Settings.Policy.Lag - query.To, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Read_RollbackOfYesterday_EndsAnHourAfterItsLastMoment()
    {
        var (world, report) = await ReportedAsync();
        world.Clock.Pass(TimeSpan.FromHours(20));
        var metrics = new FakeMetrics(query => [Measured(query)]);

        await ReadAsync(world, report, metrics);

        Assert.Equal(report.Timeline[^1].At.AddHours(1), Assert.Single(metrics.Queries).To);
    }

    [Fact]
    public async Task Read_MetricsThatCannotBeRead_SaysSoInTheReport()
    {
        var (world, report) = await ReportedAsync();
        var metrics = new FakeMetrics(_ => throw new RollbackOpsException(ErrorId.MetricsUnavailable, "The server is away.", "Start it."));

        var (measured, unreadable) = await ReadAsync(world, report, metrics);

        Assert.Empty(measured);
        Assert.Contains("The server is away.", Assert.Single(unreadable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_MetricsThatDoNotAnswer_AreLeftOutInTime()
    {
        var (world, report) = await ReportedAsync();

        var (measured, unreadable) = await ReadAsync(world, report, new SilentMetrics());

        Assert.Empty(measured);
        Assert.Contains("did not answer within 1.2 s", Assert.Single(unreadable), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_StoppedByThePerson_Stops()
    {
        var (world, report) = await ReportedAsync();
        using var stopping = new CancellationTokenSource();
        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new IncidentTraffic(With(world, new SilentMetrics())).ReadAsync(report, stopping.Token));
    }

    [Fact]
    public async Task Read_NoMetricsOrNothingThatHappened_AsksNothing()
    {
        var (world, report) = await ReportedAsync();
        var metrics = new FakeMetrics(query => [Measured(query)]);

        Assert.Empty((await new IncidentTraffic(world.Context).ReadAsync(report, CancellationToken.None)).Measured);
        Assert.Empty((await ReadAsync(world, report with { Timeline = [] }, metrics)).Measured);
        Assert.Empty(metrics.Queries);
    }

    private static async Task<(World World, IncidentReport Report)> ReportedAsync()
    {
        var world = World.WithThree();
        await world.RollBackAsync();
        var report = new IncidentReporter(world.Context).Make(new ReportInput());
        world.Clock.Pass(TimeSpan.FromMinutes(10));
        return (world, report);
    }

    private static Task<(IReadOnlyList<Measurement> Measured, IReadOnlyList<string> Unreadable)> ReadAsync(
        World world, IncidentReport report, IMetricsReader metrics) =>
        new IncidentTraffic(With(world, metrics)).ReadAsync(report, CancellationToken.None);

    private static RollbackContext With(World world, IMetricsReader metrics) =>
        new(world.Settings, world.Platform, world.Store, world.Prober, world.Repository, [world.Git], new FakeSecrets(), world.Clock, "Ann", metrics: metrics);

    private static Measurement Measured(MetricsQuery query) => Measurement.FromCounts("metrics", query.From, query.To, 100, 1);

    private sealed class SilentMetrics : IMetricsReader
    {
        public async Task<IReadOnlyList<Measurement>> MeasureAsync(MetricsQuery query, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return [];
        }
    }
}
