using System.Text;
using System.Text.RegularExpressions;

namespace RollbackOps.Adapters.Reports;

/// <summary>Foreign text as text of a Markdown document (S43).</summary>
internal static partial class MarkdownText
{
    /// <summary>Every character that Markdown or HTML gives a meaning is escaped; a line break becomes a space.</summary>
    public static string Escape(string? foreign)
    {
        var escaped = new StringBuilder();
        var text = Inert.Text(foreign).TrimStart();
        var markerAt = BlockMarker().Match(text).Length - 1;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            _ = character switch
            {
                _ when i == markerAt => escaped.Append('\\').Append(character),
                '\n' or '\t' => escaped.Append(' '),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                // GitHub would tell the person of that name, and link the number: nothing may stand right behind the sign.
                '@' => escaped.Append("&#64;&#8203;"),
                '#' => escaped.Append("\\#&#8203;"),
                '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '~' or '!' or '$' => escaped.Append('\\').Append(character),
                _ => escaped.Append(character),
            };
        }

        // A scheme or a www. makes a link of the text by itself.
        return SelfLink().Replace(escaped.ToString(), match => $"{match.Groups[1].Value}{(match.Value[^1] == ':' ? "&#58;" : "&#46;")}");
    }

    /// <summary>What at the start of a line makes a list, a rule or a heading of it.</summary>
    [GeneratedRegex(@"^(?:[-+=]|[0-9]+[.)])")]
    private static partial Regex BlockMarker();

    [GeneratedRegex(@"(https?|ftp|mailto|xmpp|www)[:.]", RegexOptions.IgnoreCase)]
    private static partial Regex SelfLink();
}
