namespace RollbackOps.Runbooks;

/// <summary>A code block of a runbook.</summary>
/// <param name="Language">The block's language in lower case; empty when it states none.</param>
/// <param name="Lines">Its lines.</param>
public sealed record RunbookBlock(string Language, IReadOnlyList<RunbookLine> Lines);
