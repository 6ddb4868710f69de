using System.Globalization;
using RollbackOps.Signals;

namespace RollbackOps.Incidents;

/// <summary>Reads the configured metrics for the time of an incident, where nobody handed over what came after it.</summary>
internal sealed class IncidentTraffic(RollbackContext context)
{
    /// <summary>A report is to be there within two seconds, whatever the server of metrics does.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1.2);
    private static readonly TimeSpan s_before = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan s_after = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(24);

    /// <summary>What they say, and what could not be read (S32).</summary>
    /// <param name="report">The report without them.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<(IReadOnlyList<Measurement> Measured, IReadOnlyList<string> Unreadable)> ReadAsync(
        IncidentReport report, CancellationToken cancellationToken)
    {
        if (context.Metrics is null || report.Comparison is not null || report.Timeline.Count == 0)
        {
            return ([], []);
        }

        var newest = context.Clock.GetUtcNow() - context.Settings.Policy.Lag;
        var wanted = report.Timeline[^1].At + s_after;
        var end = wanted < newest ? wanted : newest;
        var begin = report.Timeline[0].At - s_before;
        begin = end - begin > s_longest ? end - s_longest : begin;
        if (begin >= end)
        {
            return ([], []);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        try
        {
            return (await new MetricsSource(context).MeasureAsync(begin, end, goLive: null, patience.Token), []);
        }
        catch (RollbackOpsException unreadable)
        {
            return ([], [$"The configured metrics could not be read: {unreadable.Message}"]);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ([], [string.Create(CultureInfo.InvariantCulture, $"The configured metrics did not answer within {s_patience.TotalSeconds:0.#} s.")]);
        }
    }
}
