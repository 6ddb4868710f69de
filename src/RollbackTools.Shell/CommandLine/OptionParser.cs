namespace RollbackTools.Shell.CommandLine;

/// <summary>
/// Reads a command line by the rules of <c>pwsh</c>: options may be abbreviated; <c>-Command</c> takes the rest of the
/// line; the first word that is no option is a script file, and the rest are its arguments.
/// </summary>
internal static class OptionParser
{
    /// <summary>Reads a command line.</summary>
    /// <exception cref="UsageException">It cannot be followed.</exception>
    public static ShellOptions Parse(string[] arguments)
    {
        var options = new ShellOptions();
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (OptionName.Find(arguments[i]))
            {
                case OptionName.Version:
                    return options with { Mode = ShellMode.Version };
                case OptionName.Help:
                    return options with { Mode = ShellMode.Help };
                case OptionName.NoLogo:
                    options = options with { NoLogo = true };
                    break;
                case OptionName.NonInteractive:
                    options = options with { NonInteractive = true };
                    break;
                case OptionName.NoProfile:
                    // Accepted because command lines written for pwsh carry it; there is no profile here to skip.
                    break;
                case OptionName.WorkingDirectory:
                    options = options with { WorkingDirectory = Folder(arguments.AsSpan(i + 1)) };
                    i++;
                    break;
                case OptionName.Command:
                    return Command(options, arguments.AsSpan(i + 1));
                case OptionName.File:
                    return File(options, arguments.AsSpan(i + 1));
                default:
                    return File(options, arguments.AsSpan(i));
            }
        }

        return options with { Mode = Console.IsInputRedirected ? ShellMode.StandardInput : ShellMode.Prompt };
    }

    private static string Folder(ReadOnlySpan<string> rest)
    {
        if (rest.IsEmpty)
        {
            throw new UsageException("-WorkingDirectory needs a folder");
        }

        var folder = Path.GetFullPath(rest[0]);
        return Directory.Exists(folder) ? folder : throw new UsageException($"there is no folder '{rest[0]}'");
    }

    private static ShellOptions Command(ShellOptions options, ReadOnlySpan<string> rest)
    {
        if (rest.IsEmpty)
        {
            throw new UsageException("-Command needs a text, or '-' for standard input");
        }

        if (rest[0] == "-")
        {
            return rest.Length == 1
                ? StandardInput(options)
                : throw new UsageException("nothing may follow '-Command -'");
        }

        return options with { Mode = ShellMode.Command, Text = string.Join(' ', rest!) };
    }

    private static ShellOptions StandardInput(ShellOptions options) => Console.IsInputRedirected
        ? options with { Mode = ShellMode.StandardInput }
        : throw new UsageException("'-' reads a script from standard input, which is a terminal here");

    private static ShellOptions File(ShellOptions options, ReadOnlySpan<string> rest)
    {
        if (rest.IsEmpty)
        {
            throw new UsageException("-File needs a script file");
        }

        if (rest[0] == "-")
        {
            return StandardInput(options);
        }

        var path = Path.GetFullPath(rest[0], options.WorkingDirectory ?? Environment.CurrentDirectory);
        if (!System.IO.File.Exists(path))
        {
            throw new UsageException(rest[0].StartsWith('-')
                ? $"'{rest[0]}' is not an option; the options are {OptionName.List()}"
                : Directory.Exists(path)
                    ? $"'{rest[0]}' is a folder, not a script file"
                    : $"there is no script file '{rest[0]}'");
        }

        return options with
        {
            Mode = ShellMode.File,
            Text = path,
            Arguments = ScriptArguments.Read(rest[1..]),
        };
    }
}
