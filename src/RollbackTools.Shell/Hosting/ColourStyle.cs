using Spectre.Console;

namespace RollbackTools.Shell.Hosting;

/// <summary>Turns the console's colours into a style; the terminal's own colours stay its own.</summary>
internal static class ColourStyle
{
    // The engine passes RawUI's colours where it means "no colour"; see ShellRawUserInterface.
    public const ConsoleColor NoForeground = (ConsoleColor)(-1);
    public const ConsoleColor NoBackground = (ConsoleColor)(-1);

    /// <summary>The style of two console colours.</summary>
    public static Style Of(ConsoleColor foreground, ConsoleColor background) => new(
        foreground == NoForeground ? null : Color.FromConsoleColor(foreground),
        background == NoBackground ? null : Color.FromConsoleColor(background));
}
