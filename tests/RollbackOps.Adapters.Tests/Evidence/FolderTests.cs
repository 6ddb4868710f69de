using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using RollbackOps.Adapters.Evidence;
using RollbackOps.Adapters.Logs;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;
using Xunit.Abstractions;

namespace RollbackOps.Adapters.Tests.Evidence;

/// <summary>The evidence of an incident in a folder: what is in it, and that nothing half is left there.</summary>
public sealed class FolderTests(ITestOutputHelper output) : IDisposable
{
    private readonly EvidenceWorld _world = new();

    [Fact]
    public async Task Save_AWholeIncident_HoldsEverySortOfEvidence()
    {
        var id = await _world.RollBackAsync();
        File.WriteAllText(_world.Root[$"releases/{Samples.SampleRoot.Live}/build.log"], "compiled\nlinked\n");
        var packed = _world.Root["old.log.gz"];
        using (var gzip = new GZipStream(File.Create(packed), CompressionLevel.Fastest))
        {
            gzip.Write("yesterday\n"u8);
        }

        var archive = await _world.SaveAsync(null, _world.AddLog("app.log", "one\ntwo"), packed);

        Assert.Equal((EvidenceStatus.Saved, id, false), (archive.Status, archive.RollbackId, archive.IsResumed));
        Assert.Equal(
            ["configuration/effective.jsonl", "journal/journal.jsonl", $"logs/deployments/{Samples.SampleRoot.Previous}.log",
                $"logs/deployments/{Samples.SampleRoot.Live}.log", "logs/files/app.log", "logs/files/old.log", "probes/verifications.jsonl"],
            archive.Entries.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.Equal("one\ntwo", EvidenceWorld.Read(archive.Location, "logs/files/app.log"));
        Assert.Equal("yesterday\n", EvidenceWorld.Read(archive.Location, "logs/files/old.log"));
        Assert.Equal("build.log:1: compiled\nbuild.log:2: linked\n", EvidenceWorld.Read(archive.Location, $"logs/deployments/{Samples.SampleRoot.Live}.log"));
        Assert.Contains(id, EvidenceWorld.Read(archive.Location, "journal/journal.jsonl"), StringComparison.Ordinal);
        Assert.Equal(archive.Sha256, _world.Root.Context.ReadLedger().EvidenceOf(archive.Name)?.Sha256);
        var check = await _world.CheckAsync(archive.Location);
        Assert.Equal((true, EvidenceWitness.Journal, 7, archive.Sha256), (check.IsIntact, check.Witness, check.Files, check.Sha256));
    }

    [Fact]
    public async Task Save_Configuration_IsMasked()
    {
        var archive = await _world.SaveAsync();

        var lines = EvidenceWorld.Read(archive.Location, "configuration/effective.jsonl").Split('\n');
        Assert.Contains("\"value\":\"shop\"", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"value\":\"[redacted]\"", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"value\":\"env:COOKIE\"", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_LogsWithSecrets_AreMaskedAndToldHowOften()
    {
        var log = _world.AddLog("app.log", """
            GET /a Authorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789
            -----BEGIN RSA PRIVATE KEY-----
            MIIEowIBAAKCAQEAvanished
            -----END RSA PRIVATE KEY-----
            postgres://shop:hunter2hunter2@db/shop
            harmless
            """);

        var archive = await _world.SaveAsync(null, log);

        var written = EvidenceWorld.Read(archive.Location, "logs/files/app.log");
        Assert.All(["abcdefghijklmnop", "MIIEow", "hunter2"], secret => Assert.DoesNotContain(secret, written, StringComparison.Ordinal));
        Assert.EndsWith("harmless", written, StringComparison.Ordinal);
        var entry = archive.Entries.Single(one => one.Name == "logs/files/app.log");
        Assert.Equal((6, 5), (entry.Lines, entry.MaskedLines));
        Assert.DoesNotContain(archive.Entries, one => one.Kind == EvidenceKind.Journal && one.MaskedLines > 0);
    }

    [Fact]
    public async Task Save_ASourceThatCannotBeRead_IsNamedAndTheOthersAreSaved()
    {
        var torn = _world.Root["torn.log.gz"];
        using (var memory = new MemoryStream())
        {
            using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(Encoding.ASCII.GetBytes(EvidenceWorld.Noise(100_000)));
            }

            File.WriteAllBytes(torn, memory.ToArray()[..^5000]);
        }

        var archive = await _world.SaveAsync(null, _world.Root["nothing.log"], torn, _world.AddLog("app.log", "one\n"));

        var problems = archive.Entries.Where(entry => entry.Problem is not null).ToDictionary(entry => entry.Name, entry => entry);
        Assert.Equal(["logs/deployments/20260103100000.log", "logs/files/nothing.log", "logs/files/torn.log"], problems.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("cut off", problems["logs/files/torn.log"].Problem, StringComparison.Ordinal);
        Assert.True(problems["logs/files/torn.log"].Size > 0);
        Assert.Equal(3, _world.News.Count(news => news.Kind == ProgressKind.Warning));
        Assert.Equal("one\n", EvidenceWorld.Read(archive.Location, "logs/files/app.log"));
        Assert.True((await _world.CheckAsync(archive.Location)).IsIntact);
    }

    [Fact]
    public async Task Save_PatternsAndEqualNames_AllGoIn()
    {
        Directory.CreateDirectory(_world.Root["a"]);
        Directory.CreateDirectory(_world.Root["b"]);
        foreach (var name in new[] { "a/x.log", "a/y.log", "b/x.log", "a/z.txt" })
        {
            _world.AddLog(name, name);
        }

        var archive = await _world.SaveAsync(null, _world.Root["a/*.log"], _world.Root["b/*.log"], _world.Root["a/x.log"]);

        Assert.Equal(["logs/files/x.log", "logs/files/y.log", "logs/files/x-2.log"],
            archive.Entries.Select(entry => entry.Name).Where(name => name.StartsWith("logs/files", StringComparison.Ordinal)));
        Assert.Equal("b/x.log", EvidenceWorld.Read(archive.Location, "logs/files/x-2.log"));
    }

    [Fact]
    public async Task Preview_OfTheSame_WritesNothingAndTellsEverySize()
    {
        var log = _world.AddLog("app.log", EvidenceWorld.Noise(10_000));
        var before = _world.Written.ToList();

        var preview = await _world.Saver().PreviewAsync(EvidenceWorld.Request(log), CancellationToken.None);

        Assert.Equal(before, _world.Written);
        Assert.Equal(EvidenceStatus.Planned, preview.Status);
        var saved = await _world.SaveAsync(null, log);
        Assert.Equal(saved.Entries.Select(entry => (entry.Name, entry.Size, entry.Sha256)), preview.Entries.Select(entry => (entry.Name, entry.Size, entry.Sha256)));
        Assert.InRange(preview.Size, saved.Size - 50, saved.Size + 50);
    }

    [Fact]
    public async Task Save_Stopped_LeavesNothingAndIsBegunAnew()
    {
        using var stop = new CancellationTokenSource();
        var log = _world.AddLog("app.log", EvidenceWorld.Noise(300_000));
        var saver = new EvidenceSaver(_world.Root.Context, _world.Store, new LogReader(), news =>
        {
            if (news.Text.EndsWith("app.log", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saver.SaveAsync(EvidenceWorld.Request(log), stop.Token));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_world.Folder));
        Assert.Equal(EvidenceStatus.Saved, (await _world.SaveAsync(null, log)).Status);
    }

    [Fact]
    public async Task Save_AHalfArchiveOfADeadProcess_IsRemovedAndALivingOnesStays()
    {
        Directory.CreateDirectory(_world.Folder);
        var dead = Path.Combine(_world.Folder, "evidence-production-20250101T000000Z.zip.partial");
        var living = Path.Combine(_world.Folder, "evidence-production-20250102T000000Z.zip.partial");
        File.WriteAllText(dead, "half");
        using var held = new FileStream(living, FileMode.Create, FileAccess.Write, FileShare.None);

        await _world.SaveAsync();

        Assert.False(File.Exists(dead));
        Assert.True(File.Exists(living));
    }

    [Fact]
    public async Task Save_FolderThatTakesNothing_SaysSoBeforeAnythingIsRead()
    {
        var refused = await Assert.ThrowsAsync<RollbackOpsException>(
            () => _world.SaveAsync(new FolderEvidenceStore(_world.AddLog("file", "x") + "/below")));

        Assert.Equal(ErrorId.EvidenceUnwritable, refused.Id);
        Assert.Empty(_world.Root.Records(JournalKind.EvidenceSaved));
    }

    [Fact]
    public async Task Save_DiskIsFull_SaysSoAndLeavesNothing()
    {
        Directory.CreateDirectory(_world.Folder);
        if (Shell("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", _world.Folder) is { } failure)
        {
            Console.WriteLine($"not run: a file system cannot be mounted here: {failure}");
            output.WriteLine($"not run: a file system cannot be mounted here: {failure}");
            return;
        }

        try
        {
            var refused = await Assert.ThrowsAsync<RollbackOpsException>(
                () => _world.SaveAsync(null, _world.AddLog("app.log", EvidenceWorld.Noise(300_000))));

            Assert.Equal(ErrorId.EvidenceUnwritable, refused.Id);
            Assert.Empty(Directory.EnumerateFileSystemEntries(_world.Folder));
        }
        finally
        {
            Shell("umount", _world.Folder);
        }
    }

    [Fact]
    public async Task Archive_OfAnotherUnpacker_IsReadable()
    {
        var archive = await _world.SaveAsync(null, _world.AddLog("app.log", EvidenceWorld.Noise(10_000)));

        // By its own members as well as by its index: what reads a stream sees the same.
        Assert.Equal($"{archive.Sha256}  {archive.Name}\n", File.ReadAllText(archive.Location + ".sha256"));
        Assert.Null(Shell("sh", "-c", $"cd '{_world.Folder}' && sha256sum -c --quiet '{archive.Name}.sha256'"));
    }

    public void Dispose() => _world.Dispose();

    private static string? Shell(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : errors;
    }
}
