using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using RollbackTools.Shell.Terminal;
using Spectre.Console;

namespace RollbackTools.Shell.Hosting;

/// <summary>
/// Asks the person at the terminal, or refuses. Nothing but a person's own answer approves anything (S38): where none
/// can be given every read fails, and the end of input is a cancelled question, never an empty answer.
/// </summary>
internal sealed class Questions(TerminalOutput output, LineReader reader, ShellPrivateData data)
{
    private static readonly Style s_caption = new(decoration: Decoration.Bold);

    /// <summary>Fails when nobody can answer.</summary>
    /// <exception cref="HostException">Nobody can.</exception>
    public void ThrowIfNobodyAnswers()
    {
        if (data.NonInteractive)
        {
            throw new HostException(
                "A prompt cannot be answered here: the shell runs with -NonInteractive, or its input is redirected, or "
                + "there is no terminal to ask on. Give the value as a parameter; to approve a change, use "
                + "-Confirm:$false.",
                innerException: null, "NonInteractive", ErrorCategory.OperationStopped);
        }
    }

    /// <summary>
    /// Begins a question: what came before it is written out, progress steps aside until it is disposed of.
    /// </summary>
    /// <exception cref="HostException">Nobody can answer.</exception>
    public IDisposable Begin(string? caption, string? message)
    {
        ThrowIfNobodyAnswers();
        data.Pending.Flush();
        output.SuspendProgress();
        LineReader.DiscardTypedAhead();
        if (!string.IsNullOrEmpty(caption))
        {
            output.WriteQuestion("\n");
            output.WriteQuestion(caption + "\n", s_caption);
        }

        if (!string.IsNullOrEmpty(message))
        {
            output.WriteQuestion(message + "\n");
        }

        return new Question(output);
    }

    /// <summary>Writes a part of a question.</summary>
    public void Write(string text, Style? style = null) => output.WriteQuestion(text, style);

    /// <summary>Reads a line.</summary>
    /// <exception cref="HostException">Nobody can answer, or the input ended.</exception>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped meanwhile.</exception>
    public string ReadLine() => Answer(reader.ReadLine);

    /// <summary>Reads a line without showing it.</summary>
    /// <exception cref="HostException">Nobody can answer, or the input ended.</exception>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped meanwhile.</exception>
    public SecureString ReadSecureLine() => Answer(reader.ReadSecureLine);

    /// <summary>Reads one key.</summary>
    /// <exception cref="HostException">Nobody can answer.</exception>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped meanwhile.</exception>
    public ConsoleKeyInfo ReadKey() => (ConsoleKeyInfo)Answer(() => (object)reader.ReadKey());

    private T Answer<T>(Func<T?> read)
        where T : class
    {
        ThrowIfNobodyAnswers();
        try
        {
            return read() ?? throw new PromptingException(
                "The question was not answered: the input ended.",
                innerException: null, "PromptEndOfInput", ErrorCategory.OperationStopped);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private sealed class Question(TerminalOutput output) : IDisposable
    {
        private TerminalOutput? _output = output;

        public void Dispose() => Interlocked.Exchange(ref _output, value: null)?.ResumeProgress();
    }
}
