using System.Globalization;
using RollbackOps.Adapters.Evidence;
using RollbackOps.Adapters.Tests.Evidence;
using RollbackOps.Configuration;
using RollbackOps.Incidents;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Peers;

/// <summary>The evidence in a second stand-in for S3 that nobody here wrote; it knows no uploads in parts.</summary>
public sealed class EmulateS3Tests : IAsyncLifetime, IDisposable
{
    private const string Package = "emulate";

    private readonly string _folder = Directory.CreateTempSubdirectory("rollback-emulate-s3-").FullName;
    private readonly EvidenceWorld _world = new();
    private PeerServer? _server;

    public async Task InitializeAsync()
    {
        if (OutsiderFactAttribute.Folder is null)
        {
            return;
        }

        var seed = Path.Combine(_folder, "seed.json");
        await File.WriteAllTextAsync(seed, """{ "aws": { "region": "us-east-1", "s3": { "buckets": [{ "name": "backups" }] } } }""");
        _server = await PeerServer.StartAsync("emulate/dist/index.js", "Config:", port =>
            ["start", "--service", "aws", "--port", port.ToString(CultureInfo.InvariantCulture), "--seed", seed]);
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _world.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [OutsiderFact(Package)]
    public async Task Save_InOnePiece_IsReadBackAndCheckedFromTheJournal()
    {
        using var store = NewStore();

        var archive = await _world.SaveAsync(store, _world.AddLog("app.log", EvidenceWorld.Noise(20_000)));

        var check = await _world.CheckAsync(archive.Location, store);
        Assert.True(check.IsIntact);
        Assert.Equal(EvidenceWitness.Journal, check.Witness);
    }

    [OutsiderFact(Package)]
    public async Task Save_NoSuchBucket_SaysSo()
    {
        using var store = NewStore(bucket: "nothing");

        var refused = await Assert.ThrowsAsync<RollbackOpsException>(() => _world.SaveAsync(store));

        Assert.Equal(ErrorId.EvidenceNotFound, refused.Id);
    }

    private S3EvidenceStore NewStore(string bucket = "backups") => new(
        new S3Settings
        {
            Bucket = bucket,
            Prefix = "shop/evidence",
            Endpoint = new Uri($"http://127.0.0.1:{_server!.Port}/"),
            AccessKey = "AKIAIOSFODNN7EXAMPLE",
            SecretKey = "any-key-is-taken",
        },
        Path.Combine(_folder, "outgoing"), new NoSecrets(), TimeProvider.System);
}
