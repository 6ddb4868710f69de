using System.Buffers;
using System.Text.RegularExpressions;

namespace RollbackOps.Runbooks;

/// <summary>
/// Finds command lines in text that is not marked as such, as a page copied from a browser is. A line counts where a known
/// program begins it, its words are that program's, and nothing in it reads like a sentence.
/// </summary>
internal static partial class PlainCommands
{
    private const int WordsOfAnyCommand = 3;

    private static readonly SearchValues<char> s_name =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private static readonly SearchValues<char> s_signs = SearchValues.Create("/=$@<~^*{");

    /// <summary>Words that sentences are full of and command lines are not.</summary>
    private static readonly HashSet<string> s_prose = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "an", "and", "are", "as", "at", "be", "because", "been", "before", "but", "by", "can", "cannot", "could", "did",
        "do", "does", "every", "for", "from", "had", "has", "have", "how", "if", "in", "instead", "into", "is", "it", "its",
        "it's", "may", "might", "must", "never", "no", "nor", "not", "of", "on", "or", "our", "shall", "should", "so", "than",
        "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to", "until", "was", "we", "were",
        "what", "when", "where", "which", "while", "who", "why", "will", "with", "would", "you", "your",
    };

    /// <summary>Programs that are not judged, but begin lines that lead into one.</summary>
    private static readonly HashSet<string> s_starters = new(StringComparer.Ordinal)
    {
        "cat", "cd", "docker", "echo", "env", "exec", "export", "grep", "gunzip", "jq", "mkdir", "nohup", "npx", "pg_dump",
        "printf", "set", "sleep", "sudo", "tee", "time", "timeout", "watch", "xargs", "zcat",
    };

    /// <summary>The commands in a text, in the order of their places.</summary>
    public static List<ShellCommand> Read(RunbookText text, Func<int, bool> isTaken)
    {
        var lexer = new ShellLexer(text.Text);
        var found = new List<ShellCommand>();
        var isAmongCommands = false;
        for (var i = 0; i < text.Lines.Count; i++)
        {
            var line = text.Lines[i].Text;
            var start = Start().Match(line);
            var rest = line.AsSpan(start.Length);
            if (isTaken(i) || rest.IsEmpty || rest[0] == '#')
            {
                isAmongCommands = !rest.IsEmpty && rest[0] == '#';
                continue;
            }

            if (!CanBegin(rest))
            {
                isAmongCommands = false;
                continue;
            }

            var commands = new List<ShellCommand>();
            var end = lexer.Read(text.StartOf(i) + start.Length, oneLine: true, commands);
            var isPrompted = start.Groups["prompt"].Success;
            var isMarked = (isAmongCommands && !start.Groups["bullet"].Success) || Prefix().IsMatch(line.AsSpan(start.Length));
            isAmongCommands = isPrompted || AreCommands(commands, isMarked);
            if (isAmongCommands)
            {
                found.AddRange(commands);
                i = Math.Max(i, text.IndexAt(Math.Max(end - 1, 0)));
            }
        }

        return found;
    }

    private static bool CanBegin(ReadOnlySpan<char> line)
    {
        var end = line.IndexOfAny(' ', '\t');
        var word = end < 0 ? line : line[..end];
        if (word.Length > 60)
        {
            word = word[..60];
        }

        var equals = word.IndexOf('=');
        if (equals > 0)
        {
            return !word[..equals].ContainsAnyExcept(s_name);
        }

        var name = CommandWrappers.ProgramName(word.ToString());
        return ProgramTables.ByName.ContainsKey(name) || s_starters.Contains(name);
    }

    private static bool AreCommands(List<ShellCommand> commands, bool isAmongCommands)
    {
        var lines = commands.Select(CommandLine.Of).OfType<CommandLine>().ToList();
        return lines.Count > 0 && !commands.Exists(ReadsAsProse) && lines.TrueForAll(line => IsCommand(line, isAmongCommands));
    }

    private static bool IsCommand(CommandLine line, bool isAmongCommands)
    {
        var words = line.Shell.Words;
        var hasSigns = line.Options.Count > 0 || line.Shell.AssignedTo is not null
            || words.Exists(word => word.IsQuoted || word.Value.AsSpan().ContainsAny(s_signs));
        return line.UnknownCommand is not null ? isAmongCommands || line.Options.Count > 0
            : line.Program.HasSubcommands ? isAmongCommands || hasSigns || words.Count <= WordsOfAnyCommand
            : isAmongCommands || hasSigns;
    }

    private static bool ReadsAsProse(ShellCommand command)
    {
        var words = command.Words;
        for (var i = 1; i < words.Count; i++)
        {
            var value = words[i].Value;
            if (words[i].IsQuoted || value.Length == 0)
            {
                continue;
            }

            if (s_prose.Contains(value) || (value[^1] is ',' or '?' or '!' or ':' && char.IsLetter(value[0]))
                || (value.Length > 2 && value[^1] == '.' && char.IsLetter(value[^2])) || value[0] is '—' or '–' or '…')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What no sentence begins with.</summary>
    [GeneratedRegex(@"^(?:sudo\s|[A-Za-z_]\w*=)", RegexOptions.CultureInvariant)]
    private static partial Regex Prefix();

    /// <summary>What may stand before a command: a prompt, or a mark of a list.</summary>
    [GeneratedRegex(@"^\s*(?:(?<prompt>(?:[\w.-]+@[\w.-]+:[^\s$#]*)?[$%❯]\s+|PS [^>\s]{0,200}>\s+)|(?<bullet>(?:[-*•]|\d{1,3}[.)])\s+))?",
        RegexOptions.CultureInvariant)]
    private static partial Regex Start();
}
