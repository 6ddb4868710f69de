using RollbackOps;
using RollbackOps.Rollbacks;

namespace RollbackTools.Commands;

/// <summary>How the result of an act is given.</summary>
internal static class Outcome
{
    /// <summary>Gives the result, whatever became of it, and then at most one error.</summary>
    public static async Task GiveAsync(
        this AsynchronousCommand command,
        RollbackResult result,
        Func<object, Task> emit,
        Action<RollbackOpsException> report)
    {
        if (result.Status == RollbackStatus.Interrupted)
        {
            // First: after a stop nothing that a cmdlet writes arrives; the host's own line does (S20).
            command.Host.UI?.WriteLine(
                $"Stopped waiting. Rollback {result.Number} ({result.From?.Id} -> {result.Target?.Id}) is not finished; what was begun goes on. Resume-Rollback looks at it and finishes it.");
        }

        await emit(result);
        if (result.Error is { } error && result.Status != RollbackStatus.Interrupted)
        {
            report(new RollbackOpsException(error, result.Message ?? result.Status.ToString(),
                result.NextStep ?? "Look at Get-RollbackLog.", result));
        }
    }
}
