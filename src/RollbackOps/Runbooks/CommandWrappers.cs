namespace RollbackOps.Runbooks;

/// <summary>What may stand before the program that a line is about: sudo, env, timeout, a keyword of the shell.</summary>
internal static class CommandWrappers
{
    private static readonly Dictionary<string, string> s_wrappers = new(StringComparer.Ordinal)
    {
        // The options of each that take the next word.
        ["sudo"] = "-u -g -h -p -C -D -R -T",
        ["env"] = "-u -C -S",
        ["nice"] = "-n",
        ["timeout"] = "-k -s",
        ["watch"] = "-n",
        ["xargs"] = "-I -n -P -d -L -a -E -s",
        ["npx"] = "-p --package",
        ["nohup"] = string.Empty,
        ["command"] = string.Empty,
        ["exec"] = "-a",
        ["time"] = string.Empty,
        ["stdbuf"] = "-i -o -e",
        ["if"] = string.Empty,
        ["then"] = string.Empty,
        ["elif"] = string.Empty,
        ["else"] = string.Empty,
        ["while"] = string.Empty,
        ["until"] = string.Empty,
        ["do"] = string.Empty,
        ["!"] = string.Empty,
        ["{"] = string.Empty,
    };

    /// <summary>The index of the program's own word; the number of words when there is none.</summary>
    public static int Skip(List<ShellWord> words)
    {
        var i = 0;
        while (i < words.Count && !words[i].IsQuoted && s_wrappers.TryGetValue(words[i].Value, out var valued))
        {
            var wrapper = words[i++].Value;
            var takesValue = valued.Split(' ');
            while (i < words.Count && (words[i].Value.StartsWith('-') || (wrapper is "env" or "sudo" && IsAssignment(words[i].Value))))
            {
                i += takesValue.Contains(words[i].Value) ? 2 : 1;
            }

            // How long it may take stands before the command.
            i += wrapper == "timeout" ? 1 : 0;
        }

        return Math.Min(i, words.Count);
    }

    /// <summary>A program's name without its folder and the version that npx takes.</summary>
    public static string ProgramName(string word)
    {
        var name = word[(word.LastIndexOf('/') + 1)..];
        var at = name.IndexOf('@');
        return at > 0 ? name[..at] : name;
    }

    private static bool IsAssignment(string word) => word.IndexOf('=') > 0;
}
