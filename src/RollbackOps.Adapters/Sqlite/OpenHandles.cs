using System.Globalization;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>
/// Who has a file open, by the operating system's own list: an idle connection beside a rollback journal holds no lock
/// and is seen nowhere else.
/// </summary>
internal sealed record OpenHandles(IReadOnlyList<string> Holders, bool IsWhole)
{
    /// <summary>Looks.</summary>
    /// <param name="inode">The file's number, by <see cref="InodeOf"/>; null where the system does not show such.</param>
    /// <param name="names">The names it may be open under, absolute.</param>
    public static OpenHandles Find(string? inode, params string[] names)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new OpenHandles([], IsWhole: false);
        }

        var holders = new List<string>();
        var isWhole = true;
        foreach (var process in Directory.EnumerateDirectories("/proc")
            .Where(path => int.TryParse(Path.GetFileName(path), out var id) && id != Environment.ProcessId))
        {
            try
            {
                if (Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd")).Any(entry => IsOf(entry, inode, names)))
                {
                    holders.Add($"{Inert.Line(File.ReadAllText(Path.Combine(process, "comm")).Trim())} (process {Path.GetFileName(process)})");
                }
            }
            catch (UnauthorizedAccessException)
            {
                isWhole = false;
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return new OpenHandles(holders, isWhole);
    }

    /// <summary>
    /// A file's number. It opens and closes the file, which would drop this process's own locks on it: only for before
    /// there are any.
    /// </summary>
    public static string? InodeOf(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Inode(file.SafeFileHandle.DangerousGetHandle().ToString(CultureInfo.InvariantCulture), "/proc/self");
    }

    private static bool IsOf(string entry, string? inode, string[] names)
    {
        try
        {
            if (File.ResolveLinkTarget(entry, returnFinalTarget: false)?.FullName is not { } target)
            {
                return false;
            }

            // Linux before 5.14 shows no numbers; the name is what the file was opened by, and "(deleted)" once it was replaced.
            var found = inode is null ? null : Inode(Path.GetFileName(entry), Path.GetDirectoryName(Path.GetDirectoryName(entry))!);
            return found is null
                ? names.Any(name => target == name || target == name + " (deleted)")
                : found == inode && names.Any(name => Path.GetFileName(target).StartsWith(Path.GetFileName(name), StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string? Inode(string descriptor, string process)
    {
        var line = File.ReadLines(Path.Combine(process, "fdinfo", descriptor))
            .FirstOrDefault(line => line.StartsWith("ino:", StringComparison.Ordinal));
        return line?["ino:".Length..].Trim();
    }
}
