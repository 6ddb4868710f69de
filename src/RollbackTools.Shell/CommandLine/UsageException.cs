namespace RollbackTools.Shell.CommandLine;

/// <summary>A command line that cannot be followed; the message says why.</summary>
internal sealed class UsageException(string message) : Exception(message);
