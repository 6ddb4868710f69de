namespace RollbackOps.Runbooks;

/// <summary>A command of a known program, taken apart by that program's option table.</summary>
internal sealed class CommandLine
{
    private CommandLine(ProgramTable program, ShellCommand shell)
    {
        Program = program;
        Shell = shell;
    }

    /// <summary>The program.</summary>
    public ProgramTable Program { get; }

    /// <summary>The command as the shell has it.</summary>
    public ShellCommand Shell { get; }

    /// <summary>The subcommand's own name; empty where there is none.</summary>
    public string Command { get; private set; } = string.Empty;

    /// <summary>Whether no subcommand is named, so that the program's own default runs.</summary>
    public bool IsImplicit { get; private set; }

    /// <summary>The options with their values; null where none is given.</summary>
    public List<(string Name, string? Value)> Options { get; } = [];

    /// <summary>The other arguments.</summary>
    public List<string> Arguments { get; } = [];

    /// <summary>Options that the table does not have.</summary>
    public List<ShellWord> UnknownOptions { get; } = [];

    /// <summary>A subcommand that the table does not have, or null.</summary>
    public ShellWord? UnknownCommand { get; private set; }

    /// <summary>Whether a variable may hold options that are not to be seen here.</summary>
    public bool IsOpaque { get; private set; }

    /// <summary>Whether the words after the program begin as this program's words do.</summary>
    public bool IsPlausible => UnknownCommand is null && (Command.Length > 0 || Options.Count > 0);

    /// <summary>The command line of a known program; null when it is none.</summary>
    public static CommandLine? Of(ShellCommand shell)
    {
        var at = CommandWrappers.Skip(shell.Words);
        if (at >= shell.Words.Count)
        {
            return null;
        }

        var name = CommandWrappers.ProgramName(shell.Words[at].Value);
        if (!ProgramTables.ByName.TryGetValue(name, out var program))
        {
            return null;
        }

        var line = new CommandLine(program, shell);
        line.ReadSubcommand(at + 1);
        return line;
    }

    /// <summary>Whether one of the options is given; a name may ask for a value: <c>-v=ON_ERROR_STOP</c>.</summary>
    public bool Has(string alternatives) => alternatives.Split(' ').Any(HasOne);

    private bool HasOne(string asked)
    {
        var equals = asked.IndexOf('=');
        var name = equals < 0 ? asked : asked[..equals];
        return Options.Exists(option => option.Name == name
            && (equals < 0 || option.Value?.Contains(asked[(equals + 1)..], StringComparison.OrdinalIgnoreCase) == true));
    }

    private void ReadSubcommand(int at)
    {
        var words = Shell.Words;
        var options = Program.Globals;
        if (Program.HasSubcommands)
        {
            var i = at;
            while (i < words.Count && words[i].Value.StartsWith('-') && words[i].Value.Length > 1)
            {
                i = Math.Min(i + (TakesNext(words[i].Value, options, words, i) ? 2 : 1), words.Count);
            }

            if (i >= words.Count && Program.Default is null)
            {
                return;
            }

            options = i < words.Count ? Name(words, ref at, i) : Implicit();
            if (options is null)
            {
                ReadArguments(at, known: null);
                return;
            }
        }

        ReadArguments(at, options);
    }

    /// <summary>Finds the subcommand at a word; gives its options, or null where they are not known.</summary>
    private OptionTable? Name(List<ShellWord> words, ref int at, int i)
    {
        var first = words[i].Value;
        if (first.Contains('$') || first.StartsWith('<'))
        {
            at = i;
            return null;
        }

        var two = i + 1 < words.Count ? $"{first} {words[i + 1].Value}" : first;
        var length = Program.Subcommands.ContainsKey(two) && two != first ? 2 : 1;
        if (Program.Subcommands.TryGetValue(length == 2 ? two : first, out var found))
        {
            Command = found.Name;
            Remove(words, ref at, i, length);
            return found.Options;
        }

        if (Program.IsSubcommand(first))
        {
            Command = first;
            if (Program.Group(first) is { } group && i + 1 < words.Count)
            {
                var second = words[i + 1].Value;
                if (second.Length > 0 && char.IsAsciiLetter(second[0]) && !group.Contains(second))
                {
                    UnknownCommand = words[i + 1];
                }

                Command = two;
            }

            at = i + 1;
            return null;
        }

        if (Program.Default is not null && (first.Contains('.') || first.Contains('/')))
        {
            return Implicit();
        }

        UnknownCommand = words[i];
        at = i + 1;
        return null;
    }

