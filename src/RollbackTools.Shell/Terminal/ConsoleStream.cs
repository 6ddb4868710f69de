using System.Management.Automation;
using Spectre.Console;

namespace RollbackTools.Shell.Terminal;

/// <summary>Standard output or standard error, with colours where they belong and without them elsewhere.</summary>
internal sealed class ConsoleStream
{
    private const char Escape = '\e';

    private readonly TextWriter _writer;
    private readonly AnsiWriter _ansi;

    /// <summary>Wraps a stream of the process.</summary>
    /// <param name="writer">The stream.</param>
    /// <param name="isTerminal">Whether someone looks at it.</param>
    public ConsoleStream(TextWriter writer, bool isTerminal)
    {
        _writer = writer;
        IsTerminal = isTerminal;
        var settings = new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(writer),
        };
        Console = AnsiConsole.Create(settings);
        IsAnsiTerminal = isTerminal && Console.Profile.Capabilities.Ansi;
        var capabilities = AnsiCapabilities.Create(writer, new AnsiWriterSettings { Ansi = AnsiSupport.Yes });
        _ansi = new AnsiWriter(writer, capabilities);
    }

    /// <summary>Whether someone looks at it.</summary>
    public bool IsTerminal { get; }

    /// <summary>Whether it is a terminal that understands escape sequences.</summary>
    public bool IsAnsiTerminal { get; }

    /// <summary>The same stream for what is rendered rather than written.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Whether the last thing written ended its line.</summary>
    public bool IsAtLineStart { get; private set; } = true;

    // PowerShell's own switch: Host (the default) means colours on a terminal only. NO_COLOR sets PlainText at start.
    private bool IsPlain => PSStyle.Instance.OutputRendering switch
    {
        OutputRendering.PlainText => true,
        OutputRendering.Ansi => false,
        _ => !IsAnsiTerminal,
    };

    /// <summary>Writes text that may carry colours of its own.</summary>
    public void Write(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        _writer.Write(IsPlain && text.Contains(Escape) ? PlainText(text) : text);
        IsAtLineStart = text.EndsWith('\n');
    }

    /// <summary>Writes text in a style, unless it carries colours of its own.</summary>
    public void Write(string text, Style style)
    {
        if (IsPlain || text.Length == 0 || text.Contains(Escape))
        {
            Write(text);
            return;
        }

        // The line end stays outside the style, or the colour would run on to the edge of some terminals.
        var body = text.TrimEnd('\n');
        _ansi.Write(body, style);
        _writer.Write(text.AsSpan(body.Length));
        IsAtLineStart = body.Length < text.Length;
    }

    /// <summary>Moves the cursor and erases; for a terminal that understands escape sequences.</summary>
    public void Control(Action<AnsiWriter> sequence) => sequence(_ansi);

    private static string PlainText(string text) =>
        new System.Management.Automation.Internal.StringDecorated(text).ToString(OutputRendering.PlainText);
}
