namespace RollbackOps.Adapters.Processes;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Its exit code; null when it was still running at the time-out.</param>
/// <param name="Tail">The last lines of its output and errors, made inert.</param>
/// <param name="Elapsed">How long it ran.</param>
internal sealed record CommandOutcome(int? ExitCode, string Tail, TimeSpan Elapsed);
