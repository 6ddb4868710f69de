using System.IO.Compression;
using RollbackOps.Adapters.Evidence;
using RollbackOps.Adapters.Logs;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Configuration;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Evidence;

/// <summary>A release directory that was rolled back, with logs, and a place for its evidence.</summary>
internal sealed class EvidenceWorld : IDisposable
{
    public EvidenceWorld() => Folder = Root["evidence"];

    public SampleRoot Root { get; } = new();

    public string Folder { get; }

    public List<RollbackProgress> News { get; } = [];

    public FolderEvidenceStore Store => new(Folder);

    /// <summary>Every file below the evidence folder and the state folder, but the journal's own.</summary>
    public IEnumerable<string> Written =>
        new[] { Folder, Root[".rollback"] }.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Select(file => Path.GetFileName(file)!)
            .Where(name => !name.StartsWith("journal", StringComparison.Ordinal) && !name.StartsWith("lease", StringComparison.Ordinal));

    /// <summary>Rolls back, so that there is an incident; gives its id.</summary>
    public async Task<string> RollBackAsync()
    {
        var context = Root.Context;
        var plan = await new RollbackPlanner(context, _ => { }).PlanAsync(new PlanRequest { Reason = "errors" }, CancellationToken.None);
        await new RollbackRunner(context, _ => { }).RunAsync(plan, decision: null, CancellationToken.None);
        return plan.Id;
    }

    public string AddLog(string name, string content)
    {
        File.WriteAllText(Root[name], content);
        return Root[name];
    }

    public EvidenceSaver Saver(IEvidenceStore? store = null, RollbackContext? context = null) =>
        new(context ?? Root.Context, store ?? Store, new LogReader(), News.Add);

    public Task<EvidenceArchive> SaveAsync(IEvidenceStore? store = null, params string[] logs) =>
        Saver(store).SaveAsync(Request(logs), CancellationToken.None);

    public Task<EvidenceCheck> CheckAsync(string location, IEvidenceStore? store = null) =>
        new EvidenceVerifier(Root.Context.ReadLedger(), store ?? Store).CheckAsync(location, CancellationToken.None);

    public static EvidenceRequest Request(params string[] logs) => new()
    {
        Logs = logs,
        Configuration =
        [
            new EffectiveSetting { Path = "project", Value = "shop", Source = SettingSource.File, Description = "" },
            new EffectiveSetting { Path = "health.headers.Authorization", Value = "Bearer abc", Source = SettingSource.File, Description = "" },
            new EffectiveSetting { Path = "health.headers.Cookie", Value = "env:COOKIE", Source = SettingSource.File, Description = "" },
        ],
    };

    /// <summary>What a file of an archive holds.</summary>
    public static string Read(string archive, string name)
    {
        using var zip = ZipFile.OpenRead(archive);
        using var reader = new StreamReader(zip.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }

    /// <summary>Bytes that do not pack, so that an archive has a size.</summary>
    public static string Noise(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        // Lines of blanks and letters, in which nothing looks like a secret: nearly five bits in each.
        return string.Create(length, bytes, static (text, noise) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = i % 100 == 99 ? '\n' : i % 10 == 9 ? ' ' : (char)('a' + (noise[i] % 26));
            }
        });
    }

    public void Dispose() => Root.Dispose();
}
