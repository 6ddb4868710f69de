namespace RollbackOps.Runbooks;

/// <summary>A word of a command line.</summary>
/// <param name="Value">The word without its quotes; what a shell would expand is kept as it is written.</param>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="IsQuoted">Whether any of it is quoted.</param>
internal readonly record struct ShellWord(string Value, int Start, bool IsQuoted);
