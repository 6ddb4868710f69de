using RollbackOps.Configuration;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Prometheus;

/// <summary>Requests, errors and slow answers in cells, from what counters counted.</summary>
internal sealed class Traffic
{
    private readonly PrometheusSettings _settings;
    private readonly Grid _grid;
    private readonly long[] _requests;
    private readonly long[] _errors;
    private readonly long[] _refused;
    private readonly bool[] _whole;
    private readonly AnswerTimes _times;
    private readonly List<string> _notes;
    private readonly bool _isPartial;

    /// <exception cref="RollbackOpsException"><see cref="ErrorId.MetricsMissing"/>.</exception>
    public Traffic(PrometheusSettings settings, PromQl queries, Grid grid, WireAnswer requests, WireAnswer? errors, WireAnswer buckets)
    {
        (_settings, _grid) = (settings, grid);
        var answers = new[] { requests, errors, buckets }.OfType<WireAnswer>().ToList();
        _notes = NotesOf(answers);
        _isPartial = answers.Exists(answer => answer.Warnings is { Count: > 0 });
        var counters = new Counters(grid, Series.Of(requests, grid), settings.StatusLabel);
        if (counters.All.Count == 0)
        {
            throw PrometheusErrors.Missing(queries.Requests, "no such series",
                "Check prometheus.metric and prometheus.selector, or set prometheus.queries.requests.");
        }

        var counted = counters.Count();
        if (errors is null && counted.All(one => Statuses.Of(one.Series[settings.StatusLabel]) is null))
        {
            throw PrometheusErrors.Missing(queries.Requests, $"no status in the label '{settings.StatusLabel}' of the requests",
                "Name the label with prometheus.statusLabel (status, status_code), or set prometheus.queries.errors.");
        }

        var failed = errors is null
            ? counted.Where(one => Statuses.Of(one.Series[settings.StatusLabel]) is { } status && Statuses.IsError(status)).Select(one => one.Counts)
            : Others(counters, errors, grid);
        _whole = counters.Whole;
        _requests = Sum(counted.Select(one => one.Counts));
        _errors = [.. Sum(failed).Zip(_requests, Math.Min)];
        _refused = Sum(counted
            .Where(one => Statuses.Of(one.Series[settings.StatusLabel]) is { } status && Statuses.IsRefused(status))
            .Select(one => one.Counts));
        if (counters.Broken > 0)
        {
            _notes.Add($"{counters.Broken} cells are left out: a counter fell without starting anew; let the query give a series each process, for example sum by (instance)");
        }

        _times = new AnswerTimes(new Counters(grid, Series.Of(buckets, grid), PromQl.Bucket).Count(),
            settings.Histogram.EndsWith("_milliseconds", StringComparison.Ordinal) ? 1e-3 : 1);
    }

    /// <summary>What the server itself remarks.</summary>
    public static List<string> NotesOf(IEnumerable<WireAnswer> answers) =>
    [
        .. answers.SelectMany(answer => (answer.Warnings ?? []).Select(text => $"partial: {Inert.Line(text)}")
            .Concat((answer.Infos ?? []).Select(Inert.Line))).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>What was counted.</summary>
    /// <param name="source">Where it comes from, in words.</param>
    /// <param name="slowLimit">An answer that takes longer is slow.</param>
    /// <param name="newest">When the newest sample was taken, where that is known.</param>
    public Measurement ToMeasurement(string source, TimeSpan slowLimit, DateTimeOffset? newest)
    {
        var slow = _times.IsKnown ? _times.Slow(slowLimit) : null;
        var cells = Enumerable.Range(0, _grid.Cells).Where(cell => _whole[cell]).Select(cell => new TrafficCell
        {
            At = _grid.At(cell),
            Length = Grid.Cell,
            Requests = _requests[cell],
            Errors = _errors[cell],
            Slow = slow is null ? 0 : Math.Min(slow[cell], _requests[cell]),
            Refused = _refused[cell],
        }).ToList();
        if (cells.Count == 0)
        {
            throw PrometheusErrors.Missing(new PromQl(_settings).Requests, "no two samples in a row",
                "Look at the target's state in Prometheus (Status, Targets), or take a longer window.");
        }

        var quantiles = _times.IsKnown ? new[] { 50.0, 95, 99 }.Select(_times.QuantileOf).OfType<Quantile>().ToList() : [];
        var end = cells[^1].At + Grid.Cell;
        var made = Measurement.FromCounts(source, _grid.From, end, cells.Sum(cell => cell.Requests), cells.Sum(cell => cell.Errors));
        return made with
        {
            Cells = cells,
            Minutes = Minutes(cells),
            Slow = slow is null ? null : cells.Sum(cell => cell.Slow),
            SlowLimit = slow is null ? null : slowLimit,
            Quantiles = quantiles,
            P95 = quantiles.Find(quantile => quantile.Percent == 95)?.Value,
            Refused = cells.Sum(cell => cell.Refused),
            Newest = newest ?? end,
            IsPartial = _isPartial,
            Notes = [.. _notes, .. TimeNotes(slowLimit), "clients are not known"],
        };
    }

    private IEnumerable<string> TimeNotes(TimeSpan slowLimit)
    {
        if (!_times.IsKnown)
        {
            return [$"answer times are not known: there is no histogram {_settings.Histogram}"];
        }

        return _times.NoteOf(slowLimit) is { } note ? [note] : [];
    }

    private List<double[]> Others(Counters counters, WireAnswer errors, Grid grid)
    {
        var series = Series.Of(errors, grid);
        if (series.Count == 0)
        {
            _notes.Add("the query for errors gave no series: nothing failed yet, or it is wrong");
        }

        return [.. counters.CountOthers(series)];
    }

    private long[] Sum(IEnumerable<double[]> all)
    {
        var sums = new double[_grid.Cells];
        foreach (var one in all)
        {
            for (var cell = 0; cell < sums.Length; cell++)
            {
                sums[cell] += one[cell];
            }
        }

        return [.. sums.Select(sum => (long)Math.Round(sum, MidpointRounding.AwayFromZero))];
    }

    /// <summary>Whole minutes from the first cell on; one that lacks a cell is left out.</summary>
    private List<TrafficCell> Minutes(List<TrafficCell> cells)
    {
        var minute = TimeSpan.FromMinutes(1);
        return
        [
            .. cells.GroupBy(cell => (cell.At - cells[0].At).Ticks / minute.Ticks)
                .Where(group => group.Count() == minute.Ticks / Grid.Cell.Ticks)
                .Select(group => new TrafficCell
                {
                    At = group.First().At,
                    Length = minute,
                    Requests = group.Sum(cell => cell.Requests),
                    Errors = group.Sum(cell => cell.Errors),
                    Slow = group.Sum(cell => cell.Slow),
                    P95 = _times.IsKnown ? _times.P95((int)((group.First().At - _grid.From).Ticks / Grid.Cell.Ticks), group.Count()) : null,
                    Refused = group.Sum(cell => cell.Refused),
                }),
        ];
    }
}
