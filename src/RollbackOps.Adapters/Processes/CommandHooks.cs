using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Processes;

/// <summary>Runs the commands that stop, start and try the services.</summary>
internal sealed class CommandHooks : ICommandHooks
{
    private readonly CommandRunner _runner;
    private readonly string _folder;

    public CommandHooks(CommandRunner runner, string folder)
    {
        _runner = runner;
        _folder = folder;
    }

    public async Task<string> RunAsync(string name, CommandSettings command, CancellationToken cancellationToken)
    {
        CommandOutcome outcome;
        try
        {
            outcome = await _runner.RunAsync(
                command, _folder, new Dictionary<string, string>(), cancellationToken, killAtTimeout: true);
        }
        catch (RollbackOpsException unstartable) when (unstartable.Id == ErrorId.ActivationFailed)
        {
            throw Failed(name, unstartable.Message, unstartable);
        }

        return outcome.ExitCode switch
        {
            0 => outcome.Tail,
            null => throw Failed(name, string.Create(CultureInfo.InvariantCulture,
                $"it took longer than {command.Timeout.TotalSeconds:0.#} s and was ended{Said(outcome.Tail)}"), inner: null),
            _ => throw Failed(name, string.Create(CultureInfo.InvariantCulture,
                $"it ended with exit code {outcome.ExitCode}{Said(outcome.Tail)}"), inner: null),
        };
    }

    private static string Said(string tail) => tail.Length == 0 ? "." : $" and said: {tail}";

    private static RollbackOpsException Failed(string name, string why, Exception? inner) => new(ErrorId.HookFailed,
        $"The command database.{name} failed: {why}", $"Run the command of database.{name} by hand and see what it says.", name, inner);
}
