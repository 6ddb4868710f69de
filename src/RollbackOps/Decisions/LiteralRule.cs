using System.Globalization;
using RollbackOps.Signals;

namespace RollbackOps.Decisions;

/// <summary>
/// The written table to the letter: "rate ≥ θ for D" (decisions.md §2). It holds when D has passed in full, there were
/// requests, the rate over the last D reaches θ, and no minute of D speaks against it.
/// </summary>
internal static class LiteralRule
{
    private const long LeastOfASilentMinute = 20;
    private const double Doubt = 0.05;

    /// <summary>How far a measurement satisfies "rate ≥ θ for D".</summary>
    /// <param name="measurement">The measurement; its window ends now.</param>
    /// <param name="threshold">θ, in percent.</param>
    /// <param name="duration">D.</param>
    /// <param name="isStrict">Whether the rate must exceed θ: the 5 % row and p95.</param>
    public static (bool Holds, string Why) Holds(
        Measurement measurement, double threshold, TimeSpan duration, bool isStrict)
    {
        var sign = isStrict ? ">" : "≥";
        if (measurement.ErrorRatePercent is not { } wholeRate)
        {
            return (false, "no requests");
        }

        if (measurement.Length < duration)
        {
            return (false, Text($"{wholeRate:0.##} % for {Minutes(measurement.Length)} of {Minutes(duration)}"));
        }

        if (measurement.GapSince(measurement.To - duration) is { } gap)
        {
            return (false, Text($"no data from {gap:HH:mm:ss} on: a gap in the last {Minutes(duration)}"));
        }

        var (requests, errors, minutes) = Trailing(measurement, duration);
        if (requests == 0)
        {
            return (false, "no requests");
        }

        var rate = requests is { } n ? 100.0 * errors!.Value / n : wholeRate;
        if (isStrict ? rate <= threshold : rate < threshold)
        {
            return (false, Text($"{rate:0.##} % is not {sign} {threshold:0.##} % over {Minutes(duration)}"));
        }

        var against = minutes.FirstOrDefault(minute => SpeaksAgainst(minute.Requests, minute.Errors, threshold / 100));
        return against is null
            ? (true, Text($"{rate:0.##} % {sign} {threshold:0.##} % over {Minutes(duration)}"))
            : (false, Text($"{rate:0.##} % over {Minutes(duration)}, but the minute from {against.At:HH:mm:ss} had {against.Errors} errors in {against.Requests} requests"));
    }

    /// <summary>A minute speaks against a rate when its own count makes that rate implausible.</summary>
    public static bool SpeaksAgainst(long requests, long errors, double rate) =>
        (requests >= LeastOfASilentMinute && errors == 0)
        || (errors < rate * requests && Binomial.AtMost(errors, requests, rate) <= Doubt);

    /// <summary>The counts of the last D, and its minutes counted back from the end.</summary>
    private static (long? Requests, long? Errors, List<TrafficCell> Minutes) Trailing(
        Measurement measurement, TimeSpan duration)
    {
        if (measurement.Cells.Count == 0)
        {
            return (measurement.Requests, measurement.Errors, []);
        }

        var begin = measurement.To - duration;
        var cells = measurement.Cells.Where(cell => cell.At >= begin).ToList();
        var minutes = cells
            .GroupBy(cell => (long)Math.Ceiling((measurement.To - cell.At).TotalMinutes))
            .Select(minute => new TrafficCell
            {
                At = minute.Min(cell => cell.At),
                Length = TimeSpan.FromMinutes(1),
                Requests = minute.Sum(cell => cell.Requests),
                Errors = minute.Sum(cell => cell.Errors),
            })
            .ToList();
        return (cells.Sum(cell => cell.Requests), cells.Sum(cell => cell.Errors), minutes);
    }

    private static string Minutes(TimeSpan length) => Text($"{length.TotalMinutes:0.#} min");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
