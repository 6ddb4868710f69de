namespace RollbackOps.Signals;

/// <summary>Counts requests of a window in cells of ten seconds (decisions.md §1); one for each thread, added up.</summary>
internal sealed class TrafficTally
{
    /// <summary>So many names are told apart.</summary>
    private const int MostNames = 100_000;

    /// <summary>So many pairs of a cell and a client are kept, in 48 MB at most.</summary>
    private const int MostPairs = 1_000_000;

    /// <summary>Cells are kept for a day (decisions.md §1); a longer window has totals alone.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(24);
    private static readonly TimeSpan s_cell = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly long _from;
    private readonly long _to;
    private readonly long _slowLimit;
    private readonly bool _isTotalsOnly;
    private readonly bool _hasCells;
    private readonly LatencyHistogram _latencies = new();
    private readonly MinuteLatencies _latenciesOfMinute = new();
    private readonly SortedDictionary<long, Counts> _cells = [];
    private readonly Utf8Names _paths = new();
    private readonly List<Counts> _ofPath = [];
    private readonly Utf8Names _clients = new();
    private readonly ClientCells _ofClient = new();
    private readonly Counts _total = new();
    private long _lastCell = -1;
    private Counts _inLastCell = new();
    private bool _hasClients;
    private bool _hasTooManyClients;

    /// <param name="from">The window's begin.</param>
    /// <param name="to">The window's end, exclusive.</param>
    /// <param name="slowLimit">An answer that takes longer is slow.</param>
    /// <param name="isTotalsOnly">Whether only totals and quantiles are wanted.</param>
    public TrafficTally(DateTimeOffset from, DateTimeOffset to, TimeSpan slowLimit, bool isTotalsOnly)
    {
        _from = from.UtcTicks;
        _to = to.UtcTicks;
        _slowLimit = (long)slowLimit.TotalMicroseconds;
        _isTotalsOnly = isTotalsOnly;
        _hasCells = !isTotalsOnly && to - from <= s_longest;
    }

    /// <summary>The time of the newest request seen, in ticks of UTC; 0 without one.</summary>
    public long Newest { get; private set; }

    /// <summary>Requests refused with 401 or 403, counted apart.</summary>
    public long Refused { get; private set; }

    /// <summary>Requests for assets answered with 404, counted apart.</summary>
    public long MissingAssets { get; private set; }

    /// <summary>Counts a request if it lies in the window.</summary>
    /// <param name="time">In ticks of UTC.</param>
    /// <param name="status">The HTTP status; below 100 is no answer.</param>
    /// <param name="duration">In microseconds; below 0 is unknown.</param>
    /// <param name="path">The path without its query, or empty.</param>
    /// <param name="client">The client, or empty.</param>
    public void Add(long time, int status, long duration, ReadOnlySpan<byte> path, ReadOnlySpan<byte> client)
    {
        if (time > Newest && time < _to)
        {
            Newest = time;
        }

        if (time < _from || time >= _to)
        {
            return;
        }

        var isError = status is < 100 or >= 500;
        var isSlow = status < 100 || duration > _slowLimit;
        _total.Add(isError, isSlow);
        if (duration >= 0)
        {
            _latencies.Add(duration);
            if (_hasCells)
            {
                _latenciesOfMinute.Add((time - _from) / TimeSpan.TicksPerMinute, duration);
            }
        }

        var isRefused = status is 401 or 403;
        if (isRefused)
        {
            Refused++;
        }
        else if (status == 404 && AssetPath.Is(path))
        {
            MissingAssets++;
        }

        if (!_isTotalsOnly)
        {
            Break(time, isError, isSlow, isRefused, path, client);
        }
    }

    /// <summary>
    /// Whether there are more clients than are told apart. One that stood for the others would look like the only one that
    /// fails, so then none is.
    /// </summary>
    private bool IsFull => _clients.Count > MostNames || _ofClient.Count > MostPairs;

    /// <summary>Adds another's counts.</summary>
    public void Add(TrafficTally other)
    {
        _total.Add(other._total);
        _latencies.Add(other._latencies);
        _latenciesOfMinute.Add(other._latenciesOfMinute);
        Newest = Math.Max(Newest, other.Newest);
        Refused += other.Refused;
        MissingAssets += other.MissingAssets;
        _hasClients |= other._hasClients;
        _hasTooManyClients |= other._hasTooManyClients;
        foreach (var (cell, counts) in other._cells)
        {
            Cell(cell).Add(counts);
        }

        for (var i = 0; i < other._ofPath.Count; i++)
        {
            OfPath(other._paths.Bytes(i)).Add(other._ofPath[i]);
        }

        if (!_hasTooManyClients)
        {
            _ofClient.Add(other._ofClient, [.. Enumerable.Range(0, other._clients.Count).Select(client => _clients.Of(other._clients.Bytes(client)))]);
            _hasTooManyClients = IsFull;
        }
    }

