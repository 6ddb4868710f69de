namespace RollbackOps.Runbooks;

/// <summary>Small things that a shell's text is made of.</summary>
internal static class ShellSyntax
{
    /// <summary>The variable that a word assigns, or null.</summary>
    public static string? VariableName(string word)
    {
        var equals = word.IndexOf('=');
        return equals > 0 && !char.IsAsciiDigit(word[0]) && word.AsSpan(0, equals).TrimEnd('+').ToString() is var name
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? name : null;
    }

    /// <summary>The length of a placeholder such as <c>&lt;deployment-id&gt;</c>, or 0.</summary>
    public static int Placeholder(string text, int i)
    {
        if (i + 2 >= text.Length || text[i] != '<' || !char.IsAsciiLetter(text[i + 1]))
        {
            return 0;
        }

        for (var at = i + 2; at < text.Length && at - i < 60; at++)
        {
            if (text[at] == '>')
            {
                return at - i + 1;
            }

            if (!char.IsAsciiLetterOrDigit(text[at]) && text[at] is not ('-' or '_' or ' ' or '.' or '|' or ':'))
            {
                return 0;
            }
        }

        return 0;
    }
}
