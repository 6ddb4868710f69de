namespace RollbackOps.Runbooks;

/// <summary>A line of a block, and where it begins in its file.</summary>
/// <param name="Number">The line in the file, from 1.</param>
/// <param name="Column">The column in that line at which the text begins, from 1.</param>
/// <param name="Text">The text without its line break.</param>
public readonly record struct RunbookLine(int Number, int Column, string Text);
