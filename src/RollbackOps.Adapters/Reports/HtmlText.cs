using System.Text;

namespace RollbackOps.Adapters.Reports;

/// <summary>Foreign text as text of an HTML document, in elements and in quoted attributes (S43).</summary>
internal static class HtmlText
{
    /// <summary>Control and reordering characters are shown, mark-up is escaped; line breaks stay.</summary>
    public static string Escape(string? foreign)
    {
        var escaped = new StringBuilder();
        foreach (var character in Inert.Text(foreign))
        {
            _ = character switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                _ => escaped.Append(character),
            };
        }

        return escaped.ToString();
    }
}
