namespace RollbackTools.Shell.Sessions;

/// <summary>The exit codes of the shell; those of a script's own <c>exit</c> pass unchanged.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>An uncaught terminating error, or a last statement that failed.</summary>
    public const int Failure = 1;

    /// <summary>A command line that cannot be understood, or no such script file; sysexits' EX_USAGE.</summary>
    public const int Usage = 64;

    /// <summary>The session cannot be set up, for example without the module; sysexits' EX_SOFTWARE.</summary>
    public const int NoSession = 70;

    /// <summary>Added to a signal's number when the signal ended the session.</summary>
    public const int SignalBase = 128;

    public const int HungUp = SignalBase + 1;
    public const int Interrupted = SignalBase + 2;
    public const int Terminated = SignalBase + 15;
}
