namespace RollbackTools.Tests.Shell;

/// <summary>What a run of the shell left.</summary>
internal sealed record ShellResult(int ExitCode, string Output, string Error);
