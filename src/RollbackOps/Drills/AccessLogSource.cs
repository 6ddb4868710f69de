using RollbackOps.Configuration;
using RollbackOps.Signals;

namespace RollbackOps.Drills;

/// <summary>The users' requests, measured anew in the service's access log for every look, as Measure-ErrorRate does.</summary>
internal sealed class AccessLogSource(RollbackContext context, ILogReader reader, string path, DateTimeOffset since) : IMeasurementSource
{
    private static readonly TimeSpan s_most = TimeSpan.FromHours(1);

    public string Name => "the access log";

    public Task<SourceReading> ReadAsync(DateTimeOffset? goLive, CancellationToken cancellationToken) =>
        Task.Run(() => new SourceReading { Measurements = [Measure(cancellationToken)] }, cancellationToken);

    /// <summary>Measures up to now, but for the lag.</summary>
    /// <exception cref="RollbackOpsException">There is no log yet, or it cannot be read.</exception>
    public Measurement Measure(CancellationToken cancellationToken)
    {
        var policy = context.Settings.Policy;
        var to = context.Clock.GetUtcNow() - policy.Lag;
        var from = to - s_most > since ? to - s_most : since;
        if (to <= from)
        {
            throw new RollbackOpsException(ErrorId.MeasurementInvalid,
                $"Nothing can be measured yet: {Duration.Format(policy.Lag)} of lag have not passed.", "Look again.", path);
        }

        return reader.Measure(
            new LogQuery
            {
                Paths = [path],
                From = from,
                To = to,
                Format = LogFormat.Json,
                SlowLimit = policy.SlowAnswer,
                ExcludedPaths = [.. context.Settings.Health.Checks.Select(check => check.Path)],
            },
            cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
