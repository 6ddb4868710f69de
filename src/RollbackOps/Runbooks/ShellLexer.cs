using System.Buffers;
using System.Text;

namespace RollbackOps.Runbooks;

/// <summary>
/// Takes shell text apart into the commands that it would run: quotes, continuations, pipes, lists, substitutions,
/// here-documents. It judges nothing and runs nothing, and it gets through any text in one pass.
/// </summary>
/// <remarks>
/// A quote that is not closed within <see cref="QuoteLines"/> lines is taken as a plain character with the rest of its
/// line, so that one apostrophe does not swallow a runbook. <c>&lt;run-id&gt;</c> is a placeholder, not a redirection.
/// </remarks>
internal sealed class ShellLexer(string text)
{
    private const int QuoteLines = 40;
    private const int DocumentLines = 500;
    private const int MaxDepth = 16;
    private const int MaxName = 200;
    private const char None = '\0';

    private static readonly SearchValues<char> s_ends = SearchValues.Create(" \t\r\n|&;()<>");

    private readonly List<string> _documents = [];

    /// <summary>Every command from a place in the text to its end, or to the end of that one logical line.</summary>
    /// <returns>Where reading ended.</returns>
    public int Read(int start, bool oneLine, List<ShellCommand> commands) =>
        ReadList(start, None, depth: 0, oneLine, assignedTo: null, commands);

    private int ReadList(int i, char end, int depth, bool oneLine, string? assignedTo, List<ShellCommand> commands)
    {
        ShellCommand? current = null, before = null, orElse = null;
        var isPiped = false;

        ShellCommand Begin(int at)
        {
            if (current is null)
            {
                current = new ShellCommand { Start = at, End = at, AssignedTo = assignedTo, IsPipedInto = isPiped };
                if (isPiped && before is not null)
                {
                    before.PipedTo = current;
                }
            }

            return current;
        }

        void Finish()
        {
            if (current is { Words.Count: > 0 })
            {
                commands.Add(current);
                if (orElse is not null)
                {
                    orElse.OrElse = current;
                    orElse = null;
                }

                before = current;
            }

            current = null;
            isPiped = false;
        }

        while (i < text.Length)
        {
            var c = text[i];
            switch (c)
            {
                case ' ' or '\t' or '\r':
                    i++;
                    continue;
                case '\\' when Continuation(i) is > 0 and var length:
                    i += length;
                    continue;
                case '#':
                    i = LineEnd(i);
                    continue;
                case '\n':
                    Finish();
                    before = orElse = null;
                    i = SkipDocuments(i + 1);
                    if (oneLine && depth == 0)
                    {
                        return i;
                    }

                    continue;
                case '|' or '&' or ';':
                    i = ReadOperator(i, Finish, ref before, ref orElse, ref isPiped);
                    continue;
                case '(' when depth < MaxDepth:
                    i = ReadList(i + 1, ')', depth + 1, oneLine, assignedTo, commands);
                    continue;
                case '(' or ')' or '`' when c == end:
                    Finish();
                    return i + 1;
                case '(' or ')':
                    Finish();
                    i++;
                    continue;
                case '<' or '>' when ShellSyntax.Placeholder(text, i) == 0:
                    i = ReadRedirection(i, depth, Begin(i), commands);
                    continue;
            }

            if (c == end)
            {
                Finish();
                return i + 1;
            }

            var command = Begin(i);
            var from = i;
            var word = ReadWord(ref i, end, depth, command.Words.Count == 0, commands, out var isQuoted);
            command.End = i;
            if (command.Words.Count == 0 && ShellSyntax.VariableName(word) is { } name && text.AsSpan(from).StartsWith(name))
            {
                continue;
            }

            // A number right before a redirection is a file descriptor.
            if (isQuoted || i >= text.Length || text[i] is not ('<' or '>') || !word.All(char.IsAsciiDigit))
            {
                command.Words.Add(new ShellWord(word, from, isQuoted));
            }
        }

        Finish();
        return i;
    }

    private int ReadOperator(int i, Action finish, ref ShellCommand? before, ref ShellCommand? orElse, ref bool isPiped)
    {
        var c = text[i];
        var isDouble = i + 1 < text.Length && text[i + 1] == c;
        if (c == '&' && !isDouble && i + 1 < text.Length && text[i + 1] == '>')
        {
            return i + 1;
        }

        finish();
        if (c == '|' && isDouble)
        {
            orElse = before;
        }
        else if (c == '|')
        {
            isPiped = true;
        }
        else
        {
            before = null;
        }

        return i + (isDouble || (c == '|' && i + 1 < text.Length && text[i + 1] == '&') ? 2 : 1);
    }

    private int ReadRedirection(int i, int depth, ShellCommand command, List<ShellCommand> commands)
    {
        var from = i;
        while (i < text.Length && text[i] is '<' or '>' && i - from < 3)
        {
            i++;
        }

        var sign = text[from..i];
        if (i < text.Length && text[i] == '(' && depth < MaxDepth)
        {
            i = ReadList(i + 1, ')', depth + 1, oneLine: false, assignedTo: null, commands);
            command.Words.Add(new ShellWord(sign + "(…)", from, IsQuoted: false));
            return command.End = i;
        }

        if (i < text.Length && text[i] is '&' or '|' or '-')
        {
            sign += text[i++];
        }

        while (i < text.Length && text[i] is ' ' or '\t')
        {
            i++;
        }

        var target = ReadWord(ref i, None, depth, isFirst: false, commands, out _);
        if (sign is "<<" or "<<-" && target.Length > 0)
        {
            _documents.Add(target);
        }

        command.Redirections.Add(sign + target);
        return command.End = Math.Max(i, from + 1);
    }

