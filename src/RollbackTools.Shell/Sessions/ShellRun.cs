using System.Management.Automation;
using RollbackTools.Shell.CommandLine;
using RollbackTools.Shell.Hosting;
using RollbackTools.Shell.Terminal;

namespace RollbackTools.Shell.Sessions;

/// <summary>One run of the shell, from an understood command line to an exit code.</summary>
internal static class ShellRun
{
    /// <summary>Does what the command line asks.</summary>
    /// <returns>The process's exit code.</returns>
    public static int Start(ShellOptions options)
    {
        switch (options.Mode)
        {
            case ShellMode.Version:
                Console.Out.WriteLine($"rollback-shell {ShellHost.ShellVersion.ToString(3)}");
                Console.Out.WriteLine($"PowerShell engine {Engine.Version}");
                return ExitCode.Success;
            case ShellMode.Help:
                Console.Out.WriteLine(HelpText.Text);
                return ExitCode.Success;
        }

        // https://no-color.org: set and not empty. A script may still choose otherwise by $PSStyle.OutputRendering.
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")))
        {
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        }

        if (options.WorkingDirectory is { } folder)
        {
            Environment.CurrentDirectory = folder;
        }

        var output = new TerminalOutput();
        var reader = new LineReader(output);
        var nonInteractive = options.NonInteractive || Console.IsInputRedirected || output.QuestionStream is null;
        var host = new ShellHost(output, reader, nonInteractive);
        try
        {
            using var session = new ShellSession(host, output, reader);
            using var signals = new SignalWatch(session, output, atPrompt: options.Mode == ShellMode.Prompt);
            session.Open(ModuleFile.Find(AppContext.BaseDirectory));
            return options.Mode switch
            {
                ShellMode.File => new ScriptRun(session, output).File(options.Text, options.Arguments),
                ShellMode.Command => new ScriptRun(session, output).Text(options.Text),
                ShellMode.StandardInput => new ScriptRun(session, output).StandardInput(),
                _ => new InputLoop(session, host, output, reader).Run(withIntroduction: !options.NoLogo),
            };
        }
        catch (SessionException failure)
        {
            output.WriteNotice($"rollback-shell: {failure.Message}\n");
            return ExitCode.NoSession;
        }
    }
}
