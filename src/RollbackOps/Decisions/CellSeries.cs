namespace RollbackOps.Decisions;

/// <summary>
/// Cells of one length in a row, with running sums, so that any window's counts cost two look-ups. A cell that is
/// missing stands in it as a gap.
/// </summary>
internal sealed class CellSeries
{
    private long[] _requests;
    private long[] _errors;
    private long[] _slow;
    private int[] _gaps;

    public CellSeries(int capacity = 360)
    {
        (_requests, _errors) = (new long[capacity + 1], new long[capacity + 1]);
        (_slow, _gaps) = (new long[capacity + 1], new int[capacity + 1]);
    }

    /// <summary>How many cells there are, gaps included.</summary>
    public int Count { get; private set; }

    public void Add(long requests, long errors, long slow) => Add(requests, errors, slow, gaps: 0);

    public void AddGap() => Add(0, 0, 0, gaps: 1);

    /// <summary>Forgets every cell, and keeps the room.</summary>
    public void Clear() => Count = 0;

    /// <summary>Requests in the cells from one to before another.</summary>
    public long Requests(int from, int to) => _requests[to] - _requests[from];

    /// <summary>Errors in the cells from one to before another.</summary>
    public long Errors(int from, int to) => _errors[to] - _errors[from];

    /// <summary>Slow requests in the cells from one to before another.</summary>
    public long Slow(int from, int to) => _slow[to] - _slow[from];

    /// <summary>Whether a cell is missing from one to before another.</summary>
    public bool HasGap(int from, int to) => _gaps[to] > _gaps[from];

    private void Add(long requests, long errors, long slow, int gaps)
    {
        if (Count + 1 == _requests.Length)
        {
            var room = 2 * _requests.Length;
            Array.Resize(ref _requests, room);
            Array.Resize(ref _errors, room);
            Array.Resize(ref _slow, room);
            Array.Resize(ref _gaps, room);
        }

        var at = Count++;
        _requests[at + 1] = _requests[at] + requests;
        _errors[at + 1] = _errors[at] + errors;
        _slow[at + 1] = _slow[at] + slow;
        _gaps[at + 1] = _gaps[at] + gaps;
    }
}
