namespace RollbackOps.Runbooks;

/// <summary>A scalar of a YAML file, with the way that leads to it.</summary>
/// <param name="Path">The keys and indexes on the way, for example <c>jobs.deploy.steps[0].run</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Line">The line on which it begins, from 1.</param>
/// <param name="Column">The column at which it begins, from 1.</param>
/// <param name="Lines">The lines of its text, where they can be told apart in the file.</param>
public sealed record YamlEntry(string Path, string Value, int Line, int Column, IReadOnlyList<RunbookLine> Lines);
