using System.Text;
using RollbackOps.Incidents;

namespace RollbackOps.Adapters.Evidence;

/// <summary>Archives on their way, as files of this machine.</summary>
internal static class EvidenceFiles
{
    /// <summary>A place for a new archive; what a process that is dead left half done there is removed.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.EvidenceUnwritable"/>.</exception>
    public static EvidenceDraft Begin(string folder, string name, string half)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var left in Directory.EnumerateFiles(folder, "evidence-*.zip" + half).Where(IsAbandoned))
            {
                File.Delete(left);
            }

            var file = Path.Combine(folder, name + half);
            // Made here, so that a folder that takes nothing is told before anything is collected.
            File.WriteAllBytes(file, []);
            return new EvidenceDraft(name, file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(folder, failure);
        }
    }

    /// <summary>Writes a small file in one step, and durably.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void WriteDurably(string file, string content)
    {
        using (var stream = new FileStream(file + ".next", FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(Encoding.UTF8.GetBytes(content));
            stream.Flush(flushToDisk: true);
        }

        File.Move(file + ".next", file, overwrite: true);
    }

    /// <summary>Deletes a file; what is gone already, or cannot go, is no error.</summary>
    public static void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception stays) when (stays is IOException or UnauthorizedAccessException)
        {
            // It carries a name that nobody takes for an archive.
        }
    }

    public static RollbackOpsException Unwritable(string folder, Exception failure) => new(ErrorId.EvidenceUnwritable,
        $"The evidence cannot be written to '{folder}': {failure.Message}",
        "Check free space and rights there (df, ls -l), or name another folder: Save-DeploymentLog -Destination.", folder, failure);

    /// <summary>Whoever writes holds the file; a dead process holds nothing.</summary>
    private static bool IsAbandoned(string file)
    {
        try
        {
            using var free = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
