using System.IO.Compression;
using System.Text;
using RollbackOps.Incidents;

namespace RollbackOps.Adapters.Tests.Evidence;

/// <summary>An archive that was changed afterwards: it is found, and what was changed is named.</summary>
public sealed class TamperTests : IAsyncLifetime, IDisposable
{
    private readonly EvidenceWorld _world = new();
    private EvidenceArchive _archive = null!;
    private byte[] _bytes = [];

    public async Task InitializeAsync()
    {
        _archive = await _world.SaveAsync(null, _world.AddLog("app.log", EvidenceWorld.Noise(1_500)));
        _bytes = File.ReadAllBytes(_archive.Location);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Check_AnyBitFlipped_IsFound()
    {
        for (var place = 0; place < _bytes.Length; place += 3)
        {
            Write(place, 1 << (place / 3 % 8));

            Assert.False((await _world.CheckAsync(_archive.Location)).IsIntact, $"byte {place}");
        }
    }

    [Fact]
    public async Task Check_ABitOfALogFlipped_NamesTheLog()
    {
        var name = Encoding.UTF8.GetBytes("logs/files/app.log");
        Write(_bytes.AsSpan().IndexOf(name) + name.Length + 300, 1);

        var check = await _world.CheckAsync(_archive.Location);

        Assert.Equal(["logs/files/app.log", _archive.Name], check.Findings.Select(finding => finding.Name));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Check_ALogReplacedAndTheManifestRewritten_IsFoundByTheWitness(bool isJournalKept)
    {
        Rewrite("logs/files/app.log", "nothing happened\n");
        File.WriteAllText(_archive.Location + ".sha256", $"{(await EvidenceVerifier.HashAsync(_archive.Location, CancellationToken.None)).Sha256}  {_archive.Name}\n");
        if (!isJournalKept)
        {
            File.Delete(_world.Root[".rollback/journal.jsonl"]);
        }

        var check = await _world.CheckAsync(_archive.Location);

        // Without the journal, the manifest still knows the log.
        Assert.False(check.IsIntact);
        Assert.Contains("logs/files/app.log", check.Findings.Select(finding => finding.Name));
        Assert.Equal(isJournalKept ? EvidenceWitness.Journal : EvidenceWitness.Beside, check.Witness);
    }

    [Fact]
    public async Task Check_AFileAddedAndOneRemoved_NamesBoth()
    {
        using (var zip = ZipFile.Open(_archive.Location, ZipArchiveMode.Update))
        {
            zip.GetEntry("logs/files/app.log")!.Delete();
            zip.CreateEntry("logs/files/other.log");
        }

        var check = await _world.CheckAsync(_archive.Location);

        Assert.Equal(["logs/files/app.log", "logs/files/other.log", _archive.Name], check.Findings.Select(finding => finding.Name));
    }

    [Fact]
    public async Task Check_CutOff_IsFound()
    {
        File.WriteAllBytes(_archive.Location, _bytes[..^10]);

        Assert.False((await _world.CheckAsync(_archive.Location)).IsIntact);
    }

    [Fact]
    public async Task Check_NoSuchArchive_SaysSo()
    {
        var missing = await Assert.ThrowsAsync<RollbackOpsException>(() => _world.CheckAsync(_world.Root["nothing.zip"]));

        Assert.Equal(ErrorId.EvidenceNotFound, missing.Id);
    }

    private void Write(int place, int bit)
    {
        var changed = _bytes.ToArray();
        changed[place] ^= (byte)bit;
        File.WriteAllBytes(_archive.Location, changed);
    }

    private void Rewrite(string name, string content)
    {
        using var zip = ZipFile.Open(_archive.Location, ZipArchiveMode.Update);
        zip.GetEntry(name)!.Delete();
        using var writer = new StreamWriter(zip.CreateEntry(name).Open());
        writer.Write(content);
    }
}
