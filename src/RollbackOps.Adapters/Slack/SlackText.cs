using System.Text;

namespace RollbackOps.Adapters.Slack;

/// <summary>Text for Slack: its three control characters are escaped, so that no mention, link or command is made (S43).</summary>
internal static class SlackText
{
    /// <summary>The text, escaped, and cut so that it is no longer than a limit once it is.</summary>
    public static string Escape(string text, int longest)
    {
        var escaped = new StringBuilder(Math.Min(text.Length + 16, longest));
        foreach (var rune in text.EnumerateRunes())
        {
            var next = rune.Value switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                _ => rune.ToString(),
            };
            if (escaped.Length + next.Length >= longest)
            {
                return escaped.Append('…').ToString();
            }

            escaped.Append(next);
        }

        return escaped.ToString();
    }
}
