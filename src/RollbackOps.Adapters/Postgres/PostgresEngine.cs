using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Postgres;

/// <summary>PostgreSQL: its own programs for bulk work, and a swap by rename from another database.</summary>
internal sealed class PostgresEngine : IDatabaseEngine
{
    // A name has at most 63 bytes.
    private const int LongestName = 63;

    private readonly DatabaseSettings _settings;
    private readonly PostgresServer _server;
    private readonly PostgresTools _tools;
    private readonly PostgresBackup _backup;
    private readonly PgBouncer? _pooler;
    private PostgresSwap? _fence;

    public PostgresEngine(DatabaseSettings settings, ISecretSource secrets)
    {
        _settings = settings;
        _server = new PostgresServer(settings.Postgres!, settings.Timeout, secrets);
        _tools = new PostgresTools(_server);
        _backup = new PostgresBackup(_server, _tools, settings);
        _pooler = _server.Settings.PgBouncer is { } pooler ? new PgBouncer(_server, _tools, pooler) : null;
        Live = new PostgresDatabase(_server, _server.Settings.Name, settings);
    }

    public string Name => "PostgreSQL";

    public string Place => _server.PlaceOf(_server.Settings.Name);

    public IDatabase Live { get; }

    public string BackupExtension => _backup.Extension;

    public bool CanSwapInPlace => false;

    public bool DumpsKept => _server.Settings.KeptDump == PostgresKeptDump.AfterRestore;

    public bool CanRestore(BackupFormat format) => format is BackupFormat.PostgresCustom or BackupFormat.PostgresDirectory
        or BackupFormat.PostgresTar or BackupFormat.PlainSql or BackupFormat.PlainSqlGzip or BackupFormat.PlainSqlZstd;

    public Task<string?> ReadForeignNameAsync(BackupSource source, CancellationToken cancellationToken) =>
        new PostgresRestore(_server, _tools, source).ReadForeignNameAsync(cancellationToken);

    public Task<BackupContent> BackUpAsync(string file, Action<ByteProgress> progress, CancellationToken cancellationToken) =>
        _backup.WriteAsync(_server.Settings.Name, file, progress, cancellationToken);

    public Task<BackupContent> DumpKeptAsync(string kept, string file, Action<ByteProgress> progress, CancellationToken cancellationToken) =>
        _backup.WriteAsync(_server.NameOf(kept), file, progress, cancellationToken);

    public async Task<ISideDatabase> RestoreAsideAsync(
        BackupSource source, string place, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        var name = _server.NameOf(place);
        var side = new PostgresSide(_server, name, _settings);
        try
        {
            await _server.WorkAsync(
                _server.Settings.Maintenance,
                async (maintenance, token) =>
                {
                    // Connected to the live one all the while, so that nothing in a backup can drop or rename it.
                    await using var guard = _fence?.Session is null ? await _server.OpenAsync(_server.Settings.Name, token) : null;
                    await new PostgresRestore(_server, _tools, source).FillAsync(maintenance, _fence?.Session ?? guard!, name, progress, token);
                    return true;
                },
                cancellationToken);
            await side.MeasureAsync(cancellationToken);
            return side;
        }
        catch (Exception failure)
        {
            await DropAsync(side, failure);
            throw;
        }
    }

    public async Task<LiveFacts> InspectAsync(FenceOptions options, CancellationToken cancellationToken)
    {
        var level = await Live.ReadMigrationLevelAsync(cancellationToken);
        var (size, free) = await _server.WorkAsync(
            _server.Settings.Maintenance,
            async (maintenance, token) =>
            {
                await PostgresPreflight.RequireAsync(maintenance, _server, options, token);
                return (await maintenance.ScalarAsync("SELECT pg_database_size($1)", token, _server.Settings.Name),
                    await PostgresSpace.ReadAsync(maintenance, token));
            },
            cancellationToken);
        var notes = await _server.WorkAsync(
            _server.Settings.Name,
            async (live, token) =>
            {
                await PostgresPreflight.RequireOneTablespaceAsync(live, Place, token);
                await PostgresSequences.RequireRoomAsync(live, _server.Settings.SequenceReserve, token);
                return await PostgresNotes.ReadAsync(live, token);
            },
            cancellationToken);
        if (_pooler is not null)
        {
            await _pooler.RequireAsync(cancellationToken);
        }

        return new LiveFacts(long.Parse(size!, CultureInfo.InvariantCulture), free, Mode: null, level)
        {
            Notes = [.. notes, PoolerNote],
        };
    }

