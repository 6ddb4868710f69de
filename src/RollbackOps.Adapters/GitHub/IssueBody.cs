using System.Globalization;
using System.Text.RegularExpressions;

namespace RollbackOps.Adapters.GitHub;

/// <summary>An issue's body: the report between two hidden marks, and below it what people write.</summary>
internal static partial class IssueBody
{
    /// <summary>GitHub takes 65,536 characters; some are left for what people write.</summary>
    public const int Longest = 60_000;

    /// <summary>The most that GitHub takes.</summary>
    public const int Most = 65_536;

    private const string End = "<!-- rollbackops:end -->";
    private const string Hint = "*This part is written anew with each report. Write below it.*";

    /// <summary>The mark by which an incident's issue is found again.</summary>
    public static string MarkOf(string incidentId) => $"<!-- rollbackops:incident {Plain().Replace(incidentId, "-")} -->";

    /// <summary>Whether a body is the incident's.</summary>
    public static bool IsOf(string? body, string incidentId) => body?.Contains(MarkOf(incidentId), StringComparison.Ordinal) == true;

    /// <summary>A body with the report in it.</summary>
    /// <param name="incidentId">The incident.</param>
    /// <param name="markdown">The report.</param>
    /// <param name="former">The body as it is, or null for a new issue.</param>
    public static string Of(string incidentId, string markdown, string? former)
    {
        var mark = MarkOf(incidentId);
        var written = $"{mark}\n{Cut(markdown)}\n{Hint}\n{End}\n";
        if (former is null || former.IndexOf(mark, StringComparison.Ordinal) is not (>= 0 and var begin))
        {
            return written;
        }

        var end = former.IndexOf(End, begin, StringComparison.Ordinal);
        // Where the end is gone, nobody can tell the report from what people wrote: all of it stays.
        var (above, below) = end < 0 ? ("", former[(begin + mark.Length)..]) : (former[..begin], former[(end + End.Length)..].TrimStart('\n', '\r'));
        var whole = above + written + (below.Length == 0 ? "" : "\n" + below);
        return whole.Length <= Most ? whole : above + $"{mark}\n{Cut(markdown, Longest - above.Length - below.Length)}\n{Hint}\n{End}\n\n{below}";
    }

    /// <summary>As many whole sections as there is room for, and a word that the rest is left out.</summary>
    private static string Cut(string markdown, int most = Longest)
    {
        if (markdown.Length <= most)
        {
            return markdown;
        }

        var end = markdown.LastIndexOf("\n## ", Math.Max(0, most - 1), StringComparison.Ordinal);
        var kept = end > 0 ? markdown[..(end + 1)] : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{kept}\n*The report has {markdown.Length} characters, more than an issue takes. The rest is in its files.*\n");
    }

    [GeneratedRegex("[^A-Za-z0-9._:]+")]
    private static partial Regex Plain();
}
