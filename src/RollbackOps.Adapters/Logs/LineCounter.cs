using System.Text;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Logs;

/// <summary>Counts the requests of lines, and the lines that are none. For one thread.</summary>
internal sealed unsafe class LineCounter
{
    private readonly LogQuery _query;
    private readonly ShapedLineParser? _json;
    private readonly double _scale;
    private readonly long _windowFrom;
    private readonly long _windowTo;
    private readonly bool _isMerging;
    private readonly byte[][] _excluded;
    private readonly LogLine _line = new();
    private readonly LogTime _time = new();
    private readonly Utf8Names _ids = new();
    private readonly List<MergedRequest> _requests = [];

    public LineCounter(LogQuery query, LogFields? fields)
    {
        _query = query;
        _json = fields is null ? null : new ShapedLineParser(new JsonLineParser(new FieldTree(fields)));
        _scale = fields?.MicrosecondsPerUnit ?? 1;
        _isMerging = fields?.RequestId is not null;
        _windowFrom = query.From.UtcTicks;
        _windowTo = query.To.UtcTicks;
        _excluded = [.. query.ExcludedPaths.Select(Encoding.UTF8.GetBytes)];
        Tally = new TrafficTally(query.From, query.To, query.SlowLimit, query.IsTotalsOnly);
    }

    public TrafficTally Tally { get; }

    public long Lines { get; private set; }

    public long Malformed { get; private set; }

    public long TooLong { get; set; }

    public long WithoutTime { get; private set; }

    public long WithoutStatus { get; private set; }

    public long OtherLines { get; private set; }

    public long OwnProbes { get; private set; }

    public long Torn { get; private set; }

    public long Requests { get; private set; }

    /// <summary>Requests later than the window's end.</summary>
    public long Later { get; private set; }

    /// <summary>The oldest time of a request, in ticks of UTC.</summary>
    public long Oldest { get; private set; } = long.MaxValue;

    /// <summary>
    /// Lines that should have told of a request, or of something, and cannot be read. Torn ones are none of them, unless
    /// there is nothing else.
    /// </summary>
    public long Unreadable => Malformed + TooLong + WithoutTime + WithoutStatus + (Torn == Lines ? Torn : 0);

    /// <summary>Takes a line.</summary>
    /// <param name="line">Its first byte.</param>
    /// <param name="length">Its length without the line feed.</param>
    /// <param name="quotes">As <see cref="LineScan"/> found them.</param>
    /// <param name="isPlain">As <see cref="LineScan"/> found it.</param>
    /// <param name="isTorn">
    /// Whether it may be a part of a line: the log's first, whose begin was cut off, or a last one that no line feed ends.
    /// </param>
    public void Take(byte* line, int length, ulong* quotes, bool isPlain, bool isTorn)
    {
        if (length == 0 || (length == 1 && line[0] == '\r'))
        {
            return;
        }

        Lines++;
        if (!Parse(line, length, quotes, isPlain))
        {
            Malformed += isTorn ? 0 : 1;
            Torn += isTorn ? 1 : 0;
            return;
        }

        Count();
    }

    /// <summary>The time of a line, whether it tells of a request or not; false if it has none.</summary>
    public bool TryTime(byte* line, int length, ulong* quotes, bool isPlain, out long time)
    {
        time = 0;
        return Parse(line, length, quotes, isPlain) && TryTime(out time);
    }

    /// <summary>Adds another's counts.</summary>
    public void Add(LineCounter other)
    {
        Tally.Add(other.Tally);
        Lines += other.Lines;
        Malformed += other.Malformed;
        TooLong += other.TooLong;
        WithoutTime += other.WithoutTime;
        WithoutStatus += other.WithoutStatus;
        OtherLines += other.OtherLines;
        OwnProbes += other.OwnProbes;
        Torn += other.Torn;
        Requests += other.Requests;
        Later += other.Later;
        Oldest = Math.Min(Oldest, other.Oldest);
        for (var i = 0; i < other._requests.Count; i++)
        {
            Merge(other._ids.Bytes(i), other._requests[i]);
        }
    }

