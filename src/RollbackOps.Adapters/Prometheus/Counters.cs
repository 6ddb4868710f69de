namespace RollbackOps.Adapters.Prometheus;

/// <summary>
/// Counts what counters counted, cell by cell and series by series: exact, where <c>rate</c> and <c>increase</c>
/// extrapolate and are half a guess at low traffic.
/// </summary>
/// <remarks>
/// <code>
/// point   0    1    2    3    4    5
/// value   7    9    -    -    2    5     a restart while it was away
/// cell      +2   gap  gap  +2   +3       gaps are the source's, when no series has a value
/// </code>
/// </remarks>
internal sealed class Counters
{
    private readonly Grid _grid;
    private readonly bool[] _isAlive;
    private readonly HashSet<(string Group, int Point)> _groups = [];
    private readonly IReadOnlyList<string> _apart;

    /// <param name="grid">The grid.</param>
    /// <param name="series">Every series of the source.</param>
    /// <param name="apart">The labels that tell the series of one process apart, for example the status.</param>
    public Counters(Grid grid, IReadOnlyList<Series> series, params IReadOnlyList<string> apart)
    {
        _grid = grid;
        _apart = apart;
        All = series;
        _isAlive = new bool[grid.Cells + 1];
        foreach (var one in series)
        {
            var group = one.GroupWithout(apart);
            for (var point = 0; point <= grid.Cells; point++)
            {
                if (!double.IsNaN(one.Values[point]))
                {
                    _isAlive[point] = true;
                    _groups.Add((group, point));
                }
            }
        }
    }

    /// <summary>Every series.</summary>
    public IReadOnlyList<Series> All { get; }

    /// <summary>The number of cells in which a counter fell without starting anew; they are gaps.</summary>
    public int Broken { get; private set; }

    /// <summary>The cells that could be counted.</summary>
    public bool[] Whole { get; private set; } = [];

    /// <summary>What each series counted, cell by cell.</summary>
    public IReadOnlyList<(Series Series, double[] Counts)> Count()
    {
        Whole = [.. Enumerable.Range(0, _grid.Cells).Select(cell => _isAlive[cell] && _isAlive[cell + 1])];
        Broken = 0;
        return [.. All.Select(series => (series, Count(series, this)))];
    }

    /// <summary>What the series of another query counted, which are of the same processes: errors of these requests.</summary>
    public IReadOnlyList<double[]> CountOthers(IReadOnlyList<Series> others) => [.. others.Select(series => Count(series, this))];

    private static double[] Count(Series series, Counters source)
    {
        var counts = new double[source._grid.Cells];
        var group = series.GroupWithout(source._apart);
        var last = -1;
        for (var point = 0; point <= source._grid.Cells; point++)
        {
            var value = series.Values[point];
            if (double.IsNaN(value) || value < 0)
            {
                continue;
            }

            if (point > 0)
            {
                counts[point - 1] += last >= 0 && source.IsAliveBetween(last, point)
                    ? source.Since(series.Values[last], value, point)
                    // Born while its process was already seen: it began at zero. Of an unknown process it is not known when.
                    : last < 0 && source.IsSeen(group, point - 1) ? value : 0;
            }

            last = point;
        }

        return counts;
    }

    private double Since(double before, double value, int point)
    {
        if (value >= before)
        {
            return value - before;
        }

        // One process that starts anew falls to about zero. What falls to somewhere else is a sum that lost a part.
        if (value <= before / 2)
        {
            return value;
        }

        Broken += Whole[point - 1] ? 1 : 0;
        Whole[point - 1] = false;
        return 0;
    }

    /// <summary>Whether the source had data all along: after an outage of its own nothing is made up for.</summary>
    private bool IsAliveBetween(int from, int to)
    {
        for (var point = from + 1; point < to; point++)
        {
            if (!_isAlive[point])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a process was seen at a point; a query that tells no processes apart sees all of them.</summary>
    private bool IsSeen(string group, int point) => _groups.Contains((group, point)) || (group.Length == 0 && _isAlive[point]);
}
