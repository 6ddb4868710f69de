using System.Globalization;

namespace RollbackOps.Adapters.Prometheus;

/// <summary>What a status label says: 503, or only 5xx.</summary>
internal static class Statuses
{
    /// <summary>The status, of a class its first; null where it says nothing.</summary>
    public static int? Of(string label) =>
        int.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var status) ? status
        : label is [>= '1' and <= '5', 'x' or 'X', 'x' or 'X'] ? (label[0] - '0') * 100
        : null;

    /// <summary>Whether it is an error: 500 and more, or no answer (decisions.md §1).</summary>
    public static bool IsError(int status) => status is < 100 or >= 500;

    /// <summary>Whether the request was refused, which is counted apart.</summary>
    public static bool IsRefused(int status) => status is 401 or 403;
}
