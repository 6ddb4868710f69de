using System.Text.Json;

namespace RollbackOps.Runbooks;

/// <summary>What is known of a program's command line.</summary>
internal sealed class ProgramTable
{
    private readonly Dictionary<string, (string Name, OptionTable? Options)> _subcommands = new(StringComparer.Ordinal);
    private readonly HashSet<string> _others;
    private readonly Dictionary<string, HashSet<string>> _groups = [];
    private readonly OptionTable _globals;

    /// <summary>Reads it as it is written in the data.</summary>
    public ProgramTable(JsonElement program)
    {
        Name = program.GetProperty("name").GetString()!;
        Names = [Name, .. Texts(program, "aliases")];
        Version = program.GetProperty("version").GetString()!;
        Source = program.GetProperty("source").GetString()!;
        Default = Text(program, "default");
        HasClusters = IsSet(program, "clusters");
        Abbreviates = IsSet(program, "abbreviates");
        Negates = Name == "git" || IsSet(program, "negates");
        var globals = Text(program, "globals") ?? string.Empty;
        _globals = new OptionTable(globals);
        _others = [.. (Text(program, "others") ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        if (program.TryGetProperty("groups", out var groups))
        {
            foreach (var group in groups.EnumerateObject())
            {
                _groups[group.Name] = [.. group.Value.GetString()!.Split(' ')];
            }
        }

        foreach (var subcommand in program.GetProperty("subcommands").EnumerateArray())
        {
            var name = subcommand.GetProperty("name").GetString()!;
            var options = IsSet(subcommand, "open") ? null : new OptionTable(Text(subcommand, "options") ?? string.Empty, globals);
            foreach (var alias in Texts(subcommand, "aliases").Prepend(name))
            {
                _subcommands[alias] = (name, options);
            }
        }
    }

    /// <summary>The program's name.</summary>
    public string Name { get; }

    /// <summary>Every name that it is called by.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The version that the table was taken from.</summary>
    public string Version { get; }

    /// <summary>Where its command line is documented.</summary>
    public string Source { get; }

    /// <summary>The subcommand that runs when none is named, or null.</summary>
    public string? Default { get; }

    /// <summary>Whether options of one letter can be written as one word.</summary>
    public bool HasClusters { get; }

    /// <summary>Whether a long option may be shortened.</summary>
    public bool Abbreviates { get; }

    /// <summary>Whether --no- turns any long option off.</summary>
    public bool Negates { get; }

    /// <summary>Whether there are subcommands at all.</summary>
    public bool HasSubcommands => _subcommands.Count > 0;

    /// <summary>The options that stand before a subcommand.</summary>
    public OptionTable Globals => _globals;

    /// <summary>The subcommands by every name.</summary>
    public IReadOnlyDictionary<string, (string Name, OptionTable? Options)> Subcommands => _subcommands;

    /// <summary>Whether it is a subcommand, with a table or without.</summary>
    public bool IsSubcommand(string word) =>
        _subcommands.ContainsKey(word) || _others.Contains(word) || _others.Contains("*") || _groups.ContainsKey(word);

    /// <summary>The words that may follow a group such as <c>gh run</c>, or null when it is none.</summary>
    public IReadOnlySet<string>? Group(string word) => _groups.GetValueOrDefault(word);

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static bool IsSet(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.GetBoolean();

    private static IEnumerable<string> Texts(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.EnumerateArray().Select(one => one.GetString()!) : [];
}
