using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using RollbackTools.Shell.Terminal;

namespace RollbackTools.Shell.Sessions;

/// <summary>Runs one script and gives its exit code, which is that of <c>pwsh</c>.</summary>
internal sealed class ScriptRun(ShellSession session, TerminalOutput output)
{
    /// <summary>Runs a script file.</summary>
    public int File(string path, IReadOnlyList<CommandParameter> arguments)
    {
        // As pwsh on Unix: a script with a shebang line may have any name, and is then run by its text.
        if (!path.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase))
        {
            return Run(Script(System.IO.File.ReadAllText(path)), arguments, Parser.ParseFile(path, out _, out _));
        }

        Engine.LetNextFileExit(session.Runspace);
        return Run(new Command(path), arguments, Parser.ParseFile(path, out _, out _));
    }

    /// <summary>Runs a text.</summary>
    public int Text(string text) => Run(Script(text), [], Parser.ParseInput(text, out _, out _));

    /// <summary>
    /// Runs standard input. It is read to its end first: a script that was cut off in transit does not half run, as
    /// long as the cut shows.
    /// </summary>
    public int StandardInput()
    {
        var text = Console.In.ReadToEnd();
        return text.Length == 0 ? ExitCode.Success : Run(Script(text), [], ast: null);
    }

    private static Command Script(string text) => new(text, isScript: true, useLocalScope: false);

    private int Run(Command command, IReadOnlyList<CommandParameter> arguments, ScriptBlockAst? ast)
    {
        foreach (var argument in arguments)
        {
            command.Parameters.Add(argument);
        }

        var outcome = session.Run(command, UsesInput(ast) ? InputLines() : null);
        if (session.Host.RequestedExitCode is { } exitCode)
        {
            return exitCode;
        }

        // A script that ended while it was being stopped counts as stopped: nobody knows what it left out.
        if (session.EndingCode != 0)
        {
            output.WriteNotice($"Stopped by {(session.EndingCode == ExitCode.Interrupted ? "Ctrl+C" : "a signal")}.\n");
            return session.EndingCode;
        }

        return outcome == RunOutcome.Completed && session.Ask<bool>("$global:?") ? ExitCode.Success : ExitCode.Failure;
    }

    // As pwsh: standard input is read only for a script that mentions $input.
    private static bool UsesInput(ScriptBlockAst? ast) => Console.IsInputRedirected && ast is not null && ast.Find(
        node => node is VariableExpressionAst { VariablePath.UserPath: var name }
            && name.Equals("input", StringComparison.OrdinalIgnoreCase),
        searchNestedScriptBlocks: true) is not null;

    private static IEnumerable<string> InputLines()
    {
        while (Console.In.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
