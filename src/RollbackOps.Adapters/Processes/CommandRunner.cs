using System.ComponentModel;
using System.Diagnostics;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Processes;

/// <summary>Runs a command of the configuration (S42): an argument list, no shell.</summary>
/// <remarks>
/// It uses <see cref="Process"/> and not CliWrap, which waits until every holder of the output pipes is gone: a restart
/// command leaves a daemon behind that holds them for ever.
/// </remarks>
internal sealed class CommandRunner
{
    private static readonly TimeSpan s_pipeGrace = TimeSpan.FromMilliseconds(250);

    private readonly ISecretSource _secrets;
    private readonly TimeProvider _clock;

    public CommandRunner(ISecretSource secrets, TimeProvider clock)
    {
        _secrets = secrets;
        _clock = clock;
    }

    /// <summary>Starts a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="folder">The folder it runs in when it names none.</param>
    /// <param name="placeholders">Texts to replace in its arguments, for example <c>{port}</c>.</param>
    /// <param name="cancellationToken">Stops resolving its variables.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.ActivationFailed"/>: it cannot be started.</exception>
    public async Task<Process> StartAsync(
        CommandSettings command,
        string folder,
        IReadOnlyDictionary<string, string> placeholders,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Fill(command.Command[0], placeholders))
        {
            WorkingDirectory = command.WorkingFolder ?? folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in command.Command.Skip(1))
        {
            start.ArgumentList.Add(Fill(argument, placeholders));
        }

        foreach (var (name, reference) in command.Variables)
        {
            start.Environment[name] = await _secrets.ResolveAsync(reference, cancellationToken);
        }

        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Exception failure) when (failure is Win32Exception or InvalidOperationException or IOException)
        {
            throw new RollbackOpsException(ErrorId.ActivationFailed,
                $"The command '{start.FileName}' cannot be started in '{start.WorkingDirectory}': {failure.Message}",
                "Check the command in rollback.json; it is an argument list, and the program must be on the path.",
                start.FileName, failure);
        }
    }

    /// <summary>
    /// Runs a command to its end or its time-out. At the time-out it is left running: half a restart is worse than a
    /// slow one, and what is served tells how it went.
    /// </summary>
    /// <exception cref="OperationCanceledException">Waiting was stopped; the command goes on.</exception>
    public async Task<CommandOutcome> RunAsync(
        CommandSettings command,
        string folder,
        IReadOnlyDictionary<string, string> placeholders,
        CancellationToken cancellationToken)
    {
        var begun = _clock.GetTimestamp();
        using var process = await StartAsync(command, folder, placeholders, cancellationToken);
        var tail = new OutputTail();
        using var pipes = new CancellationTokenSource();
        var reading = Task.WhenAll(
            tail.ReadAsync(process.StandardOutput, pipes.Token), tail.ReadAsync(process.StandardError, pipes.Token));
        using var deadline = new CancellationTokenSource(command.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        int? exitCode = null;
        try
        {
            // Not the asynchronous wait for the process alone: that waits for redirected pipes only when they are read by events.
            await process.WaitForExitAsync(either.Token);
            exitCode = process.ExitCode;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
        finally
        {
            pipes.CancelAfter(s_pipeGrace);
            await reading;
        }

        return new CommandOutcome(exitCode, tail.ToString(), _clock.GetElapsedTime(begun));
    }

    private static string Fill(string argument, IReadOnlyDictionary<string, string> placeholders) =>
        placeholders.Aggregate(argument, (filled, pair) => filled.Replace(pair.Key, pair.Value, StringComparison.Ordinal));
}
