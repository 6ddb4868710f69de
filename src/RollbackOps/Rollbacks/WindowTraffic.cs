using RollbackOps.Signals;

namespace RollbackOps.Rollbacks;

/// <summary>Requests and errors of a stretch of time.</summary>
internal readonly record struct TrafficCount(long Requests, long Errors, long Slow, long Refused)
{
    /// <summary>The error rate, as a fraction; 0 without a request.</summary>
    public double Rate => Requests == 0 ? 0 : (double)Errors / Requests;
}

/// <summary>The traffic around a switch, as the windows count it.</summary>
internal sealed class WindowTraffic
{
    private static readonly TimeSpan s_now = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_most = TimeSpan.FromMinutes(5);
    private const int Enough = 20;
    private readonly IReadOnlyList<TrafficCell> _cells;

    private WindowTraffic(Measurement measurement, IReadOnlyList<TrafficCell> cells)
    {
        Source = measurement.Source;
        IsTimed = measurement.SlowLimit is not null;
        To = measurement.To;
        _cells = cells;
    }

    /// <summary>Where it comes from.</summary>
    public string Source { get; }

    /// <summary>Whether answers were timed.</summary>
    public bool IsTimed { get; }

    /// <summary>Up to when it was measured.</summary>
    public DateTimeOffset To { get; }

    /// <summary>That of the source that counted most requests; null where none counted any.</summary>
    public static WindowTraffic? Of(IEnumerable<Measurement> measurements) => measurements
        .Where(one => one.Requests > 0)
        .Select(one => new WindowTraffic(one, one.Cells.Count > 0 ? [.. one.Cells.OrderBy(cell => cell.At)] :
        [
            new TrafficCell
            {
                At = one.From,
                Length = one.Length,
                Requests = one.Requests!.Value,
                Errors = one.Errors ?? 0,
                Slow = one.Slow ?? 0,
                Refused = one.Refused,
            },
        ]))
        .MaxBy(one => one._cells.Sum(cell => cell.Requests));

    /// <summary>What lies wholly within a stretch.</summary>
    public TrafficCount Count(DateTimeOffset from, DateTimeOffset to)
    {
        var count = default(TrafficCount);
        foreach (var cell in _cells.Where(cell => cell.At >= from && cell.At + cell.Length <= to))
        {
            count = Add(count, cell);
        }

        return count;
    }

    /// <summary>The now-rate at a time (decisions.md §1): the last 60 s, extended back to 20 requests, at most 5 min; null with fewer.</summary>
    /// <param name="at">The time.</param>
    /// <param name="notBefore">How far back it may reach.</param>
    public (TrafficCount Count, DateTimeOffset From)? NowRate(DateTimeOffset at, DateTimeOffset notBefore)
    {
        var count = default(TrafficCount);
        var from = at;
        for (var i = _cells.Count - 1; i >= 0; i--)
        {
            var cell = _cells[i];
            if (cell.At + cell.Length > at)
            {
                continue;
            }

            if (cell.At < notBefore || at - cell.At > s_most || (at - cell.At > s_now && count.Requests >= Enough))
            {
                break;
            }

            (count, from) = (Add(count, cell), cell.At);
        }

        return count.Requests >= Enough ? (count, from) : null;
    }

    /// <summary>The highest now-rate of a stretch, as a fraction; null where there never were enough requests.</summary>
    public double? Peak(DateTimeOffset from, DateTimeOffset to) => _cells
        .Where(cell => cell.At >= from && cell.At + cell.Length <= to)
        .Select(cell => NowRate(cell.At + cell.Length, from)?.Count.Rate)
        .Max();

    /// <summary>The cells of a stretch, oldest first.</summary>
    public IEnumerable<TrafficCell> Between(DateTimeOffset from, DateTimeOffset to) =>
        _cells.Where(cell => cell.At >= from && cell.At + cell.Length <= to);

    private static TrafficCount Add(TrafficCount count, TrafficCell cell) => new(
        count.Requests + cell.Requests, count.Errors + cell.Errors, count.Slow + cell.Slow, count.Refused + cell.Refused);
}