    /// <summary>What was counted.</summary>
    public Measurement ToMeasurement(string source)
    {
        var from = new DateTimeOffset(_from, TimeSpan.Zero);
        var measurement = Measurement.FromCounts(source, from, new DateTimeOffset(_to, TimeSpan.Zero), _total.Requests, _total.Errors);
        var isByClient = _hasClients && !_hasTooManyClients;
        List<string> names = isByClient ? [.. Enumerable.Range(0, _clients.Count).Select(client => _clients[client])] : [];
        var clients = isByClient ? _ofClient.ByCell(names) : null;
        var quantiles = new[] { 50.0, 95, 99 }.Select(_latencies.Quantile).OfType<Quantile>().ToList();
        return measurement with
        {
            Slow = _latencies.Count > 0 || _total.Slow > 0 ? _total.Slow : null,
            SlowLimit = TimeSpan.FromMicroseconds(_slowLimit),
            Quantiles = quantiles,
            P95 = quantiles.Count > 1 ? quantiles[1].Value : null,
            Newest = Newest == 0 ? null : new DateTimeOffset(Newest, TimeSpan.Zero),
            Refused = Refused,
            MissingAssets = MissingAssets,
            Cells = !_hasCells ? [] : Series(s_cell, clients),
            Minutes = !_hasCells ? [] : Series(s_minute, clients: null),
            Paths = [.. _ofPath.Select((counts, i) => new PathTraffic { Path = _paths[i], Requests = counts.Requests, Errors = counts.Errors, Slow = counts.Slow })
                .OrderByDescending(path => path.Errors).ThenByDescending(path => path.Requests).ThenBy(path => path.Path, StringComparer.Ordinal)],
            Clients = isByClient ? _ofClient.Totals(names) : [],
        };
    }

    /// <summary>
    /// Every whole stretch of the window, those without a request too, from its begin on; what is left at the end is in
    /// none.
    /// </summary>
    private List<TrafficCell> Series(TimeSpan length, Dictionary<int, List<ClientTraffic>>? clients)
    {
        var perStretch = length.Ticks / s_cell.Ticks;
        var stretches = new List<TrafficCell>();
        for (var at = 0L; _from + ((at + 1) * length.Ticks) <= _to; at++)
        {
            var counts = new Counts();
            for (var cell = at * perStretch; cell < (at + 1) * perStretch; cell++)
            {
                if (_cells.TryGetValue(cell, out var found))
                {
                    counts.Add(found);
                }
            }

            stretches.Add(new TrafficCell
            {
                At = new DateTimeOffset(_from + (at * length.Ticks), TimeSpan.Zero),
                Length = length,
                Requests = counts.Requests,
                Errors = counts.Errors,
                Slow = counts.Slow,
                Refused = counts.Refused,
                P95 = length == s_minute ? _latenciesOfMinute.P95(at) : null,
                Clients = clients is null ? null : clients.GetValueOrDefault((int)at, []),
            });
        }

        return stretches;
    }

    private void Break(long time, bool isError, bool isSlow, bool isRefused, ReadOnlySpan<byte> path, ReadOnlySpan<byte> client)
    {
        var cell = _hasCells ? (time - _from) / s_cell.Ticks : 0;
        if (cell != _lastCell)
        {
            _lastCell = cell;
            _inLastCell = Cell(cell);
        }

        _inLastCell.Add(isError, isSlow);
        _inLastCell.Refused += isRefused ? 1 : 0;
        if (!path.IsEmpty)
        {
            OfPath(path).Add(isError, isSlow);
        }

        if (!client.IsEmpty)
        {
            _hasClients = true;
            _hasTooManyClients |= IsFull;
            if (!_hasTooManyClients)
            {
                _ofClient.Add((int)cell, _clients.Of(client), 1, isError ? 1 : 0);
            }
        }
    }

    private Counts Cell(long cell)
    {
        if (!_cells.TryGetValue(cell, out var counts))
        {
            _cells[cell] = counts = new Counts();
        }

        return counts;
    }

    private Counts OfPath(ReadOnlySpan<byte> path)
    {
        var name = _paths.Of(_paths.Count < MostNames ? path : "(other)"u8);
        if (name == _ofPath.Count)
        {
            _ofPath.Add(new Counts());
        }

        return _ofPath[name];
    }

    private sealed class Counts
    {
        public long Requests { get; private set; }

        public long Errors { get; private set; }

        public long Slow { get; private set; }

        public long Refused { get; set; }

        public void Add(bool isError, bool isSlow)
        {
            Requests++;
            Errors += isError ? 1 : 0;
            Slow += isSlow ? 1 : 0;
        }

        public void Add(Counts other)
        {
            Requests += other.Requests;
            Errors += other.Errors;
            Slow += other.Slow;
            Refused += other.Refused;
        }
    }
}
