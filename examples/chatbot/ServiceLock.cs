using System.Diagnostics;

namespace Chatbot;

/// <summary>Keeps two commands from starting and stopping the same service at once; ends with its process.</summary>
internal static class ServiceLock
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(20);

    public static async Task<IDisposable> TakeAsync(string shared)
    {
        var path = Path.Combine(shared, "chatbot.lock");
        Directory.CreateDirectory(shared);
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(begun) < s_patience)
            {
                await Task.Delay(s_poll);
            }
        }
    }
}
