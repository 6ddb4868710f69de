using System.Globalization;

namespace RollbackOps.Adapters.Reports;

/// <summary>How times, lengths and numbers are written in a report: UTC, and with the unit.</summary>
internal static class ReportFormat
{
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>For machines: the <c>datetime</c> attribute.</summary>
    public static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Length(TimeSpan length) => length switch
    {
        _ when length < TimeSpan.FromSeconds(1) => string.Create(CultureInfo.InvariantCulture, $"{length.TotalMilliseconds:0} ms"),
        _ when length < TimeSpan.FromMinutes(1) => string.Create(CultureInfo.InvariantCulture, $"{length.TotalSeconds:0.0} s"),
        _ when length < TimeSpan.FromHours(1) => string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalMinutes} min {length.Seconds} s"),
        _ when length < TimeSpan.FromDays(2) => string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalHours} h {length.Minutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)length.TotalDays} d {length.Hours} h"),
    };

    public static string Percent(double? percent) =>
        percent is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0.##} %") : "no request";

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>An enumeration's name in words: <c>PartiallyRolledBack</c> is "Partially rolled back".</summary>
    public static string Words(Enum value)
    {
        var name = value.ToString();
        var words = string.Concat(name.Select((letter, i) =>
            i > 0 && char.IsUpper(letter) && !char.IsUpper(name[i - 1]) ? $" {char.ToLowerInvariant(letter)}" : letter.ToString()));
        return words;
    }
}
