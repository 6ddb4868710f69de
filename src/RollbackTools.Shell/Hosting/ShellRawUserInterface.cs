using System.Management.Automation.Host;
using RollbackTools.Shell.Terminal;
using Spectre.Console;
using Size = System.Management.Automation.Host.Size;

namespace RollbackTools.Shell.Hosting;

/// <summary>Sizes, colours and keys of the terminal; what a terminal cannot tell is not made up.</summary>
internal sealed class ShellRawUserInterface(TerminalOutput output, Questions questions) : PSHostRawUserInterface
{
    // As pwsh: wide enough for most tables in a log file.
    private static readonly Size s_redirected = new(width: 120, height: 80);

    /// <inheritdoc/>
    public override ConsoleColor ForegroundColor { get; set; } = ColourStyle.NoForeground;

    /// <inheritdoc/>
    public override ConsoleColor BackgroundColor { get; set; } = ColourStyle.NoBackground;

    /// <inheritdoc/>
    public override Size BufferSize
    {
        get => output.IsTerminal ? new Size(Console.WindowWidth, Console.WindowHeight) : s_redirected;
        set => throw NotSupported();
    }

    /// <inheritdoc/>
    public override Size WindowSize
    {
        get => BufferSize;
        set => throw NotSupported();
    }

    /// <inheritdoc/>
    public override Size MaxWindowSize => BufferSize;

    /// <inheritdoc/>
    public override Size MaxPhysicalWindowSize => BufferSize;

    /// <inheritdoc/>
    public override Coordinates WindowPosition { get; set; }

    /// <inheritdoc/>
    public override int CursorSize { get; set; } = 25;

    /// <inheritdoc/>
    public override Coordinates CursorPosition
    {
        get => output.IsTerminal ? new Coordinates(Console.CursorLeft, Console.CursorTop) : default;
        set => Console.SetCursorPosition(value.X, value.Y);
    }

    /// <inheritdoc/>
    public override bool KeyAvailable => !Console.IsInputRedirected && Console.KeyAvailable;

    /// <inheritdoc/>
    public override string WindowTitle
    {
        get => "";
        set
        {
            if (output.IsTerminal)
            {
                Console.Title = value;
            }
        }
    }

    /// <inheritdoc/>
    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        var key = questions.ReadKey();
        if (!options.HasFlag(ReadKeyOptions.NoEcho) && !char.IsControl(key.KeyChar))
        {
            output.WriteQuestion(key.KeyChar.ToString());
        }

        var state = (key.Modifiers.HasFlag(ConsoleModifiers.Shift) ? ControlKeyStates.ShiftPressed : 0)
            | (key.Modifiers.HasFlag(ConsoleModifiers.Alt) ? ControlKeyStates.LeftAltPressed : 0)
            | (key.Modifiers.HasFlag(ConsoleModifiers.Control) ? ControlKeyStates.LeftCtrlPressed : 0);
        return new KeyInfo((int)key.Key, key.KeyChar, state, keyDown: true);
    }

    /// <inheritdoc/>
    public override void FlushInputBuffer()
    {
        if (!Console.IsInputRedirected)
        {
            LineReader.DiscardTypedAhead();
        }
    }

    /// <inheritdoc/>
    public override int LengthInBufferCells(string source) => source.GetCellWidth();

    /// <inheritdoc/>
    public override int LengthInBufferCells(string source, int offset) => source[offset..].GetCellWidth();

    /// <inheritdoc/>
    public override int LengthInBufferCells(char source) => source.GetCellWidth();

    /// <inheritdoc/>
    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw NotSupported();

    /// <inheritdoc/>
    public override void ScrollBufferContents(
        Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw NotSupported();

    /// <inheritdoc/>
    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw NotSupported();

    /// <inheritdoc/>
    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw NotSupported();

    private static NotSupportedException NotSupported() =>
        new("A terminal neither gives back what it shows nor changes its size on request.");
}
