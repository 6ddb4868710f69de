namespace RollbackTools.Shell.CommandLine;

/// <summary>
/// The options and their shortest abbreviations, which are those of <c>pwsh</c>
/// (<c>CommandLineParameterParser.MatchSwitch</c>).
/// </summary>
internal static class OptionName
{
    public const string Command = "Command";
    public const string File = "File";
    public const string Help = "Help";
    public const string NoLogo = "NoLogo";
    public const string NonInteractive = "NonInteractive";
    public const string NoProfile = "NoProfile";
    public const string Version = "Version";
    public const string WorkingDirectory = "WorkingDirectory";

    private static readonly (string Name, string Shortest)[] s_all =
    [
        (Command, "c"), (File, "f"), (Help, "h"), (NoLogo, "nol"), (NonInteractive, "noni"), (NoProfile, "nop"),
        (Version, "v"), (WorkingDirectory, "wo"),
    ];

    /// <summary>The option that an argument names, or null.</summary>
    public static string? Find(string argument)
    {
        if (!argument.StartsWith('-') || argument.Length == 1)
        {
            return null;
        }

        var key = argument.AsSpan(argument.StartsWith("--", StringComparison.Ordinal) ? 2 : 1);
        if (key is "?")
        {
            return Help;
        }

        if (key.Equals("wd", StringComparison.OrdinalIgnoreCase))
        {
            return WorkingDirectory;
        }

        foreach (var (name, shortest) in s_all)
        {
            if (key.Length >= shortest.Length && name.AsSpan().StartsWith(key, StringComparison.OrdinalIgnoreCase))
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>All options, for a message.</summary>
    public static string List() => string.Join(", ", s_all.Select(option => "-" + option.Name));
}
