using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RollbackOps.Adapters.LocalState;

/// <summary>
/// What .NET has no call for on Unix: making a folder's entries durable, replacing a link in one step, and copying a part of
/// a file without taking it through this process.
/// </summary>
internal static partial class Durable
{
    private const int ReadOnly = 0;
    private const int FallbackBlock = 1 << 20;
    private const uint BeginWriting = 2;

    // Not on this file system, over two of them, or not in this kernel: EBADF, EXDEV, EINVAL, ENOSYS, EOPNOTSUPP.
    private static readonly int[] s_cannotCopy = [9, 18, 22, 38, 95];

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

    /// <summary>Copies a part of a file to the same place of another, by copy_file_range(2) where there is one.</summary>
    /// <returns>How many bytes were copied; 0 at the end.</returns>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static long Copy(SafeFileHandle from, SafeFileHandle to, long offset, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            var (read, written) = (offset, offset);
            var copied = CopyRange(from, ref read, to, ref written, (nuint)length, 0);
            if (copied >= 0)
            {
                return copied;
            }

            if (!s_cannotCopy.Contains(Marshal.GetLastPInvokeError()))
            {
                throw Failed("The copy cannot be written");
            }
        }

        var block = new byte[Math.Min(length, FallbackBlock)];
        var count = RandomAccess.Read(from, block, offset);
        RandomAccess.Write(to, block.AsSpan(0, count), offset);
        return count;
    }

    /// <summary>
    /// Lets the disk begin with what was written to a part of a file (sync_file_range(2)), so that a sync at the end has less
    /// to wait for. A hint: nothing is durable by it, and where there is no such call nothing is lost.
    /// </summary>
    public static void BeginSync(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SyncRange(file, offset, length, BeginWriting);
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

    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    private static partial nint CopyRange(SafeFileHandle from, ref long read, SafeFileHandle to, ref long written, nuint length, uint flags);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncRange(SafeFileHandle file, long offset, long length, uint flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
