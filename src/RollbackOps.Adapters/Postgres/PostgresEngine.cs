using System.Globalization;
using Npgsql;
using RollbackOps.Adapters.Backups;
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
    private readonly PgBouncer? _pooler;
    private PostgresSwap? _fence;

    public PostgresEngine(DatabaseSettings settings, ISecretSource secrets)
    {
        _settings = settings;
        _server = new PostgresServer(settings.Postgres!, settings.Timeout, secrets);
        _tools = new PostgresTools(_server);
        _pooler = _server.Settings.PgBouncer is { } pooler ? new PgBouncer(_server, _tools, pooler) : null;
        Live = new PostgresDatabase(_server, _server.Settings.Name, settings);
    }

    public string Name => "PostgreSQL";

    public string Place => _server.PlaceOf(_server.Settings.Name);

    public IDatabase Live { get; }

    public string BackupExtension => ".dump";

    public bool CanSwapInPlace => false;

    public bool CanRestore(BackupFormat format) =>
        format is BackupFormat.PostgresCustom or BackupFormat.PlainSql or BackupFormat.PlainSqlGzip;

    public async Task<BackupContent> BackUpAsync(
        string file, Action<ByteProgress> progress, CancellationToken cancellationToken) => await _server.WorkAsync(
            _server.Settings.Name,
            async (connection, token) =>
            {
                var version = (await connection.ScalarAsync("SELECT current_setting('server_version')", token))!;
                var tool = await _tools.RequireAsync("pg_dump", version, token);
                // What is counted is what is dumped, whoever writes meanwhile.
                await connection.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", token);
                var snapshot = (await connection.ScalarAsync("SELECT pg_export_snapshot()", token))!;
                var dumping = _tools.RunAsync(
                    "pg_dump",
                    ["--format=custom", "--no-password", $"--snapshot={snapshot}", $"--file={file}", $"--dbname={_server.Settings.Name}"],
                    input: null, token);
                await FollowAsync(dumping, file, progress);
                var ended = await dumping;
                if (ended.ExitCode != 0)
                {
                    throw new RollbackOpsException(ErrorId.BackupFailed,
                        $"pg_dump could not dump '{Place}': {ended.FirstError}",
                        "Check free space where the backup goes (df), and the rights on every table.", Place);
                }

                return new BackupContent(
                    BackupFormat.PostgresCustom,
                    $"PostgreSQL {version}",
                    await PostgresDatabase.ReadMigrationLevelAsync(connection, _settings.MigrationQuery, token),
                    await PostgresDatabase.CountRowsAsync(connection, token),
                    new Dictionary<string, string> { ["pg_dump"] = tool });
            },
            cancellationToken);

    public async Task<ISideDatabase> RestoreAsideAsync(
        BackupSource source, string place, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        BackupIdentity.RequireHash(source, source.Sha256 is null
            ? string.Empty
            : await FileHash.ComputeAsync(source.Path, progress, cancellationToken));
        var name = _server.NameOf(place);
        var side = new PostgresSide(_server, name, _settings);
        try
        {
            await _server.WorkAsync(
                _server.Settings.Maintenance,
                async (maintenance, token) =>
                {
                    await RestoreAsync(maintenance, source, name, progress, token);
                    return true;
                },
                cancellationToken);
            await side.MeasureAsync(cancellationToken);
            return side;
        }
        catch
        {
            await side.DropAsync();
            throw;
        }
    }

    public async Task<LiveFacts> InspectAsync(FenceOptions options, CancellationToken cancellationToken)
    {
        var level = await Live.ReadMigrationLevelAsync(cancellationToken);
        var size = await _server.WorkAsync(
            _server.Settings.Maintenance,
            async (maintenance, token) =>
            {
                await PostgresPreflight.RequireAsync(maintenance, _server, options, token);
                return await maintenance.ScalarAsync("SELECT pg_database_size($1)", token, _server.Settings.Name);
            },
            cancellationToken);
        await _server.WorkAsync(
            _server.Settings.Name,
            async (live, token) =>
            {
                await PostgresPreflight.RequireOneTablespaceAsync(live, Place, token);
                await PostgresSequences.RequireRoomAsync(live, _server.Settings.SequenceReserve, token);
                return true;
            },
            cancellationToken);
        if (_pooler is not null)
        {
            await _pooler.RequireAsync(cancellationToken);
        }

        return new LiveFacts(long.Parse(size!, CultureInfo.InvariantCulture), FreeSpace: null, Mode: null, level)
        {
            Notes = [PoolerNote],
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

    private async Task RestoreAsync(
        NpgsqlConnection maintenance, BackupSource source, string name, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        var version = (await maintenance.ScalarAsync("SELECT current_setting('server_version')", cancellationToken))!;
        var isArchive = source.Format == BackupFormat.PostgresCustom;
        var tool = await _tools.RequireAsync(isArchive ? "pg_restore" : "psql", version, cancellationToken);
        // Connected to it all the while, so that nothing in a backup can drop or rename the live database.
        await using var guard = _fence?.Session is null ? await _server.OpenAsync(_server.Settings.Name, cancellationToken) : null;
        var live = _fence?.Session ?? guard!;
        var properties = new PostgresProperties(maintenance);
        await maintenance.ExecuteAsync(
            await properties.CreateStatementAsync(_server.Settings.Name, name, cancellationToken), cancellationToken);
        // Nobody but us has any business in it until it is swapped in.
        await maintenance.ExecuteAsync($"REVOKE ALL ON DATABASE {PostgresSql.Quote(name)} FROM PUBLIC", cancellationToken);
        var ended = isArchive
            ? await _tools.RunAsync(
                "pg_restore",
                [
                    "--exit-on-error", "--no-password", string.Create(CultureInfo.InvariantCulture, $"--jobs={_server.Settings.Jobs}"),
                    $"--dbname={name}", source.Path,
                ],
                input: null, cancellationToken)
            : await new PostgresDump(_tools, source, tool).RestoreAsync(name, progress, cancellationToken);
        if (ended.ExitCode != 0)
        {
            throw new RollbackOpsException(ErrorId.BackupInvalid,
                $"The backup '{source.Name}' cannot be restored: {ended.FirstError}",
                "Choose another: Get-DatabaseBackup. The live database is as it was.", source.Path);
        }

        await using (var side = await _server.OpenAsync(name, cancellationToken))
        {
            await PostgresProperties.AlignExtensionsAsync(live, side, cancellationToken);
            await side.ExecuteAsync("ANALYZE", cancellationToken);
        }

        await properties.CopyAsync(_server.Settings.Name, name, cancellationToken);
    }

    /// <summary>Tells how much a program has written so far; how much it will be is not known.</summary>
    private static async Task FollowAsync(Task writing, string file, Action<ByteProgress> progress)
    {
        while (await Task.WhenAny(writing, Task.Delay(TimeSpan.FromMilliseconds(200))) != writing)
        {
            progress(new ByteProgress(File.Exists(file) ? new FileInfo(file).Length : 0, null));
        }
    }

    private string Beside(string what, string restoreId)
    {
        var ending = $"_{what}_{restoreId}";
        var name = _server.Settings.Name;
        while (System.Text.Encoding.UTF8.GetByteCount(name) > LongestName - ending.Length - "-rejected".Length)
        {
            name = name[..^1];
        }

        return _server.PlaceOf(name + ending);
    }
}
