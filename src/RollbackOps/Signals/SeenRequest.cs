using System.Text;

namespace RollbackOps.Signals;

/// <summary>A request that was seen.</summary>
/// <param name="At">When.</param>
/// <param name="Status">The HTTP status; below 100 is no answer.</param>
/// <param name="Microseconds">How long the answer took; below 0 is unknown.</param>
/// <param name="Path">The path.</param>
internal readonly record struct SeenRequest(DateTimeOffset At, int Status, long Microseconds, string Path)
{
    /// <summary>A probe as a request: a check that fails is an error, whatever the status it fails with.</summary>
    public static SeenRequest Of(HealthCheckResult result) => new(
        result.At,
        result.Status == CheckStatus.Passed ? 200 : result.StatusCode is null ? 0 : 500,
        (long)result.Duration.TotalMicroseconds,
        result.Address.AbsolutePath);

    /// <summary>What requests of a window come to.</summary>
    public static Measurement Measure(
        IEnumerable<SeenRequest> requests, string source, DateTimeOffset from, DateTimeOffset to, TimeSpan slowLimit)
    {
        var tally = new TrafficTally(from, to, slowLimit, isTotalsOnly: false);
        foreach (var one in requests)
        {
            tally.Add(one.At.UtcTicks, one.Status, one.Microseconds, Encoding.UTF8.GetBytes(one.Path), []);
        }

        return tally.ToMeasurement(source);
    }
}
