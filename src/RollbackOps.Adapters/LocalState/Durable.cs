using System.ComponentModel;
using System.Runtime.InteropServices;

namespace RollbackOps.Adapters.LocalState;

/// <summary>What .NET has no call for on Unix: making a folder's entries durable, and replacing a link in one step.</summary>
internal static partial class Durable
{
    private const int ReadOnly = 0;

    /// <summary>
    /// Renames over what is there, in one step (rename(2)). Neither File.Move nor Directory.Move replaces a link to a
    /// directory.
    /// </summary>
    /// <exception cref="IOException">The operating system refused.</exception>
    public static void Replace(string from, string to)
    {
        if (Rename(from, to) != 0)
        {
            throw Failed($"'{from}' cannot be renamed to '{to}'");
        }
    }

    /// <summary>Makes new and renamed entries of a folder durable (fsync(2)). Windows needs none of it.</summary>
    /// <exception cref="IOException">The operating system refused.</exception>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var handle = Open(folder, ReadOnly);
        if (handle < 0)
        {
            throw Failed($"'{folder}' cannot be opened");
        }

        try
        {
            if (Sync(handle) != 0)
            {
                throw Failed($"'{folder}' cannot be synced");
            }
        }
        finally
        {
            _ = Close(handle);
        }
    }

    /// <summary>
    /// A failed write as what it is: .NET reports EFBIG, a limit on the size of files (ulimit -f), as an argument out
    /// of range.
    /// </summary>
    public static IOException AsIOException(Exception failure) => failure as IOException
        ?? new IOException("The file would be larger than this process may make it (ulimit -f).", failure);

    private static IOException Failed(string what) =>
        new($"{what}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
