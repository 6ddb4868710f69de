namespace RollbackOps.Drills;

/// <summary>How another process of the same host is started that has the module.</summary>
/// <param name="Program">The program.</param>
/// <param name="Arguments">Its arguments before the script's text.</param>
/// <param name="Manifest">The module's manifest.</param>
public sealed record DrillHost(string Program, IReadOnlyList<string> Arguments, string Manifest);
