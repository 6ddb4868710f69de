namespace RollbackOps.Adapters.Prometheus;

/// <summary>A series on the points of a grid.</summary>
/// <param name="Labels">Its labels.</param>
/// <param name="Values">Its value at each point; no number where it has none: missing, stale, or none in the metric itself.</param>
internal sealed record Series(IReadOnlyDictionary<string, string> Labels, double[] Values)
{
    /// <summary>The series of an answer.</summary>
    public static List<Series> Of(WireAnswer answer, Grid grid) => [.. answer.Data!.Result!.Select(wire => Of(wire, grid))];

    /// <summary>A label's value, empty where the series lacks it, as PromQL has it.</summary>
    public string this[string label] => Labels.TryGetValue(label, out var value) ? value : string.Empty;

    /// <summary>What it has in common with the series that only the given labels tell it apart from.</summary>
    public string GroupWithout(params IReadOnlyList<string> labels) => string.Join('\n', Labels
        .Where(label => !labels.Contains(label.Key) && label.Key != "__name__")
        .OrderBy(label => label.Key, StringComparer.Ordinal)
        .Select(label => $"{label.Key}={label.Value}"));

    private static Series Of(WireSeries wire, Grid grid)
    {
        var values = new double[grid.Cells + 1];
        Array.Fill(values, double.NaN);
        foreach (var sample in wire.Values ?? [])
        {
            if (grid.PointOf(sample.Time) is { } point)
            {
                values[point] = sample.Value;
            }
        }

        return new Series(wire.Metric ?? new Dictionary<string, string>(), values);
    }
}
