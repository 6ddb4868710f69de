using System.Globalization;
using System.Text;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Samples;

/// <summary>A real release directory in a folder of its own, gone afterwards with the service it started.</summary>
internal sealed class SampleRoot : IDisposable
{
    public const string Oldest = "20260101100000";
    public const string Previous = "20260102100000";
    public const string Live = "20260103100000";

    public SampleRoot(int port = 0, bool isEmpty = false)
    {
        Port = port;
        Path = Directory.CreateTempSubdirectory("rollback-root-").FullName;
        Directory.CreateDirectory(this["releases"]);
        if (isEmpty)
        {
            return;
        }

        foreach (var id in new[] { Oldest, Previous, Live })
        {
            AddRelease(id);
        }

        Link($"releases/{Live}");
    }

    public string Path { get; }

    public int Port { get; }

    public RollbackSettings Settings => SampleSettings.For(Path, Port);

    public RollbackContext Context => SampleSettings.Open(Settings);

    /// <summary>What the link leads to, as it stands on disk.</summary>
    public string? Target => System.IO.Path.GetFileName(new DirectoryInfo(this["current"]).LinkTarget);

    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <summary>Makes a release as Capistrano leaves one, and notes that it went live.</summary>
    public string AddRelease(string id)
    {
        var folder = Directory.CreateDirectory(this[$"releases/{id}"]).FullName;
        File.WriteAllText(System.IO.Path.Combine(folder, "REVISION"), Commit(id) + "\n");
        File.AppendAllText(this["revisions.log"],
            $"Branch main (at {Commit(id)[..7]}) deployed as release {id} by deploy\n");
        return folder;
    }

    public static string Commit(string id) =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..40].ToLowerInvariant();

    public void Link(string target)
    {
        if (new DirectoryInfo(this["current"]).LinkTarget is not null)
        {
            File.Delete(this["current"]);
        }

        File.CreateSymbolicLink(this["current"], target);
    }

    public string[] Leftovers => [.. Directory.EnumerateFileSystemEntries(Path, ".current.*"), .. Directory.EnumerateFileSystemEntries(Path, "*.next")];

    public IEnumerable<JournalRecord> Records(JournalKind kind) =>
        Context.Journal.Read().Records.Where(record => record.Kind == kind);

    /// <summary>Every live process whose command line names this folder: Linux only; elsewhere none is seen.</summary>
    public IReadOnlyList<string> Processes()
    {
        var found = new List<string>();
        foreach (var process in Directory.Exists("/proc") ? Directory.EnumerateDirectories("/proc") : [])
        {
            if (!int.TryParse(System.IO.Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                continue;
            }

            try
            {
                var line = File.ReadAllText(System.IO.Path.Combine(process, "cmdline")).Replace('\0', ' ');
                if (line.Contains(Path, StringComparison.Ordinal))
                {
                    found.Add(line);
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended while it was looked at.
            }
        }

        return found;
    }

    public void Dispose()
    {
        SampleService.Stop(Path);
        Directory.Delete(Path, recursive: true);
    }
}
