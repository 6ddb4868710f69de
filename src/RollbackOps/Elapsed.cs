using System.Globalization;

namespace RollbackOps;

/// <summary>A length of time in the words that a sentence needs: how old something is, how far off.</summary>
internal static class Elapsed
{
    public static string Told(TimeSpan time) => time.TotalHours switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} minutes"),
        < 48 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} hours"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0} days"),
    };
}
