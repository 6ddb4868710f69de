namespace RollbackTools.Tests.Shell;

/// <summary>A test on a pseudo-terminal, which the program <c>script</c> of util-linux provides.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TerminalFactAttribute : FactAttribute
{
    public TerminalFactAttribute()
    {
        if (!File.Exists("/usr/bin/script") || !OperatingSystem.IsLinux())
        {
            Skip = "There is no 'script' of util-linux to provide a terminal.";
        }
    }
}
