using RollbackOps.Configuration;

namespace RollbackOps.Databases;

/// <summary>Runs the commands that stop, start and try the services (S42).</summary>
public interface ICommandHooks
{
    /// <summary>Runs one to its end, or to its time-out, at which it is ended.</summary>
    /// <returns>The last lines it said, made inert, without the secrets it was given (S40).</returns>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.HookFailed"/>: it failed, or took too long.</exception>
    Task<string> RunAsync(string name, CommandSettings command, CancellationToken cancellationToken);
}
