using System.Diagnostics;

namespace Chatbot;

/// <summary>The service's process, as <c>shared/chatbot.json</c> keeps it.</summary>
/// <param name="ProcessId">Its number.</param>
/// <param name="StartedAt">When it was started: the number alone may belong to another process by now.</param>
/// <param name="Port">Where it serves.</param>
internal sealed record RunningService(int ProcessId, DateTimeOffset StartedAt, int Port)
{
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static RunningService Of(Process process, int port) =>
        new(process.Id, process.StartTime.ToUniversalTime(), port);

    /// <summary>Whether that very process runs.</summary>
    public bool IsRunning()
    {
        try
        {
            using var process = Process.GetProcessById(ProcessId);
            return !process.HasExited
                && (process.StartTime.ToUniversalTime() - StartedAt).Duration() < s_clockTolerance
                && !IsZombie();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException
            or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Asks it to end, makes it end where it does not, and waits until it has.</summary>
    public async Task EndAsync()
    {
        Posix.Terminate(ProcessId);
        if (await HasEndedAsync())
        {
            return;
        }

        using (var process = Process.GetProcessById(ProcessId))
        {
            process.Kill();
        }

        if (!await HasEndedAsync())
        {
            throw new InvalidOperationException($"process {ProcessId} does not end.");
        }
    }

    private async Task<bool> HasEndedAsync()
    {
        // No event tells of the end of a process that is nobody's child.
        var begun = Stopwatch.GetTimestamp();
        while (IsRunning())
        {
            if (Stopwatch.GetElapsedTime(begun) > s_patience)
            {
                return false;
            }

            await Task.Delay(s_poll);
        }

        return true;
    }

    /// <summary>In a container whose first process collects no children, an ended process stays listed for ever.</summary>
    private bool IsZombie()
    {
        var status = $"/proc/{ProcessId}/stat";
        return File.Exists(status) && File.ReadAllText(status) is var line
            && line.AsSpan(line.LastIndexOf(')') + 1).TrimStart().StartsWith("Z");
    }
}
