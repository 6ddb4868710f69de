using RollbackOps.Configuration;

namespace RollbackOps.Signals;

/// <summary>The configured metrics as a source: from an hour before go-live on, as far as the configured window reaches.</summary>
internal sealed class MetricsSource(RollbackContext context) : IMeasurementSource
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    public string Name => "Prometheus";

    private PolicySettings Policy => context.Settings.Policy;

    public async Task<SourceReading> ReadAsync(DateTimeOffset? goLive, CancellationToken cancellationToken)
    {
        var to = context.Clock.GetUtcNow() - Policy.Lag;
        var from = to - context.Settings.Prometheus!.Window;
        var begin = goLive - s_hour > from && goLive < to ? goLive.Value - s_hour : from;
        await using var sideBySide = new SideBySide(cancellationToken);
        var before = goLive < from + s_hour
            ? sideBySide.Begin(token => BaselineAsync(goLive.Value, token))
            : null;
        var measured = await MeasureAsync(begin, to, goLive, cancellationToken);
        return new SourceReading
        {
            Measurements = measured,
            Baseline = before is null ? null : await before,
        };
    }

    /// <summary>Measures a window.</summary>
    public Task<IReadOnlyList<Measurement>> MeasureAsync(
        DateTimeOffset from, DateTimeOffset to, DateTimeOffset? goLive, CancellationToken cancellationToken) =>
        Reader.MeasureAsync(
            new MetricsQuery
            {
                From = from,
                To = to,
                GoLive = goLive,
                SlowLimit = Policy.SlowAnswer,
                RateFor = Policy.ImmediateDuration,
                HeldFor = Policy.AssessDuration,
            },
            cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IMetricsReader Reader => context.Metrics ?? throw new RollbackOpsException(ErrorId.InvalidArgument,
        "No metrics are configured.", "Write a prometheus section into rollback.json: prometheus.address is all it needs.");

    /// <summary>The last hour before go-live; null where the server does not know that far back, which is no error.</summary>
    private async Task<Measurement?> BaselineAsync(DateTimeOffset goLive, CancellationToken cancellationToken)
    {
        try
        {
            var measured = await MeasureAsync(goLive - s_hour, goLive, goLive, cancellationToken);
            return measured.FirstOrDefault(measurement => measurement.Cells.Count > 0);
        }
        catch (RollbackOpsException none) when (none.Id == ErrorId.MetricsMissing)
        {
            return null;
        }
    }
}
