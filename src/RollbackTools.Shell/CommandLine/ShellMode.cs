namespace RollbackTools.Shell.CommandLine;

/// <summary>What the shell was started for.</summary>
internal enum ShellMode
{
    /// <summary>A line prompt on a terminal.</summary>
    Prompt,

    /// <summary>A script file with its arguments.</summary>
    File,

    /// <summary>The text after <c>-Command</c>.</summary>
    Command,

    /// <summary>A script from standard input.</summary>
    StandardInput,

    /// <summary>To print the versions.</summary>
    Version,

    /// <summary>To print how it is used.</summary>
    Help,
}
