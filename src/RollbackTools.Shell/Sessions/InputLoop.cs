using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using RollbackTools.Shell.Hosting;
using RollbackTools.Shell.Terminal;

namespace RollbackTools.Shell.Sessions;

/// <summary>The plain line prompt.</summary>
internal sealed class InputLoop(ShellSession session, ShellHost host, TerminalOutput output, LineReader reader)
{
    private static readonly string s_introduction = $"""
        rollback-shell {ShellHost.ShellVersion.ToString(3)}, RollbackTools is loaded. A small host: about 50 of
        PowerShell's own cmdlets, no line editor. To work interactively, use pwsh. 'exit' leaves.


        """;

    private const string ContinuationPrompt = ">> ";

    /// <summary>Reads and runs until <c>exit</c> or the end of input.</summary>
    /// <returns>The exit code.</returns>
    public int Run(bool withIntroduction)
    {
        if (withIntroduction)
        {
            output.WriteQuestion(s_introduction);
        }

        while (session.EndingCode == 0 && host.RequestedExitCode is null)
        {
            try
            {
                if (ReadCommand() is not { } text)
                {
                    return ExitCode.Success;
                }

                if (!string.IsNullOrWhiteSpace(text))
                {
                    session.Run(new Command(text, isScript: true, useLocalScope: false));
                }
            }
            catch (OperationCanceledException)
            {
                // Ctrl+C at the prompt gives up the line, as in any shell.
            }
        }

        return host.RequestedExitCode ?? session.EndingCode;
    }

    // The prompt function may be the user's own. Nobody answers for it, so it may not be empty.
    private string Prompt() => session.Ask<string>("prompt") is { Length: > 0 } prompt ? prompt : "PS> ";

    private string? ReadCommand()
    {
        output.EnsureLineStart();
        output.WriteQuestion(Prompt());
        var text = reader.ReadLine();
        while (text is not null && IsIncomplete(text))
        {
            output.WriteQuestion(ContinuationPrompt);
            var more = reader.ReadLine();
            text = more is null ? "" : text + "\n" + more;
        }

        return text;
    }

    private static bool IsIncomplete(string text)
    {
        Parser.ParseInput(text, out _, out var errors);
        return errors.Any(error => error.IncompleteInput);
    }
}
