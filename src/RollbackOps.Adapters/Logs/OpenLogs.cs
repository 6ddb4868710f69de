using Microsoft.Win32.SafeHandles;

namespace RollbackOps.Adapters.Logs;

/// <summary>
/// The logs to read, all opened before the first is read: one that is renamed under us stays the one it was. One that was
/// renamed while they were opened, and so has two of the names, is taken once.
/// </summary>
internal sealed class OpenLogs : IDisposable
{
    private const int BeginSize = 1024;
    private readonly List<(string Path, SafeFileHandle File, byte[] Begin)> _all = [];

    /// <summary>The files and their paths.</summary>
    public IEnumerable<(string Path, SafeFileHandle File)> All => _all.Select(one => (one.Path, one.File));

    /// <summary>Opens a file.</summary>
    public void Add(string path)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var begin = new byte[BeginSize];
        begin = begin[..RandomAccess.Read(file, begin, 0)];
        if (begin.Length > 0 && _all.Exists(other => IsSame(other.File, other.Begin, file, begin)))
        {
            file.Dispose();
            return;
        }

        _all.Add((path, file, begin));
    }

    public void Dispose() => _all.ForEach(one => one.File.Dispose());

    /// <summary>Born in the same moment with the same first lines; what was read first may since have grown.</summary>
    private static bool IsSame(SafeFileHandle first, byte[] firstBegin, SafeFileHandle second, byte[] secondBegin) =>
        File.GetCreationTimeUtc(first) == File.GetCreationTimeUtc(second) && secondBegin.AsSpan().StartsWith(firstBegin);
}