    public string SidePlace(string restoreId) => Beside("aside", restoreId);

    public string KeptPlace(string restoreId) => Beside("kept", restoreId);

    public ISideDatabase OpenSide(string place) => new PostgresSide(_server, _server.NameOf(place), _settings);

    public async Task<IDatabaseFence> FenceAsync(FenceOptions options, CancellationToken cancellationToken) =>
        _fence = await PostgresSwap.CloseAsync(_server, _pooler, options.TerminateConnections, cancellationToken);

    public async Task<bool> IsSwappedAsync(string side, string kept, bool inPlace, CancellationToken cancellationToken) => await _server.WorkAsync(
        _server.Settings.Maintenance,
        async (maintenance, token) =>
        {
            var there = await maintenance.RowsAsync(
                "SELECT datname FROM pg_database WHERE datname = ANY ($1)", reader => reader.GetString(0), token,
                (object)new[] { _server.NameOf(side), _server.NameOf(kept) });
            return there is [var only] && only == _server.NameOf(kept);
        },
        cancellationToken);

    public async Task MendAsync(string side, string kept, string? mode, bool inPlace, CancellationToken cancellationToken)
    {
        try
        {
            await PostgresSwap.MendAsync(_server, cancellationToken);
        }
        finally
        {
            await ReopenAsync(cancellationToken);
        }
    }

    public Task ReopenAsync(CancellationToken cancellationToken) => _pooler?.ResumeAsync() ?? Task.CompletedTask;

    private string PoolerNote => _pooler is null
        ? "A connection pooler before the database (PgBouncer) may go on refusing clients for up to 15 s after the swap (its server_login_retry). Named as database.postgres.pgBouncer, it is paused meanwhile."
        : $"The PgBouncer at {_pooler.Place} is paused while the database is closed: its clients wait, each for at most its query_wait_timeout (120 s where nobody changed it).";

    public Task<LostChanges> ExportChangesAsync(ChangeExport what, Action<string> tell, CancellationToken cancellationToken) =>
        PostgresChanges.ExportAsync(_server, _tools, what, tell, cancellationToken);

    /// <summary>Drops what was begun; where even that fails, what stopped the restore says what is left.</summary>
    private static async Task DropAsync(PostgresSide side, Exception cause)
    {
        try
        {
            if (cause is RollbackOpsException { Id: ErrorId.SpaceMissing })
            {
                await side.MakeRoomAsync();
            }

            await side.DropAsync();
        }
        catch (RollbackOpsException left) when (cause is RollbackOpsException stopped)
        {
            throw new RollbackOpsException(stopped.Id, $"{stopped.Message} {left.Message}", $"{stopped.NextStep} {left.NextStep}", stopped.Subject, stopped);
        }
        catch (RollbackOpsException)
        {
            // What stopped it matters more.
        }
    }

    private string Beside(string what, string restoreId)
    {
        var ending = $"_{what}_{restoreId}";
        var name = _server.Settings.Name;
        while (System.Text.Encoding.UTF8.GetByteCount(name) > LongestName - ending.Length - "-rejected".Length)
        {
            // Whole characters only.
            name = name[..^(char.IsLowSurrogate(name[^1]) ? 2 : 1)];
        }

        return _server.PlaceOf(name + ending);
    }
}
