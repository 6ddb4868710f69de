namespace RollbackOps.Adapters.Processes;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Its exit code; null when it had not ended by itself at the time-out.</param>
/// <param name="Tail">The last lines of its output and errors, made inert.</param>
/// <param name="Elapsed">How long it ran, or was waited for.</param>
/// <param name="OutputFile">The file its output goes on to, when it was left running; null otherwise.</param>
internal sealed record CommandOutcome(int? ExitCode, string Tail, TimeSpan Elapsed, string? OutputFile = null);
