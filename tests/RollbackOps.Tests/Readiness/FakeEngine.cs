using RollbackOps.Databases;

namespace RollbackOps.Tests.Readiness;

/// <summary>A database engine that can be looked at. Whoever changes something by it fails.</summary>
internal sealed class FakeEngine : IDatabaseEngine
{
    public Func<LiveFacts> Facts { get; set; } = () => new LiveFacts(2_000_000, 50_000_000, Mode: null, MigrationLevel: "EF Core: 3");

    public string Name => "Fake";

    public string Place => "app.db";

    public IDatabase Live => throw new InvalidOperationException("It is only looked at.");

    public bool CanSwapInPlace => false;

    public string BackupExtension => ".db";

    public bool DumpsKept => false;

    public bool CanRestore(BackupFormat format) => true;

    public Task<string?> ReadForeignNameAsync(BackupSource source, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<LiveFacts> InspectAsync(FenceOptions options, CancellationToken cancellationToken) => Task.FromResult(Facts());

    public Task<BackupContent> DumpKeptAsync(string kept, string file, Action<ByteProgress> progress, CancellationToken cancellationToken) => throw Untouchable();

    public Task<BackupContent> BackUpAsync(string file, Action<ByteProgress> progress, CancellationToken cancellationToken) => throw Untouchable();

    public Task<ISideDatabase> RestoreAsideAsync(
        BackupSource source, string place, Action<ByteProgress> progress, CancellationToken cancellationToken) => throw Untouchable();

    public string SidePlace(string restoreId) => throw Untouchable();

    public string KeptPlace(string restoreId) => throw Untouchable();

    public ISideDatabase OpenSide(string place) => throw Untouchable();

    public Task<IDatabaseFence> FenceAsync(FenceOptions options, CancellationToken cancellationToken) => throw Untouchable();

    public Task<bool> IsSwappedAsync(string side, string kept, bool inPlace, CancellationToken cancellationToken) => throw Untouchable();

    public Task MendAsync(string side, string kept, string? mode, bool inPlace, CancellationToken cancellationToken) => throw Untouchable();

    public Task ReopenAsync(CancellationToken cancellationToken) => throw Untouchable();

    public Task<LostChanges> ExportChangesAsync(ChangeExport what, Action<string> tell, CancellationToken cancellationToken) => throw Untouchable();

    private static InvalidOperationException Untouchable() => new("Readiness changes nothing.");
}
