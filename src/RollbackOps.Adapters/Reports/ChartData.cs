using System.Text.Json;
using System.Text.Json.Serialization;
using RollbackOps.Incidents;

namespace RollbackOps.Adapters.Reports;

/// <summary>A series as the page's script draws it.</summary>
internal sealed record ChartData
{
    /// <summary>Where each stretch begins, in seconds since 1970; a closing one ends the last.</summary>
    public required IReadOnlyList<double> T { get; init; }

    /// <summary>Error rates in percent; null is a gap.</summary>
    public required IReadOnlyList<double?> Rate { get; init; }

    /// <summary>95th percentiles in milliseconds; null is a gap.</summary>
    public required IReadOnlyList<double?> P95 { get; init; }

    /// <summary>Requests a second; null is a gap.</summary>
    public required IReadOnlyList<double?> Rps { get; init; }

    public required IReadOnlyList<long> Requests { get; init; }

    public required IReadOnlyList<long> Errors { get; init; }

    /// <summary>The error rates of the assess and the immediate tier, in percent.</summary>
    public required IReadOnlyList<double> Thresholds { get; init; }

    /// <summary>The limit of slow answers in milliseconds, or null.</summary>
    public double? Slow { get; init; }

    public required IReadOnlyList<ChartMarker> Markers { get; init; }

    /// <summary>The series and what is marked in it; what nobody measured is a gap.</summary>
    public static ChartData Of(TrafficSeries traffic, IReadOnlyList<TimelineEntry> marked)
    {
        var points = new List<(DateTimeOffset At, TrafficPoint? Point)>();
        DateTimeOffset? reached = null;
        foreach (var point in traffic.Points)
        {
            if (reached < point.At)
            {
                points.Add((reached.Value, null));
            }

            points.Add((point.At, point));
            reached = point.At + point.Length;
        }

        // A step holds to the next point: the last one needs one to hold to.
        points.Add((reached!.Value, traffic.Points[^1]));
        return new ChartData
        {
            T = [.. points.Select(one => Seconds(one.At))],
            Rate = [.. points.Select(one => Rounded(one.Point?.ErrorRatePercent))],
            P95 = [.. points.Select(one => Rounded(one.Point?.P95?.TotalMilliseconds))],
            Rps = [.. points.Select(one => Rounded(one.Point?.RequestsPerSecond))],
            Requests = [.. points.Select(one => one.Point?.Requests ?? 0)],
            Errors = [.. points.Select(one => one.Point?.Errors ?? 0)],
            Thresholds = [.. traffic.ErrorThresholdsPercent.Skip(1)],
            Slow = traffic.SlowLimit?.TotalMilliseconds,
            Markers = [.. marked.Select(entry => new ChartMarker(Seconds(entry.At)))],
        };
    }

    /// <summary>As JSON that may stand within a script element: no character of mark-up is left in it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ChartJson.Default.ChartData);

    private static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;

    private static double? Rounded(double? value) => value is { } known ? Math.Round(known, 4) : null;
}

/// <summary>A moment that is marked in the charts.</summary>
internal sealed record ChartMarker(double T);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ChartData))]
internal sealed partial class ChartJson : JsonSerializerContext;
