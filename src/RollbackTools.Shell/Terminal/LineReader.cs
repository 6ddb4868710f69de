using System.Globalization;
using System.Security;
using System.Text;
using Spectre.Console;

namespace RollbackTools.Shell.Terminal;

/// <summary>
/// Reads lines from the keyboard: text, backspace, Ctrl+U and Ctrl+D, and no more. It can be cancelled from another
/// thread, which <see cref="Console.ReadLine"/> cannot: a pipeline that waits for an answer must be stoppable.
/// </summary>
internal sealed class LineReader(TerminalOutput output)
{
    private const char EndOfTransmission = '\x04';
    private const char EraseLine = '\x15';

    private readonly Lock _gate = new();
    private Action? _cancel;

    /// <summary>Reads a line.</summary>
    /// <returns>The line, or null at the end of input (Ctrl+D on an empty line).</returns>
    /// <exception cref="OperationCanceledException"><see cref="Cancel"/> was called.</exception>
    public string? ReadLine()
    {
        var line = new StringBuilder();
        return Read(line, mask: null) ? line.ToString() : null;
    }

    /// <summary>Reads a line without showing it.</summary>
    /// <returns>The line, or null at the end of input.</returns>
    /// <exception cref="OperationCanceledException"><see cref="Cancel"/> was called.</exception>
    public SecureString? ReadSecureLine()
    {
        var line = new StringBuilder();
        if (!Read(line, mask: '*'))
        {
            return null;
        }

        var secret = new SecureString();
        for (var i = 0; i < line.Length; i++)
        {
            secret.AppendChar(line[i]);
            line[i] = '\0';
        }

        secret.MakeReadOnly();
        return secret;
    }

    /// <summary>Reads one key.</summary>
    /// <exception cref="OperationCanceledException"><see cref="Cancel"/> was called.</exception>
    public ConsoleKeyInfo ReadKey()
    {
        using var cancellation = new CancellationTokenSource();
        using var reading = Begin(cancellation);
        return NextKey(cancellation.Token);
    }

    /// <summary>Forgets what was typed before now: it cannot be the answer to a question not yet seen.</summary>
    public static void DiscardTypedAhead()
    {
        // The first look at the keyboard also takes the terminal out of its line mode, in which Ctrl+D gets lost.
        while (Console.KeyAvailable)
        {
            Console.ReadKey(intercept: true);
        }
    }

    /// <summary>Ends the read that waits now, if one does.</summary>
    /// <returns>Whether one did.</returns>
    public bool Cancel()
    {
        lock (_gate)
        {
            _cancel?.Invoke();
            return _cancel is not null;
        }
    }

    private bool Read(StringBuilder line, char? mask)
    {
        using var cancellation = new CancellationTokenSource();
        using var reading = Begin(cancellation);
        try
        {
            while (true)
            {
                switch (NextKey(cancellation.Token))
                {
                    case { Key: ConsoleKey.Enter }:
                        output.WriteQuestion("\n");
                        return true;
                    case { KeyChar: EndOfTransmission } when line.Length == 0:
                        output.WriteQuestion("\n");
                        return false;
                    case { Key: ConsoleKey.Backspace }:
                        EraseLast(line, mask);
                        break;
                    case { KeyChar: EraseLine }:
                        while (line.Length > 0)
                        {
                            EraseLast(line, mask);
                        }

                        break;
                    case { KeyChar: var character } when !char.IsControl(character):
                        line.Append(character);
                        output.WriteQuestion((mask ?? character).ToString());
                        break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            output.WriteQuestion("\n");
            throw;
        }
    }

    private Reading Begin(CancellationTokenSource cancellation)
    {
        lock (_gate)
        {
            _cancel = cancellation.Cancel;
            return new Reading(this);
        }
    }

    // The host interface of PowerShell is synchronous, and there is no synchronization context here to block on.
    private ConsoleKeyInfo NextKey(CancellationToken cancellationToken) =>
        (output.QuestionStream ?? throw new InvalidOperationException("There is no terminal to read from."))
        .Console.Input.ReadKeyAsync(intercept: true, cancellationToken).GetAwaiter().GetResult()
        ?? throw new OperationCanceledException(cancellationToken);

    private void EraseLast(StringBuilder line, char? mask)
    {
        if (line.Length == 0)
        {
            return;
        }

        var elements = StringInfo.ParseCombiningCharacters(line.ToString());
        var last = line.ToString(elements[^1], line.Length - elements[^1]);
        line.Length = elements[^1];
        var cells = mask is null ? last.GetCellWidth() : last.Length;
        output.WriteQuestion(string.Concat(Enumerable.Repeat("\b \b", cells)));
    }

    private readonly struct Reading(LineReader reader) : IDisposable
    {
        public void Dispose()
        {
            lock (reader._gate)
            {
                reader._cancel = null;
            }
        }
    }
}
