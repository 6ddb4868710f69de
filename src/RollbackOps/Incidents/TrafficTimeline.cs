using RollbackOps.Configuration;
using RollbackOps.Signals;

namespace RollbackOps.Incidents;

/// <summary>Lays measurements end to end: each stretch of time once, from the measurement that comes first.</summary>
internal static class TrafficTimeline
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    /// <summary>The series, or null where nothing was measured in stretches.</summary>
    /// <param name="measurements">The measurements, what is worth most first: two of the same time are not added up.</param>
    /// <param name="policy">The thresholds.</param>
    /// <param name="since">What is older is of no interest, or null.</param>
    public static TrafficSeries? Of(IEnumerable<Measurement> measurements, PolicySettings policy, DateTimeOffset? since)
    {
        var points = new SortedList<DateTimeOffset, TrafficPoint>();
        var sources = new List<string>();
        TimeSpan? slowLimit = null;
        foreach (var measurement in measurements)
        {
            var isNew = false;
            foreach (var point in PointsOf(measurement))
            {
                if ((since is null || point.End > since) && IsFree(points, point))
                {
                    points.Add(point.At, point);
                    isNew = true;
                }
            }

            if (isNew)
            {
                slowLimit ??= measurement.SlowLimit;
                sources.Add(Inert.Line(measurement.Source));
            }
        }

        return points.Count == 0 ? null : new TrafficSeries
        {
            Sources = [.. sources.Distinct(StringComparer.Ordinal)],
            Points = [.. points.Values],
            SlowLimit = slowLimit,
            ErrorThresholdsPercent = [policy.MonitorErrorRatePercent, policy.AssessErrorRatePercent, policy.ImmediateErrorRatePercent],
        };
    }

    private static IEnumerable<TrafficPoint> PointsOf(Measurement measurement)
    {
        var cells = measurement.Minutes.Count > 0 ? measurement.Minutes : ByTheMinute(measurement.Cells);
        return cells.Where(cell => cell.Length > TimeSpan.Zero && cell.Requests >= 0 && cell.Errors >= 0).Select(cell => new TrafficPoint
        {
            At = cell.At.ToUniversalTime(),
            Length = cell.Length,
            Requests = cell.Requests,
            Errors = Math.Min(cell.Errors, cell.Requests),
            Slow = cell.Slow,
            P95 = cell.P95,
        });
    }

    /// <summary>Cells of a minute each; those shorter are put together from the first on.</summary>
    private static IReadOnlyList<TrafficCell> ByTheMinute(IReadOnlyList<TrafficCell> cells)
    {
        if (cells.Count == 0 || cells[0].Length >= s_minute)
        {
            return cells;
        }

        var first = cells.Min(cell => cell.At);
        return
        [
            .. cells.GroupBy(cell => (cell.At - first).Ticks / s_minute.Ticks).OrderBy(minute => minute.Key).Select(minute => new TrafficCell
            {
                At = minute.Min(cell => cell.At),
                Length = minute.Max(cell => cell.At + cell.Length) - minute.Min(cell => cell.At),
                Requests = minute.Sum(cell => cell.Requests),
                Errors = minute.Sum(cell => cell.Errors),
                Slow = minute.Sum(cell => cell.Slow),
            }),
        ];
    }

    /// <summary>Whether no point taken before overlaps.</summary>
    private static bool IsFree(SortedList<DateTimeOffset, TrafficPoint> points, TrafficPoint point)
    {
        var (low, high) = (0, points.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = points.Keys[middle] < point.At ? (middle + 1, high) : (low, middle);
        }

        return (low == points.Count || points.Keys[low] >= point.End) && (low == 0 || points.Values[low - 1].End <= point.At);
    }
}
