using System.Diagnostics;
using System.Globalization;

namespace RollbackOps.Bench;

/// <summary>A release directory with many releases, one an hour, the newest of them live.</summary>
internal sealed class SampleReleases : IDisposable
{
    public SampleReleases(int count)
    {
        Root = Directory.CreateTempSubdirectory("rollbackops-bench-").FullName;
        var newest = DateTimeOffset.UtcNow.AddMinutes(-30);
        var revisions = new string[count];
        for (var i = 0; i < count; i++)
        {
            var at = newest.AddHours(i - count + 1);
            var id = at.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
            var folder = Directory.CreateDirectory(Path.Combine(Root, "releases", id)).FullName;
            File.WriteAllText(Path.Combine(folder, "release.json"),
                $$"""{"commit":"{{i:x40}}","subject":"change {{i}}","author":"Ada","state":"ready"}""");
            revisions[i] = $"Branch main (at {i:x7}) deployed as release {id} by deploy";
        }

        File.WriteAllLines(Path.Combine(Root, "revisions.log"), revisions);
        File.CreateSymbolicLink(Path.Combine(Root, "current"),
            Path.Combine("releases", newest.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)));
        Configuration = Path.Combine(Root, "rollback.json");
        File.WriteAllText(Configuration, """{ "project": "bench", "platform": { "type": "releaseDirectory", "root": "." } }""");

        // Else their way to the disk is measured too.
        using var sync = Process.Start("sync");
        sync.WaitForExit();
    }

    public string Root { get; }

    public string Configuration { get; }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
