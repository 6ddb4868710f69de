using System.ComponentModel;
using System.Runtime.InteropServices;
using RollbackOps.Adapters.LocalState;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>Owner, mode and access list of a file, which the file that takes its place gets too.</summary>
internal static partial class FileRights
{
    private const string AccessList = "system.posix_acl_access";
    private const int SameOwner = -1;
    private const int Write = 2;
    private const int Enter = 1;

    /// <summary>Copies them from one file to another.</summary>
    /// <exception cref="IOException">The operating system refused.</exception>
    public static void Copy(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (OperatingSystem.IsLinux())
        {
            CopyOwner(from, to);
        }

        File.SetUnixFileMode(to, File.GetUnixFileMode(from));
        if (OperatingSystem.IsLinux())
        {
            CopyAccessList(from, to);
        }
    }

    /// <summary>A second name for a file (link(2)); the volume has to be the same.</summary>
    /// <exception cref="IOException">The operating system refused.</exception>
    public static void Link(string existing, string name)
    {
        if (MakeLink(existing, name) != 0)
        {
            throw Failed($"'{existing}' cannot be kept as '{name}'");
        }
    }

    /// <summary>Whether this process can make and rename files in a folder (access(2)); Windows is not asked.</summary>
    public static bool CanWriteIn(string folder) => OperatingSystem.IsWindows() || Access(folder, Write | Enter) == 0;

    private static void CopyOwner(string from, string to)
    {
        if (FileStatus.Of(from) is not { } source || FileStatus.Of(to) is not { } target)
        {
            throw Failed($"the owner of '{from}' cannot be read");
        }

        var owner = source.Owner == target.Owner ? SameOwner : (int)source.Owner;
        var group = source.Group == target.Group ? SameOwner : (int)source.Group;
        if ((owner != SameOwner || group != SameOwner) && ChangeOwner(to, owner, group) != 0)
        {
            throw Failed($"the owner of '{from}' cannot be given to '{to}'");
        }
    }

    private static unsafe void CopyAccessList(string from, string to)
    {
        Span<byte> list = stackalloc byte[4096];
        fixed (byte* start = list)
        {
            // None is the usual case, and so is a volume without such lists.
            var length = GetAttribute(from, AccessList, start, list.Length);
            if (length > 0 && SetAttribute(to, AccessList, start, length, 0) != 0)
            {
                throw Failed($"the access list of '{from}' cannot be given to '{to}'");
            }
        }
    }

    private static IOException Failed(string what) =>
        new($"{what}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeLink(string existing, string name);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, int owner, int group);

    [LibraryImport("libc", EntryPoint = "getxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint GetAttribute(string path, string name, byte* value, nint size);

    [LibraryImport("libc", EntryPoint = "setxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int SetAttribute(string path, string name, byte* value, nint size, int flags);
}
