using System.Runtime.InteropServices;

namespace RollbackOps.Adapters.LocalState;

/// <summary>Where a name leads to, through every link in it (realpath(3)).</summary>
internal static partial class RealPath
{
    /// <summary>The path without links; the name itself where it leads nowhere.</summary>
    public static string Of(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return path;
        }

        var found = Resolve(path, 0);
        try
        {
            return Marshal.PtrToStringUTF8(found) ?? path;
        }
        finally
        {
            Free(found);
        }
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Resolve(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint memory);
}
