using System.Diagnostics;

namespace RollbackOps.Adapters.LocalState;

/// <summary>
/// An operating-system lock on a file: held by an open handle, and gone the moment its process is. .NET takes an
/// advisory lock (flock) for <see cref="FileShare.None"/> on Unix and a mandatory one on Windows; the handle is not
/// inherited by child processes.
/// </summary>
internal static class FileLock
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(3);

    /// <summary>Takes the lock, or gives null when somebody has it.</summary>
    /// <exception cref="IOException">The file cannot be opened for another reason.</exception>
    public static FileStream? TryTake(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 0,
            });
        }
        catch (IOException busy) when (IsSharingViolation(busy))
        {
            return null;
        }
    }

    /// <summary>Takes the lock, waiting for it.</summary>
    /// <exception cref="IOException">It was not to be had in time.</exception>
    public static FileStream Wait(string path, TimeSpan patience)
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            if (TryTake(path) is { } taken)
            {
                return taken;
            }

            if (Stopwatch.GetElapsedTime(begun) > patience)
            {
                throw new IOException($"Another process has held the lock '{path}' for {patience.TotalSeconds:0} s.");
            }

            // The lock is held for one write and sync; the operating system offers no event for its end.
            Thread.Sleep(s_pause + TimeSpan.FromMilliseconds(Random.Shared.Next(5)));
        }
    }

    /// <summary>Windows' sharing and lock violations, and EWOULDBLOCK as .NET reports it on Linux and macOS.</summary>
    private static bool IsSharingViolation(IOException failure) =>
        (failure.HResult & 0xFFFF) is 32 or 33 || failure.HResult is 11 or 35;
}