    private OptionTable? Implicit()
    {
        IsImplicit = true;
        Command = Program.Default ?? string.Empty;
        return Program.Subcommands.TryGetValue(Command, out var found) ? found.Options : null;
    }

    /// <summary>Options before the subcommand are the program's; they are read with it, the subcommand's words are not.</summary>
    private void Remove(List<ShellWord> words, ref int at, int i, int length)
    {
        if (i > at)
        {
            ReadArguments(at, Program.Globals, i);
        }

        at = i + length;
    }

    private bool TakesNext(string word, OptionTable options, List<ShellWord> words, int i) =>
        options.TakesNext(word)
        || (Program.Default is not null && i + 1 < words.Count && !Program.IsSubcommand(words[i + 1].Value)
            && Program.Subcommands[Program.Default].Options?.TakesNext(word) == true);

    private void ReadArguments(int at, OptionTable? known, int? end = null)
    {
        var words = Shell.Words;
        for (var i = at; i < (end ?? words.Count); i++)
        {
            var word = words[i];
            if (word.Value == "--")
            {
                Arguments.AddRange(words.Skip(i + 1).Select(one => one.Value));
                return;
            }

            if (word.Value.Length < 2 || word.Value[0] != '-')
            {
                IsOpaque |= IsAnyArguments(word.Value);
                Arguments.Add(word.Value);
                continue;
            }

            i += ReadOption(word, known, i + 1 < words.Count ? words[i + 1].Value : null) ? 1 : 0;
        }
    }

    /// <summary>Reads one option; whether the next word belongs to it.</summary>
    private bool ReadOption(ShellWord word, OptionTable? known, string? next)
    {
        var text = word.Value;
        if (!text.StartsWith("--", StringComparison.Ordinal))
        {
            return ReadLetters(word, known, next);
        }

        var equals = text.IndexOf('=');
        var name = equals < 0 ? text : text[..equals];
        if (known is not null && !known.Has(name) && !IsNegated(name, known))
        {
            name = (Program.Abbreviates ? known.Complete(name) : null) ?? name;
            if (!known.Has(name) && !name.Contains('$') && !name.Contains('<'))
            {
                UnknownOptions.Add(word with { Value = name });
            }
        }

        var takesNext = equals < 0 && known?.TakesNext(name) == true;
        Options.Add((name, equals < 0 ? takesNext ? next : null : text[(equals + 1)..]));
        return takesNext;
    }

    private bool IsNegated(string name, OptionTable known) => Program.Negates
        && name.StartsWith("--no-", StringComparison.Ordinal) && known.Has("--" + name[5..]);

    private bool ReadLetters(ShellWord word, OptionTable? known, string? next)
    {
        var text = word.Value;
        if (known is null || !Program.HasClusters || text.Contains('$') || text.Contains('<'))
        {
            Options.Add((text, next));
            return false;
        }

        for (var i = 1; i < text.Length; i++)
        {
            var letter = "-" + text[i];
            if (!known.Has(letter))
            {
                // Of a longer word nothing more is known than that its letter is none.
                UnknownOptions.Add(word with { Value = i == 1 && text.Length > 2 && char.IsAsciiLetter(text[1]) ? text : letter });
                return false;
            }

            if (known.TakesNext(letter))
            {
                var rest = text[(i + 1)..].TrimStart('=');
                Options.Add((letter, rest.Length > 0 ? rest : next));
                return rest.Length == 0;
            }

            Options.Add((letter, null));
            if (i + 1 < text.Length && text[i + 1] == '=')
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>A variable by whose name it holds arguments: <c>$CURL_OPTS</c>, <c>"$@"</c>, <c>${ARGS[@]}</c>.</summary>
    private static bool IsAnyArguments(string word) => word.StartsWith('$')
        && (word.Contains('@') || word.Contains("ARG", StringComparison.OrdinalIgnoreCase)
            || word.Contains("OPT", StringComparison.OrdinalIgnoreCase) || word.Contains("FLAG", StringComparison.OrdinalIgnoreCase));
}
