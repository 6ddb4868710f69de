using System.Globalization;
using System.Text.RegularExpressions;

namespace RollbackOps.Databases;

/// <summary>The names of backups: <c>db-snapshot-&lt;UTC timestamp&gt;</c> (the procedure).</summary>
internal static partial class BackupName
{
    /// <summary>What every backup's name begins with.</summary>
    public const string Prefix = "db-snapshot-";

    private static readonly string[] s_forms =
    [
        "yyyyMMdd'T'HHmmss", "yyyyMMddHHmmss", "yyyy-MM-dd'T'HH-mm-ss", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'_'HH-mm-ss",
        "yyyy-MM-dd-HHmmss", "yyyyMMdd'-'HHmmss", "yyyyMMdd'_'HHmmss", "yyyy-MM-dd", "yyyyMMdd",
    ];

    /// <summary>The name of a backup begun at a moment.</summary>
    public static string At(DateTimeOffset moment) =>
        Prefix + moment.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The moment that a name states, UTC, or null: seconds or milliseconds since 1970, or a date.</summary>
    public static DateTimeOffset? Moment(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var stamp = Ending().Replace(name[Prefix.Length..], string.Empty);
        if (DateTimeOffset.TryParseExact(stamp, s_forms, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment))
        {
            return moment;
        }

        return stamp.Length is 10 or 13 && long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            ? stamp.Length == 10 ? DateTimeOffset.FromUnixTimeSeconds(epoch) : DateTimeOffset.FromUnixTimeMilliseconds(epoch)
            : null;
    }

    /// <summary>A zone of UTC with fractions of a second before it and the number of a further backup behind it.</summary>
    [GeneratedRegex(@"([.-][0-9]{3})?Z(-[0-9]{1,2})?$")]
    private static partial Regex Ending();
}
