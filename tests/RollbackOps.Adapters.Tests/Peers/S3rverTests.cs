using System.Globalization;
using RollbackOps.Adapters.Evidence;
using RollbackOps.Adapters.Tests.Evidence;
using RollbackOps.Configuration;
using RollbackOps.Incidents;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Peers;

/// <summary>The evidence in a service that nobody here wrote and that checks signatures as S3 does.</summary>
public sealed class S3rverTests : IAsyncLifetime, IDisposable
{
    private const string Package = "@20minutes/s3rver";
    private const string Key = "S3RVER";

    private readonly string _folder = Directory.CreateTempSubdirectory("rollback-s3rver-").FullName;
    private readonly EvidenceWorld _world = new();
    private PeerServer? _server;

    public async Task InitializeAsync()
    {
        if (OutsiderFactAttribute.Folder is { } peers && Directory.Exists(Path.Combine(peers, "node_modules", Package)))
        {
            _server = await PeerServer.StartAsync(Path.Combine(AppContext.BaseDirectory, "Peers", "s3rver.cjs"), "S3rver listening", port =>
                [Path.Combine(peers, "node_modules"), "-d", Path.Combine(_folder, "data"), "-a", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "--configure-bucket", "backups"]);
        }
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
    public async Task Save_InParts_IsStoredAsItWasAndChangesAreFound()
    {
        using var store = NewStore(Key);
        var archive = await _world.SaveAsync(store, _world.AddLog("app.log", EvidenceWorld.Noise(200_000)));

        Assert.True(archive.Size > 100_000);
        Assert.True((await _world.CheckAsync(archive.Location, store)).IsIntact);
        var stored = Directory.EnumerateFiles(_folder, "*_object", SearchOption.AllDirectories).Single();
        using (var file = new FileStream(stored, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = file.Length / 2;
            var byteThere = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(byteThere ^ 4));
        }

        var check = await _world.CheckAsync(archive.Location, store);
        Assert.Equal(EvidenceWitness.Journal, check.Witness);
        Assert.Contains("logs/files/app.log", check.Findings.Select(finding => finding.Name));
    }

    [OutsiderFact(Package)]
    public async Task Save_InOnePiece_IsStoredAsItWas()
    {
        using var store = NewStore(Key);

        var archive = await _world.SaveAsync(store);

        Assert.True((await _world.CheckAsync(archive.Location, store)).IsIntact);
    }

    [OutsiderFact(Package)]
    public async Task Save_WrongKeys_SaysSo()
    {
        using var store = NewStore("wrong");

        var refused = await Assert.ThrowsAsync<RollbackOpsException>(() => _world.SaveAsync(store));

        Assert.Equal(ErrorId.EvidenceDenied, refused.Id);
    }

    [OutsiderFact(Package)]
    public async Task Save_NoSuchBucket_SaysSo()
    {
        using var store = NewStore(Key, bucket: "nothing");

        var refused = await Assert.ThrowsAsync<RollbackOpsException>(() => _world.SaveAsync(store));

        Assert.Equal(ErrorId.EvidenceNotFound, refused.Id);
    }

    private S3EvidenceStore NewStore(string secret, string bucket = "backups") => new(
        new S3Settings
        {
            Bucket = bucket,
            Prefix = "shop/evidence",
            Endpoint = new Uri($"http://127.0.0.1:{_server!.Port}/"),
            AccessKey = Key,
            SecretKey = secret,
        },
        Path.Combine(_folder, "outgoing"), new NoSecrets(), TimeProvider.System)
    { PartSize = 50_000 };
}
