using System.Globalization;

namespace RollbackOps.Configuration;

/// <summary>Dotted paths of settings: <c>health.checks[0].name</c>; safe to show.</summary>
internal static class SettingPath
{
    private const int LongestName = 80;

    public static string Property(string path, string name)
    {
        // A token that slid into the place of a name must not be shown either (S40).
        var shown = LiteralSecret.Find(name) is null ? Inert.Line(name) : "<secret>";
        if (shown.Length > LongestName)
        {
            shown = shown[..LongestName] + "…";
        }

        return path.Length == 0 ? shown : $"{path}.{shown}";
    }

    public static string Item(string path, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");
}
