using System.Globalization;
using RollbackOps.Adapters.LocalState;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>
/// Who has a file open, by the operating system's own list: an idle connection beside a rollback journal holds no lock
/// and is seen nowhere else.
/// </summary>
/// <param name="Holders">The processes that have it open, by name and number.</param>
/// <param name="IsWhole">Whether the list shows every process that there is.</param>
internal sealed record OpenHandles(IReadOnlyList<string> Holders, bool IsWhole)
{
    /// <summary>The first namespace of process numbers (include/linux/proc_ns.h); in another one, some are not shown.</summary>
    private const string EveryProcess = "pid:[4026531836]";

    /// <summary>Looks.</summary>
    /// <param name="path">One name of the file, absolute; whoever has it open by another name or through a link is seen, too.</param>
    /// <param name="includesOwn">Whether this process counts, which has not opened the file itself yet.</param>
    public static OpenHandles Find(string path, bool includesOwn = false)
    {
        if (FileStatus.Of(path) is not { } file)
        {
            return new OpenHandles([], IsWhole: false);
        }

        var holders = new List<string>();
        var isWhole = IsEveryProcessShown();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(folder => IsProcess(folder, includesOwn)))
        {
            try
            {
                if (Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd")).Any(entry => IsOf(entry, file)))
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

    private static bool IsProcess(string folder, bool includesOwn) =>
        int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        && (includesOwn || id != Environment.ProcessId);

    /// <summary>A container has process numbers of its own, and hidepid of proc(5) hides even the first process.</summary>
    private static bool IsEveryProcessShown()
    {
        try
        {
            return Directory.Exists("/proc/1")
                && File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false) is { Name: EveryProcess };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A file that was deleted or replaced keeps its number; pipes and sockets are on no file system of files.</summary>
    private static bool IsOf(string entry, FileStatus file) => FileStatus.Of(entry) is { } open && open.IsSameAs(file);
}
