using RollbackOps;
using RollbackOps.Rollbacks;

namespace RollbackTools.Commands;

/// <summary>The error that goes with a result that is not good news.</summary>
internal static class Outcome
{
    /// <summary>Reports it, after the result itself was written.</summary>
    public static void ReportOutcome(
        this AsynchronousCommand command, RollbackResult result, Action<RollbackOpsException> report)
    {
        if (result.Status == RollbackStatus.Interrupted)
        {
            // After a stop nothing that a cmdlet writes arrives; the host's own line does (S20).
            command.Host.UI?.WriteLine(
                $"Stopped waiting. Rollback {result.Number} ({result.From?.Id} -> {result.Target?.Id}) is not finished; what was begun goes on. Resume-Rollback looks at it and finishes it.");
        }
        else if (result.Error is { } error)
        {
            report(new RollbackOpsException(error, result.Message ?? result.Status.ToString(),
                result.NextStep ?? "Look at Get-RollbackLog.", result));
        }
    }
}
