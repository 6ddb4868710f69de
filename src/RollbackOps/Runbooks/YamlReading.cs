namespace RollbackOps.Runbooks;

/// <summary>What could be read of a YAML file.</summary>
/// <param name="Entries">Its scalars up to where reading ended.</param>
/// <param name="Problem">Why reading ended before the file did, or null.</param>
/// <param name="ProblemLine">The line of the problem, from 1.</param>
public sealed record YamlReading(IReadOnlyList<YamlEntry> Entries, string? Problem, int ProblemLine);
