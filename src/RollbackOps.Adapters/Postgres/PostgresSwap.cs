using System.Diagnostics;
using System.Globalization;
using Npgsql;
using RollbackOps.Databases;
using RollbackOps.Diagnostics;

namespace RollbackOps.Adapters.Postgres;

/// <summary>The live database, closed to new connections and proven to have none, and its swap by two renames in one transaction.</summary>
/// <remarks>
/// A session of ours stays connected to it until the swap: nothing can drop it meanwhile, and its sequences can be read.
/// </remarks>
internal sealed class PostgresSwap : IDatabaseFence
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    // A server process ends a moment after its client has gone.
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(500);

    private readonly PostgresServer _server;
    private readonly PgBouncer? _pooler;
    private readonly NpgsqlConnection _maintenance;
    private readonly string _oid;
    private bool _isSwapped;

    private PostgresSwap(
        PostgresServer server, PgBouncer? pooler, NpgsqlConnection maintenance, NpgsqlConnection session, string oid)
    {
        _server = server;
        _pooler = pooler;
        _maintenance = maintenance;
        Session = session;
        _oid = oid;
    }

    public string? Reserved { get; private set; }

    /// <summary>The session of ours in the live database; null once it has left.</summary>
    public NpgsqlConnection? Session { get; private set; }

    private string Live => _server.Settings.Name;

    /// <summary>Closes it.</summary>
    /// <param name="server">The server.</param>
    /// <param name="pooler">What stands before it and is paused meanwhile, or null.</param>
    /// <param name="terminate">Whether to end connections that are left.</param>
    /// <param name="cancellationToken">Stops it; everything is as it was.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseInUse"/>; everything is as it was.</exception>
    public static async Task<PostgresSwap> CloseAsync(
        PostgresServer server, PgBouncer? pooler, bool terminate, CancellationToken cancellationToken)
    {
        var maintenance = await server.OpenMaintenanceAsync(cancellationToken);
        NpgsqlConnection? session = null;
        PostgresSwap? swap = null;
        try
        {
            session = await server.OpenAsync(server.Settings.Name, cancellationToken);
            var oid = await session.ScalarAsync("SELECT oid::text FROM pg_database WHERE datname = current_database()", cancellationToken);
            swap = new PostgresSwap(server, pooler, maintenance, session, oid!);
            if (pooler is not null)
            {
                await pooler.PauseAsync(mayEnd: terminate, cancellationToken);
            }

            if (!terminate)
            {
                // Before anything is closed: who is refused here goes on as before.
                await swap.RequireUnusedAsync(cancellationToken);
            }

            await maintenance.ExecuteAsync($"ALTER DATABASE {PostgresSql.Quote(swap.Live)} ALLOW_CONNECTIONS false", cancellationToken);
            if (terminate)
            {
                await swap.TerminateAsync(cancellationToken);
            }

            await swap.RequireUnusedAsync(cancellationToken);
            return swap;
        }
        catch (Exception failure)
        {
            if (swap is not null)
            {
                await swap.DisposeAsync();
            }
            else
            {
                await maintenance.DisposeAsync();
            }

            throw IsGone(failure) && !cancellationToken.IsCancellationRequested ? PostgresErrors.Translate(failure, server.PlaceOf(server.Settings.Name)) : failure;
        }
    }

    /// <summary>Opens the live database to connections again, where a swap was begun and not made.</summary>
    public static Task MendAsync(PostgresServer server, CancellationToken cancellationToken) => server.WorkAsync(
        server.Settings.Maintenance,
        async (connection, token) =>
        {
            await OpenAsync(connection, server.Settings.Name, token);
            return true;
        },
        cancellationToken);

    public async Task SwapAsync(ISideDatabase side, string kept, CancellationToken cancellationToken)
    {
        var (sideName, keptName) = (_server.NameOf(side.Place), _server.NameOf(kept));
        try
        {
            await AdvanceSequencesAsync(sideName);
            await LeaveAsync();
            RollbackEvents.Boundary("Swap.Before", kept);
            await RenameAsync(sideName, keptName);
            _isSwapped = true;
            RollbackEvents.Boundary("Swap.Renamed", kept);
        }
        catch (Exception failure) when (IsGone(failure))
        {
            throw failure is PostgresException { SqlState: PostgresErrorCodes.ObjectInUse } busy
                ? InUse(PostgresErrors.Said(busy))
                : PostgresErrors.Translate(failure, side.Place, ErrorId.RestoreFailed);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        RollbackOpsException? closed = null;
        try
        {
            if (!_isSwapped)
            {
                await OpenLiveAsync();
            }
        }
        catch (Exception failure) when (IsGone(failure) || failure is RollbackOpsException)
        {
            closed = new RollbackOpsException(
                failure is RollbackOpsException { Id: ErrorId.DatabaseUnreachable } ? ErrorId.DatabaseUnreachable : ErrorId.RestoreFailed,
                $"The database '{_server.PlaceOf(Live)}' is still closed to connections: {Inert.Line(failure.Message)}",
                $"Open it by hand: ALTER DATABASE {PostgresSql.Quote(Live)} ALLOW_CONNECTIONS true;", _server.PlaceOf(Live), failure);
        }

        await _maintenance.DisposeAsync();
        try
        {
            await (_pooler?.ResumeAsync() ?? Task.CompletedTask);
        }
        catch (RollbackOpsException) when (closed is not null)
        {
            // The database comes first.
        }

        if (closed is not null)
        {
            throw closed;
        }
    }

    /// <summary>Opens it by a new session where the one that closed it has gone: the server may be back.</summary>
    private async Task OpenLiveAsync()
    {
        try
        {
            await OpenAsync(_maintenance, Live, CancellationToken.None);
        }
        catch (Exception failure) when (IsGone(failure))
        {
            await MendAsync(_server, CancellationToken.None);
        }
    }

    private static Task OpenAsync(NpgsqlConnection maintenance, string database, CancellationToken cancellationToken) =>
        maintenance.ExecuteAsync($"ALTER DATABASE {PostgresSql.Quote(database)} ALLOW_CONNECTIONS true", cancellationToken);

    /// <summary>Both names change together or not at all, and only where the live name still is what was closed.</summary>
    private async Task RenameAsync(string side, string kept)
    {
        await _maintenance.ExecuteAsync("BEGIN", CancellationToken.None);
        try
        {
            var found = await _maintenance.RowsAsync(
                "SELECT oid::text, datconnlimit, datistemplate FROM pg_database WHERE datname = $1",
                reader => (Oid: reader.GetString(0), Limit: reader.GetInt32(1), IsTemplate: reader.GetBoolean(2)), CancellationToken.None, Live);
            if (found is not [var live] || live.Oid != _oid)
            {
                throw new RollbackOpsException(ErrorId.WorldChanged,
                    $"The database '{_server.PlaceOf(Live)}' is another than the one that was closed (oid {found.FirstOrDefault().Oid ?? "none"}, and not {_oid}). Nothing was swapped.",
                    "Look at who dropped or renamed it; the restored one lies beside it.", _server.PlaceOf(Live));
            }

            await _maintenance.ExecuteAsync(
                string.Create(CultureInfo.InvariantCulture, $"""
                ALTER DATABASE {PostgresSql.Quote(Live)} RENAME TO {PostgresSql.Quote(kept)};
                ALTER DATABASE {PostgresSql.Quote(side)} RENAME TO {PostgresSql.Quote(Live)};
                ALTER DATABASE {PostgresSql.Quote(Live)} CONNECTION LIMIT {live.Limit} IS_TEMPLATE {live.IsTemplate};
                ALTER DATABASE {PostgresSql.Quote(kept)} ALLOW_CONNECTIONS true;
                """),
                CancellationToken.None);
            await _maintenance.ExecuteAsync("COMMIT", CancellationToken.None);
        }
        catch
        {
            await RollBackAsync();
            throw;
        }
    }

    /// <summary>Where the session has gone, what was not committed went with it; what stopped it matters more.</summary>
    private async Task RollBackAsync()
    {
        try
        {
            await _maintenance.ExecuteAsync("ROLLBACK", CancellationToken.None);
        }
        catch (Exception failure) when (IsGone(failure))
        {
        }
    }

    /// <summary>Whether a session ended: Npgsql says by another exception that it had ended before.</summary>
    private static bool IsGone(Exception failure) =>
        failure is InvalidOperationException || PostgresErrors.IsOurs(failure, CancellationToken.None);

    private async Task AdvanceSequencesAsync(string side)
    {
        if (Session is null)
        {
            return;
        }

        var live = await PostgresSequences.ReadAsync(Session, CancellationToken.None);
        if (live.Count == 0)
        {
            return;
        }

        await using var connection = await _server.OpenAsync(side, CancellationToken.None);
        var advanced = await PostgresSequences.AdvanceAsync(connection, live, _server.Settings.SequenceReserve, CancellationToken.None);
        Reserved = advanced == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"{advanced} sequences go on {_server.Settings.SequenceReserve} beyond the kept ones");
    }

    /// <summary>Our own session would be in the way of the rename; it is gone when the server says so.</summary>
    private async Task LeaveAsync()
    {
        if (Session is not { } session)
        {
            return;
        }

        Session = null;
        await session.DisposeAsync();
    }

    private async Task TerminateAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_server.Patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        while (await _maintenance.ScalarAsync(
            $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {Others}", cancellationToken) != "0"
            && !deadline.IsCancellationRequested)
        {
            await Task.Delay(s_pause, cancellationToken);
        }
    }

    private async Task RequireUnusedAsync(CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var others = await OthersAsync(cancellationToken);
        while (others.Count > 0 && Stopwatch.GetElapsedTime(begun) < s_grace)
        {
            await Task.Delay(s_pause, cancellationToken);
            others = await OthersAsync(cancellationToken);
        }

        if (others.Count > 0)
        {
            throw InUse($"{others.Count} connections: {string.Join("; ", others.Take(10))}{(others.Count > 10 ? "; …" : "")}");
        }
    }

    private Task<List<string>> OthersAsync(CancellationToken cancellationToken) => _maintenance.RowsAsync(
        $"""
        SELECT COALESCE(NULLIF(application_name, ''), '(no name)'), COALESCE(usename, backend_type, '(no role)'), COALESCE(host(client_addr), 'this machine'), pid, COALESCE(state, '')
        FROM pg_stat_activity WHERE {Others} ORDER BY backend_start, pid
        """,
        reader => Inert.Line(string.Create(CultureInfo.InvariantCulture,
            $"{reader.GetString(0)} of {reader.GetString(1)} from {reader.GetString(2)}, process {reader.GetInt32(3)}{(reader.GetString(4).Length == 0 ? "" : ", " + reader.GetString(4))}")),
        cancellationToken);

    // The server ends autovacuum by itself where it is in the way. It hides what a session of somebody else's is from
    // users without pg_read_all_stats: such a one counts.
    private string Others => string.Create(CultureInfo.InvariantCulture,
        $"datid = {_oid} AND pid <> {Session?.ProcessID ?? 0} AND COALESCE(backend_type, '') NOT IN ('autovacuum worker', 'parallel worker')");

    private RollbackOpsException InUse(string why) => new(ErrorId.DatabaseInUse,
        $"Somebody is connected to the database '{_server.PlaceOf(Live)}' ({why}).",
        "Stop what uses it; the command database.stop of rollback.json does so by itself. Or go on with -TerminateConnections -Reason.",
        _server.PlaceOf(Live));
}
