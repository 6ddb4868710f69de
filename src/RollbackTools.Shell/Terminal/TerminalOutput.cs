using System.Management.Automation;
using Spectre.Console;

namespace RollbackTools.Shell.Terminal;

/// <summary>
/// All that the shell writes, in order: lines go to standard output or standard error, and the progress pane below
/// them steps aside for each.
/// </summary>
internal sealed class TerminalOutput
{
    private readonly Lock _gate = new();
    private readonly ConsoleStream _out = new(Console.Out, !Console.IsOutputRedirected);
    private readonly ConsoleStream _error = new(Console.Error, !Console.IsErrorRedirected);
    private readonly ProgressPane? _pane;
    private int _routedToError;

    public TerminalOutput()
    {
        _pane = _out.IsAnsiTerminal ? new ProgressPane(_out) : null;
    }

    /// <summary>Whether standard output is a terminal.</summary>
    public bool IsTerminal => _out.IsTerminal;

    /// <summary>Whether standard output is a terminal that understands escape sequences.</summary>
    public bool IsAnsiTerminal => _out.IsAnsiTerminal;

    /// <summary>
    /// The stream on which a question can be seen: standard output, or standard error when output goes to a file; null
    /// when neither is a terminal.
    /// </summary>
    public ConsoleStream? QuestionStream => _out.IsTerminal ? _out : _error.IsTerminal ? _error : null;

    /// <summary>How many times something was written that can be seen; an empty line cannot.</summary>
    public int WriteCount { get; private set; }

    /// <summary>Writes to standard output.</summary>
    public void Write(string text) => Write(Volatile.Read(ref _routedToError) > 0 ? _error : _out, text, style: null);

    /// <summary>Writes to standard output in a style.</summary>
    public void Write(string text, Style style) => Write(_out, text, style);

    /// <summary>Writes to standard error; red, unless the text has colours of its own.</summary>
    public void WriteError(string text) => Write(_error, text, new Style(Color.Red));

    /// <summary>Writes to standard error, plainly: what the shell itself has to say.</summary>
    public void WriteNotice(string text) => Write(_error, text, style: null);

    /// <summary>Writes where a question is seen.</summary>
    public void WriteQuestion(string text, Style? style = null) => Write(QuestionStream ?? _error, text, style);

    /// <summary>Sends output to standard error until disposed of; for the view of an error.</summary>
    public IDisposable RouteToError()
    {
        Interlocked.Increment(ref _routedToError);
        return new Routing(this);
    }

    /// <summary>
    /// Starts a new line where a script left one unfinished. What a program left is not seen: asking the terminal for
    /// its cursor would swallow what is typed meanwhile, and hang where nobody replies.
    /// </summary>
    public void EnsureLineStart()
    {
        if (!_out.IsAtLineStart)
        {
            Write("\n");
        }
    }

    /// <summary>Shows a progress record; does nothing when output is not a terminal.</summary>
    public void ShowProgress(long source, ProgressRecord record)
    {
        lock (_gate)
        {
            _pane?.Update(source, record);
        }
    }

    /// <summary>Takes the progress pane away while someone else writes to the terminal.</summary>
    public void SuspendProgress()
    {
        lock (_gate)
        {
            _pane?.Suspend();
        }
    }

    /// <summary>Brings the progress pane back.</summary>
    public void ResumeProgress()
    {
        lock (_gate)
        {
            _pane?.Resume();
        }
    }

    /// <summary>Forgets all progress; nothing runs any more.</summary>
    public void ResetProgress()
    {
        lock (_gate)
        {
            _pane?.Reset();
        }
    }

    private void Write(ConsoleStream stream, string text, Style? style)
    {
        lock (_gate)
        {
            if (stream.IsTerminal)
            {
                _pane?.Erase();
            }

            if (style is { } some)
            {
                stream.Write(text, some);
            }
            else
            {
                stream.Write(text);
            }

            WriteCount += string.IsNullOrWhiteSpace(text) ? 0 : 1;
            if (stream.IsTerminal && stream.IsAtLineStart)
            {
                _pane?.Draw();
            }
        }
    }

    private sealed class Routing(TerminalOutput output) : IDisposable
    {
        private TerminalOutput? _output = output;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _output, value: null) is { } output)
            {
                Interlocked.Decrement(ref output._routedToError);
            }
        }
    }
}
