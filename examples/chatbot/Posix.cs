using System.Runtime.InteropServices;

namespace Chatbot;

/// <summary>What a daemon needs and the base class library has no name for.</summary>
internal static class Posix
{
    private const int SigTerm = 15;

    /// <summary>Leaves the terminal's session: its Ctrl+C and its end no longer reach this process.</summary>
    public static void LeaveSession()
    {
        if (setsid() < 0)
        {
            throw new InvalidOperationException(
                $"the session cannot be left: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    /// <summary>Asks a process to end; nothing happens when it has.</summary>
    public static void Terminate(int processId) => _ = kill(processId, SigTerm);

    [DllImport("libc", SetLastError = true)]
    private static extern int setsid();

    [DllImport("libc")]
    private static extern int kill(int processId, int signal);
}