    /// <summary>Goes past the here-documents that were announced, each up to its own last line.</summary>
    private int SkipDocuments(int i)
    {
        foreach (var last in _documents)
        {
            // One that is not closed within reach is none.
            var at = i;
            for (var lines = 0; at < text.Length && lines < DocumentLines; lines++)
            {
                var lineEnd = LineEnd(at);
                var isLast = text.AsSpan(at, lineEnd - at).Trim().SequenceEqual(last);
                at = Math.Min(lineEnd + 1, text.Length);
                if (isLast)
                {
                    i = at;
                    break;
                }
            }
        }

        _documents.Clear();
        return i;
    }

    private string ReadWord(ref int i, char end, int depth, bool isFirst, List<ShellCommand> commands, out bool isQuoted)
    {
        var word = new StringBuilder();
        isQuoted = false;
        while (i < text.Length)
        {
            var c = text[i];
            if (c == end && end != None)
            {
                break;
            }

            if (c is '\'' or '"')
            {
                isQuoted = true;
                i = ReadQuoted(i, depth, word, isFirst, commands);
            }
            else if (c == '\\')
            {
                var length = Continuation(i);
                if (length == 0 && i + 1 < text.Length)
                {
                    word.Append(text[i + 1]);
                    length = 2;
                }

                i += Math.Max(length, 1);
            }
            else if (c is '$' or '`')
            {
                i = ReadExpansion(i, depth, word, isFirst, commands);
            }
            else if (c == '<' && ShellSyntax.Placeholder(text, i) is > 0 and var length)
            {
                word.Append(text, i, length);
                i += length;
            }
            else if (s_ends.Contains(c))
            {
                break;
            }
            else
            {
                word.Append(c);
                i++;
            }
        }

        return word.ToString();
    }

    private int ReadQuoted(int i, int depth, StringBuilder word, bool isFirst, List<ShellCommand> commands)
    {
        var quote = text[i];
        if (!IsClosed(i, quote))
        {
            var lineEnd = LineEnd(i);
            word.Append(text, i, lineEnd - i);
            return lineEnd;
        }

        for (i++; i < text.Length; i++)
        {
            var c = text[i];
            if (c == quote)
            {
                return i + 1;
            }

            if (quote == '"' && c == '\\' && i + 1 < text.Length)
            {
                i++;
                if (text[i] is not ('\n' or '\r'))
                {
                    word.Append(text[i]);
                }
            }
            else if (quote == '"' && c is '$' or '`')
            {
                i = ReadExpansion(i, depth, word, isFirst, commands) - 1;
            }
            else
            {
                word.Append(c is '\n' or '\r' ? ' ' : c);
            }
        }

        return i;
    }

    private int ReadExpansion(int i, int depth, StringBuilder word, bool isFirst, List<ShellCommand> commands)
    {
        var from = i;
        var isCommand = text[i] == '`' || (i + 1 < text.Length && text[i + 1] == '(');
        if (isCommand && depth < MaxDepth)
        {
            var assignedTo = isFirst && word.Length < MaxName ? ShellSyntax.VariableName(word.ToString()) : null;
            i = text[i] == '`'
                ? ReadList(i + 1, '`', depth + 1, oneLine: false, assignedTo, commands)
                : ReadList(i + 2, ')', depth + 1, oneLine: false, assignedTo, commands);
            word.Append("$(…)");
            return i;
        }

        if (i + 1 < text.Length && text[i + 1] == '{')
        {
            // Of a workflow: ${{ expression }}.
            var close = text.AsSpan(i).StartsWith("${{") ? "}}" : "}";
            var rest = text.AsSpan(i, LineEnd(i) - i);
            var at = rest.IndexOf(close);
            if (at > 0)
            {
                i += at + close.Length;
                word.Append(text, from, i - from);
                return i;
            }
        }

        word.Append(text[i]);
        return i + 1;
    }

    private bool IsClosed(int i, char quote)
    {
        for (var lines = 0; ++i < text.Length && lines < QuoteLines;)
        {
            if (text[i] == quote)
            {
                return true;
            }

            if (text[i] == '\\' && quote == '"')
            {
                i++;
            }
            else if (text[i] == '\n')
            {
                lines++;
            }
        }

        return false;
    }

    /// <summary>The length of a backslash and the line break behind it, or 0.</summary>
    private int Continuation(int i) =>
        i + 1 < text.Length && text[i + 1] == '\n' ? 2
        : i + 2 < text.Length && text[i + 1] == '\r' && text[i + 2] == '\n' ? 3
        : 0;

    private int LineEnd(int i)
    {
        var at = text.IndexOf('\n', i);
        return at < 0 ? text.Length : at;
    }
}
