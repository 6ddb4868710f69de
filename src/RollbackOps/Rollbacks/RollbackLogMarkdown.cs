using System.Globalization;
using System.Text;

namespace RollbackOps.Rollbacks;

/// <summary>The rollback log as Markdown, in the written template's layout. Foreign text in it is inert (S43).</summary>
internal static class RollbackLogMarkdown
{
    // Two blanks before a line's end keep the template's lines apart.
    private const string Break = "  \n";

    /// <summary>One entry.</summary>
    public static string Of(RollbackLogEntry entry)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## {(entry.Kind == RollbackLogKind.Restore ? "Restore" : "Rollback")} #{entry.Number}\n\n");
        Line("Date", entry.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Line("Time", string.Create(CultureInfo.InvariantCulture, $"{entry.Time:HH:mm} UTC"));
        Line("Duration", Words(entry.Duration));
        Line("Previous Deployment", entry.PreviousDeployment);
        Line("Rollback Target", entry.RollbackTarget);
        Line("Reason", entry.Reason);
        Line("Status", StatusOf(entry.Status));
        Line("Actions Taken", entry.ActionsTaken);
        Line("Post-Mortem", entry.PostMortem);
        text.Append(CultureInfo.InvariantCulture, $"Owner: {Inactive(entry.Owner)}\n");
        return text.ToString();

        void Line(string name, string value) => text.Append(CultureInfo.InvariantCulture, $"{name}: {Inactive(value)}").Append(Break);
    }

    /// <summary>A length in words, to the second.</summary>
    private static string Words(TimeSpan length)
    {
        var parts = new List<string>();
        Add((long)length.TotalHours, "hour");
        Add(length.Minutes, "minute");
        if (length.Seconds > 0 || parts.Count == 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{length.Seconds} {(length.Seconds == 1 ? "second" : "seconds")}"));
        }

        return string.Join(' ', parts);

        void Add(long count, string unit)
        {
            if (count > 0)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {unit}{(count == 1 ? "" : "s")}"));
            }
        }
    }

    private static string StatusOf(RollbackStatus status) => status switch
    {
        RollbackStatus.Succeeded => "✅ Successful",
        RollbackStatus.AlreadyCurrent or RollbackStatus.NotNeeded => $"✅ {status}",
        RollbackStatus.Failed or RollbackStatus.NotServed or RollbackStatus.Unhealthy => $"❌ {status}",
        _ => $"⚠️ {status}",
    };

    /// <summary>A text in which nothing is mark-up, a link or a mention.</summary>
    private static string Inactive(string foreign)
    {
        var text = new StringBuilder(foreign.Length);
        foreach (var character in Inert.Line(foreign))
        {
            _ = character switch
            {
                '<' => text.Append("&lt;"),
                '&' => text.Append("&amp;"),
                '@' => text.Append("&#64;"),
                '\\' or '`' or '*' or '_' or '[' or ']' or '#' or '|' or '~' or '!' or '>' => text.Append('\\').Append(character),
                _ => text.Append(character),
            };
        }

        return text.ToString().Replace("://", ":\u2060//", StringComparison.Ordinal);
    }
}
