using RollbackOps.Signals;

namespace RollbackOps.Adapters.Logs;

/// <summary>What several logs say together.</summary>
internal sealed class LogCounts
{
    private readonly LogQuery _query;
    private LineCounter _all;
    private bool _isEmpty = true;
    private long _ahead;

    public LogCounts(LogQuery query)
    {
        _query = query;
        _all = new LineCounter(query, fields: null);
    }

    /// <summary>Adds what a counter counted, which is not used afterwards.</summary>
    /// <param name="counter">The counter.</param>
    /// <param name="isToTheEnd">Whether the window reaches to the log's end: what is later still is of a clock that is ahead.</param>
    public void Add(LineCounter counter, bool isToTheEnd)
    {
        _ahead += isToTheEnd ? counter.Later : 0;
        if (_isEmpty)
        {
            (_all, _isEmpty) = (counter, false);
        }
        else
        {
            _all.Add(counter);
        }
    }

    /// <summary>The measurement, unless too many lines cannot be read (S32).</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.LogUnreadable"/>.</exception>
    public Measurement ToMeasurement(string source)
    {
        _all.CountMerged();
        var percent = _all.Lines + _all.TooLong == 0 ? 0 : 100.0 * _all.Unreadable / (_all.Lines + _all.TooLong);
        var skipped = Skipped().Where(one => one.Count > 0).ToList();
        if (_query.Fields is { } named && _all.OtherLines > 0 && _all.OtherLines + _all.Torn >= _all.Lines)
        {
            // Named by somebody, and never seen: a name that is wrong is no silence.
            throw new RollbackOpsException(ErrorId.LogUnreadable,
                $"None of the {_all.Lines} lines of {source} has the field '{Inert.Line(named.Status)}' that was named for the status.",
                "Check -StatusField; a dot leads into an object: res.statusCode.", source);
        }

        return percent > _query.MaxUnreadablePercent
            ? throw new RollbackOpsException(ErrorId.LogUnreadable,
                $"{percent:0.#} % of {_all.Lines + _all.TooLong} lines of {source} cannot be read: {string.Join(", ", skipped.Where(one => one.IsUnreadable))}.",
                "Check -Format and the fields, or allow more with -MaxUnreadablePercent.", source)
            : _all.Tally.ToMeasurement(source) with { Lines = _all.Lines + _all.TooLong, Skipped = skipped };
    }

    private IEnumerable<SkippedLines> Skipped() =>
    [
        new() { Reason = "not in the format", Count = _all.Malformed, IsUnreadable = true },
        new() { Reason = "longer than 4 MB", Count = _all.TooLong, IsUnreadable = true },
        new() { Reason = "without a readable time", Count = _all.WithoutTime, IsUnreadable = true },
        new() { Reason = "without a readable status", Count = _all.WithoutStatus, IsUnreadable = true },
        new() { Reason = "torn at the begin or end", Count = _all.Torn, IsUnreadable = false },
        new() { Reason = "telling of no request", Count = _all.OtherLines, IsUnreadable = false },
        new() { Reason = "ahead of the window's end", Count = _ahead, IsUnreadable = false },
        new() { Reason = "of health paths", Count = _all.OwnProbes, IsUnreadable = false },
    ];
}
