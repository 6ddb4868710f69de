using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RollbackOps.Configuration;

/// <summary>
/// The one notation of durations: <c>90s</c>, <c>5m</c>, <c>1h30m</c>, <c>250ms</c>, <c>2d</c>; also
/// <c>00:05:00</c> and ISO 8601's <c>PT5M</c>. A bare number is refused: nobody can tell its unit.
/// </summary>
public static class Duration
{
    /// <summary>The notation as a regular expression that both .NET and ECMAScript understand.</summary>
    internal const string Pattern =
        "^(?:(?=[0-9])(?:[0-9]+d)?(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?(?:[0-9]+ms)?"
        + @"|(?:[0-9]+\.)?(?:[01]?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,7})?"
        + "|P(?=[0-9T])(?:[0-9]+D)?(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+S)?)?)$";

    // Interpreted: for a few texts per process that is far quicker than compiling the pattern's code.
    private static readonly Lazy<Regex> s_notation = new(() => new Regex(Pattern, RegexOptions.CultureInvariant));

    private static readonly (string Unit, long Ticks)[] s_units =
    [
        ("d", TimeSpan.TicksPerDay),
        ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond),
    ];

    /// <summary>Reads a duration; false for anything else, a bare number and a negative duration included.</summary>
    /// <param name="text">The text, without blanks around it.</param>
    /// <param name="duration">The duration, or zero.</param>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (string.IsNullOrEmpty(text) || !IsWritten(text))
        {
            return false;
        }

        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TryParseClock(text, out duration);
        }

        // Inside "P…" a month would read like minutes; the pattern lets M stand behind T only.
        return TryAdd(text.TrimStart('P').Replace("T", null, StringComparison.Ordinal), out duration);
    }

    /// <summary>The shortest notation of a duration; <see cref="TryParse"/> reads it back as the same value.</summary>
    /// <param name="duration">The duration; a negative one gets a minus sign, which <see cref="TryParse"/> refuses.</param>
    public static string Format(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
        {
            return duration == TimeSpan.MinValue
                ? duration.ToString("c", CultureInfo.InvariantCulture)
                : "-" + Format(duration.Negate());
        }

        if (duration.Ticks % TimeSpan.TicksPerMillisecond != 0)
        {
            return duration.ToString("c", CultureInfo.InvariantCulture);
        }

        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        var text = new StringBuilder();
        var left = duration.Ticks;
        foreach (var (unit, ticks) in s_units)
        {
            if (left >= ticks)
            {
                text.Append(CultureInfo.InvariantCulture, $"{left / ticks}{unit}");
                left %= ticks;
            }
        }

        // 90 seconds are said as seconds, not as 1m30s: that is how the procedure and people say it.
        return duration.Ticks % TimeSpan.TicksPerSecond == 0 && duration < TimeSpan.FromMinutes(2)
            && duration > TimeSpan.FromMinutes(1)
            ? $"{(long)duration.TotalSeconds}s"
            : text.ToString();
    }

    /// <summary>Whether a text is in the notation; it may still be too long to be held.</summary>
    internal static bool IsWritten(string text) =>
        // In .NET "$" also matches before a final line feed.
        s_notation.Value.Match(text) is { Success: true } match && match.Length == text.Length;

    private static bool TryParseClock(string text, out TimeSpan duration)
    {
        var clock = text.Split(':');
        // The standard form wants two digits for the hour.
        if (clock[0].Length == 1 || clock[0][^2] == '.')
        {
            text = text.Insert(clock[0].Length - 1, "0");
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration);
    }

    private static bool TryAdd(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var ticks = 0L;
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            var letters = rest[digits..].IndexOfAnyInRange('0', '9');
            var end = letters < 0 ? rest.Length : digits + letters;
            var unit = TicksOf(rest[digits..end]);
            if (!long.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                || count > (long.MaxValue - ticks) / unit)
            {
                return false;
            }

            ticks += count * unit;
            rest = rest[end..];
        }

        duration = TimeSpan.FromTicks(ticks);
        return true;
    }

    private static long TicksOf(ReadOnlySpan<char> unit)
    {
        foreach (var (name, ticks) in s_units)
        {
            if (unit.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return ticks;
            }
        }

        throw new FormatException($"'{unit}' is no unit of time.");
    }
}
