using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Prometheus;

/// <summary>Measures a service by its metrics in Prometheus: the traffic in cells, stated rates, and resources.</summary>
internal sealed class PrometheusReader : IMetricsReader, IDisposable
{
    private readonly PrometheusSettings _settings;
    private readonly PrometheusClient _client;
    private readonly PromQl _queries;

    public PrometheusReader(
        PrometheusSettings settings, ISecretSource secrets, TimeProvider clock, HttpMessageHandler? handler = null)
    {
        _settings = settings;
        _client = new PrometheusClient(settings, secrets, clock, handler);
        _queries = new PromQl(settings);
    }

    public Action<string>? Tell
    {
        set => _client.Tell = value;
    }

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(MetricsQuery query, CancellationToken cancellationToken)
    {
        await using var sideBySide = new SideBySide(cancellationToken);
        var measuring = new List<Task<Measurement?>>();
        if (_queries.HasCounters)
        {
            measuring.Add(sideBySide.Begin<Measurement?>(async token => await TrafficAsync(query, token)));
        }

        if (_queries.ErrorRatePercent is { } rate)
        {
            measuring.Add(sideBySide.Begin(token => StatedAsync(rate, "error rate", query, query.RateFor, Mean,
                (made, percent) => made with { ErrorRatePercent = Math.Clamp(percent, 0, 100) }, token)));
        }

        if (_queries.P95 is { } p95)
        {
            measuring.Add(sideBySide.Begin(token => StatedAsync(p95, "p95", query, query.HeldFor, values => values.Min(),
                (made, seconds) => made with { P95 = TimeSpan.FromSeconds(Math.Max(0, seconds)) }, token)));
        }

        if (_queries.Memory is { } memory)
        {
            measuring.Add(sideBySide.Begin(token => ResourceAsync(memory, "memory", query, token)));
        }

        if (_queries.Cpu is { } cpu)
        {
            measuring.Add(sideBySide.Begin(token => ResourceAsync(cpu, "CPU", query, token)));
        }

        var measured = new List<Measurement>();
        foreach (var one in measuring)
        {
            if (await one is { } measurement)
            {
                measured.Add(measurement);
            }
        }

        return measured;
    }

    public void Dispose() => _client.Dispose();

    private async Task<Measurement> TrafficAsync(MetricsQuery query, CancellationToken cancellationToken)
    {
        var newest = await NewestAsync(query.To, cancellationToken);
        // What was scraped last is all there is: cells after it would look like silence.
        var end = newest is { } scraped && Grid.Up(scraped) < query.To ? Grid.Up(scraped) : query.To;
        var grid = new Grid(query.From, end);
        if (grid.Cells == 0)
        {
            throw PrometheusErrors.Missing(_queries.Requests,
                newest is null ? "no such series" : $"nothing newer than {newest:u}",
                "Look at the target's state in Prometheus (Status, Targets).");
        }

        await using var sideBySide = new SideBySide(cancellationToken);
        var requests = sideBySide.Begin(token => RangeAsync(_queries.Requests, grid, token));
        var errors = _queries.Errors is { } failed ? sideBySide.Begin(token => RangeAsync(failed, grid, token)) : null;
        var buckets = sideBySide.Begin(token => RangeAsync(_queries.Buckets, grid, token));
        var traffic = new Traffic(_settings, _queries, grid, await requests, errors is null ? null : await errors, await buckets);
        return traffic.ToMeasurement(SourceOf("requests"), query.SlowLimit, newest);
    }

    /// <summary>When the newest sample was taken; null where it cannot be told.</summary>
    private async Task<DateTimeOffset?> NewestAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (_queries.Newest is not { } query)
        {
            return null;
        }

        var answer = await _client.QueryAsync(query, at, cancellationToken);
        return answer.Data!.Result is [{ Value: { } sample }] && !double.IsNaN(sample.Value)
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(sample.Value * 1000))
            : null;
    }

    /// <summary>The use of a resource: of the instance that used most all the time, and what was usual before go-live.</summary>
    private async Task<Measurement?> ResourceAsync(
        string promql, string name, MetricsQuery query, CancellationToken cancellationToken)
    {
        var grid = new Grid(query.From, query.To);
        var answer = await RangeAsync(promql, grid, cancellationToken);
        var held = (int)(query.HeldFor.Ticks / Grid.Cell.Ticks);
        var best = Series.Of(answer, grid)
            .Select(series => (Series: series, Held: Last(series, held)))
            .Where(one => one.Held.Count == held)
            .OrderByDescending(one => one.Held.Min())
            .FirstOrDefault();
        if (best.Series is null)
        {
            return null;
        }

        var before = best.Series.Values.Where((value, point) => !double.IsNaN(value) && grid.At(point) < query.GoLive).Order().ToList();
        return Window(grid.To - query.HeldFor, grid.To, name, answer) with
        {
            Resource = best.Series["instance"] is { Length: > 0 } instance ? $"{name} of {Inert.Line(instance)}" : name,
            ResourcePercent = best.Held.Min(),
            UsualResourcePercent = before.Count == 0 ? null : before[(int)QuantileRanks.Of(before.Count, 95).Value - 1],
        };
    }

    /// <summary>A number that is taken at its word, over the time it has to have held; null where it was not there all along.</summary>
    private async Task<Measurement?> StatedAsync(
        string promql, string name, MetricsQuery query, TimeSpan length, Func<IReadOnlyList<double>, double> sum,
        Func<Measurement, double, Measurement> set, CancellationToken cancellationToken)
    {
        var grid = new Grid(query.To - length, query.To);
        var answer = await RangeAsync(promql, grid, cancellationToken);
        var series = Series.Of(answer, grid);
        if (series.Count > 1)
        {
            throw new RollbackOpsException(ErrorId.MetricsUnreadable,
                $"The query for the {name} gives {series.Count} series, and one is needed: {promql}",
                "Sum them in the query, for example with sum() or max().", promql);
        }

        return series is [{ } one] && Last(one, grid.Cells) is var values && values.Count == grid.Cells
            ? set(Window(grid.To - length, grid.To, name, answer), sum(values))
            : null;
    }

    private static double Mean(IReadOnlyList<double> values) => values.Average();

    /// <summary>The last values of a series, as far as there are any.</summary>
    private static List<double> Last(Series series, int count) =>
        [.. series.Values[^Math.Min(count, series.Values.Length)..].Where(value => !double.IsNaN(value))];

    private Task<WireAnswer> RangeAsync(string query, Grid grid, CancellationToken cancellationToken) =>
        _client.QueryRangeAsync(query, grid.From, grid.To, Grid.Cell, cancellationToken);

    private Measurement Window(DateTimeOffset from, DateTimeOffset to, string name, WireAnswer answer) => new()
    {
        Source = SourceOf(name),
        From = from,
        To = to,
        Newest = to,
        Notes = Traffic.NotesOf([answer]),
        IsPartial = answer.Warnings is { Count: > 0 },
    };

    private string SourceOf(string what) => string.Create(CultureInfo.InvariantCulture, $"Prometheus {_settings.Address.Authority}: {what}");
}
