using System.Management.Automation.Runspaces;

namespace RollbackTools.Shell.CommandLine;

/// <summary>A command line, understood.</summary>
internal sealed record ShellOptions
{
    /// <summary>What to do.</summary>
    public ShellMode Mode { get; init; }

    /// <summary>The full path of the script file, or the text of the command.</summary>
    public string Text { get; init; } = "";

    /// <summary>The script file's arguments.</summary>
    public IReadOnlyList<CommandParameter> Arguments { get; init; } = [];

    /// <summary>Whether nobody is there to answer a prompt.</summary>
    public bool NonInteractive { get; init; }

    /// <summary>Whether the line prompt starts without its introduction.</summary>
    public bool NoLogo { get; init; }

    /// <summary>The folder to start in, or null for the current one.</summary>
    public string? WorkingDirectory { get; init; }
}
