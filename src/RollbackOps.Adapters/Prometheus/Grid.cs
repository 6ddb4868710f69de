namespace RollbackOps.Adapters.Prometheus;

/// <summary>
/// Cells of ten seconds on the wall clock (decisions.md §1), so that whoever asks, and whenever, sees the same ones; the
/// points between them are the steps of a range query.
/// </summary>
internal sealed class Grid
{
    /// <summary>The length of a cell.</summary>
    public static readonly TimeSpan Cell = TimeSpan.FromSeconds(10);

    /// <param name="from">The begin; the cell it lies in counts.</param>
    /// <param name="to">The end; the cell it cuts does not count.</param>
    public Grid(DateTimeOffset from, DateTimeOffset to)
    {
        From = Down(from);
        Cells = (int)Math.Max(0, (Down(to) - From).Ticks / Cell.Ticks);
    }

    /// <summary>When the first cell begins.</summary>
    public DateTimeOffset From { get; }

    /// <summary>When the last cell ends.</summary>
    public DateTimeOffset To => At(Cells);

    /// <summary>How many cells there are; there is one point more.</summary>
    public int Cells { get; }

    /// <summary>The time of a point, which is the begin of the cell of that number.</summary>
    public DateTimeOffset At(int point) => From + (point * Cell);

    /// <summary>The point of a sample, or null where it lies on none.</summary>
    /// <param name="seconds">Seconds since 1970.</param>
    public int? PointOf(double seconds)
    {
        var point = (seconds - From.ToUnixTimeSeconds()) / Cell.TotalSeconds;
        return point >= 0 && point <= Cells && point == Math.Floor(point) ? (int)point : null;
    }

    /// <summary>The end of a cell at or before a time.</summary>
    public static DateTimeOffset Down(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % Cell.Ticks), TimeSpan.Zero);

    /// <summary>The end of a cell at or after a time.</summary>
    public static DateTimeOffset Up(DateTimeOffset time) => Down(time + Cell - TimeSpan.FromTicks(1));
}