    /// <summary>Counts the requests that several lines told of.</summary>
    public void CountMerged()
    {
        foreach (var request in _requests)
        {
            Tally.Add(request.Time, request.Status, request.Duration, request.Path, request.Client);
        }

        _requests.Clear();
    }

    private bool Parse(byte* line, int length, ulong* quotes, bool isPlain)
    {
        length -= line[length - 1] == '\r' ? 1 : 0;
        return _json is null ? CommonLineParser.TryParse(line, length, _line) : _json.TryParse(line, length, quotes, isPlain, _line);
    }

    private bool TryTime(out long time)
    {
        time = 0;
        return _line.Kind(LogSlot.Time) switch
        {
            's' => _time.TryText(_line[LogSlot.Time], out time),
            'n' => LogTime.TryEpoch(_line[LogSlot.Time], out time),
            _ => false,
        };
    }

    private void Count()
    {
        var kind = _line.Kind(LogSlot.Status);
        if (kind == '0')
        {
            OtherLines++;
            return;
        }

        if (!TryTime(out var time))
        {
            WithoutTime++;
            return;
        }

        var text = _line[LogSlot.Status];
        if (kind == 'x' || !LogNumber.TryWhole(text, out var status) || status is < -1 or > 999)
        {
            WithoutStatus++;
            return;
        }

        // Looked at only by whom it concerns: most often nobody, when totals are wanted.
        var path = _query.IsTotalsOnly && _excluded.Length == 0 && status != 404 ? default : Path();
        if (IsExcluded(path))
        {
            OwnProbes++;
            return;
        }

        Requests++;
        Later += time >= _windowTo ? 1 : 0;
        Oldest = Math.Min(Oldest, time);
        var client = _query.IsTotalsOnly ? default : _line[LogSlot.Client];
        var id = _isMerging ? _line[LogSlot.RequestId] : default;
        if (id.IsEmpty)
        {
            Tally.Add(time, status, Duration(), path, client);
        }
        else if (time >= _windowFrom - TimeSpan.TicksPerMinute)
        {
            Merge(id, new MergedRequest(time, status, Duration(), path.ToArray(), client.ToArray()));
        }
    }

    private void Merge(ReadOnlySpan<byte> id, MergedRequest request)
    {
        var number = _ids.Of(id);
        if (number == _requests.Count)
        {
            _requests.Add(request);
        }
        else
        {
            _requests[number] = _requests[number].With(request);
        }
    }

    private ReadOnlySpan<byte> Path()
    {
        var path = _line[LogSlot.Path];
        var query = path.IndexOfAny((byte)'?', (byte)'#');
        return query < 0 ? path : path[..query];
    }

    private bool IsExcluded(ReadOnlySpan<byte> path)
    {
        foreach (var excluded in _excluded)
        {
            if (path.SequenceEqual(excluded))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>In microseconds; -1 where it is not known.</summary>
    private long Duration()
    {
        var kind = _line.Kind(LogSlot.Duration);
        if (kind is not ('n' or 's'))
        {
            return -1;
        }

        var isNumber = kind == 'n'
            ? LogNumber.TryDouble(_line.Number(LogSlot.Duration, out var length), length, out var units)
            : LogNumber.TryDouble(_line[LogSlot.Duration], out units);
        return isNumber && units >= 0 && units * _scale < long.MaxValue ? (long)Math.Round(units * _scale) : -1;
    }

    /// <summary>A request as its lines tell of it: from the first on, with the worst outcome.</summary>
    private readonly record struct MergedRequest(long Time, int Status, long Duration, byte[] Path, byte[] Client)
    {
        public MergedRequest With(MergedRequest other) => new(
            Math.Min(Time, other.Time),
            Badness(other.Status) > Badness(Status) ? other.Status : Status,
            Math.Max(Duration, other.Duration),
            Path.Length > 0 ? Path : other.Path,
            Client.Length > 0 ? Client : other.Client);

        private static int Badness(int status) => status < 100 ? 1000 : status;
    }
}
