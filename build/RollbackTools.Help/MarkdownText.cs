using System.Text.RegularExpressions;

namespace RollbackTools.Help;

/// <summary>Running text in Markdown: what is typed at the prompt is set as code, and cmdlets are linked to their pages.</summary>
internal static partial class MarkdownText
{
    /// <summary>A paragraph in one line.</summary>
    /// <param name="prose">The paragraph.</param>
    /// <param name="hasPage">Whether a name is a cmdlet's to link to.</param>
    public static string Of(Prose prose, Func<string, bool> hasPage) => string.Concat(prose.Spans.Select(span =>
        span.IsCode ? Code(span.Text) : Plain(span.Text, hasPage)));

    private static string Plain(string text, Func<string, bool> hasPage)
    {
        var result = new System.Text.StringBuilder();
        var end = 0;
        foreach (Match match in Typed().Matches(text))
        {
            result.Append(Escape(text[end..match.Index]));
            result.Append(hasPage(match.Value) ? $"[{match.Value}]({match.Value}.md)" : Code(match.Value));
            end = match.Index + match.Length;
        }

        return result.Append(Escape(text[end..])).ToString();
    }

    private static string Code(string text) => text.Contains('`', StringComparison.Ordinal) ? $"`` {text} ``" : $"`{text}`";

    private static string Escape(string text) => Special().Replace(text, match => "\\" + match.Value);

    // A parameter (-Confirm:$false), a cmdlet (Get-Help), a variable, a reference or a setting, or a hash table.
    [GeneratedRegex(@"(?<![\w-])-[A-Z]\w+(:\$\w+)?|\b[A-Z][a-z]+-[A-Z]\w+\b|\$\w+(\.\w+)*|\b(env|secret):[A-Z\[][\w/\[\]]*|@\{[^}]*\}|\b\w+\.json\b|\b[a-z]+(\.[a-z]\w*(\[\])?)+\b|(?<=\s)\w*/(?=[\s,.;])|\*\.\w+")]
    private static partial Regex Typed();

    [GeneratedRegex(@"[\\`*_<>\[\]|#]")]
    private static partial Regex Special();
}
