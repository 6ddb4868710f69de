using System.Diagnostics;
using Npgsql;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Postgres;

/// <summary>A PostgreSQL server: connections to its databases, and what its own programs need to reach it.</summary>
internal sealed class PostgresServer
{
    /// <summary>What connections and programs of ours are called in pg_stat_activity.</summary>
    public const string ApplicationName = "RollbackOps";

    // As dumps are written, and as they are read here before psql sees them; and whatever the database or the role says of
    // time-outs, of reading only and of acting as somebody else: none of it may stop a restore half-way.
    private const string Options =
        "-c standard_conforming_strings=on -c default_transaction_read_only=off -c default_transaction_deferrable=off"
        + " -c default_transaction_isolation=read\\ committed -c statement_timeout=0 -c lock_timeout=0"
        + " -c idle_in_transaction_session_timeout=0 -c role=none";

    // A function or operator that a backup, or anybody who may create in public, calls like one of the system's is not met;
    // rows that a policy hides are an error, and not missing.
    private const string Guarded = Options + " -c search_path=pg_catalog,pg_temp -c row_security=off";

    // What is restored counts only once it is swapped in: that later commit is waited for, and brings all before it to disk.
    private const string Unhurried = Options + " -c synchronous_commit=off";

    private static readonly TimeSpan s_recovery = TimeSpan.FromMilliseconds(100);

    private readonly PostgresSettings _settings;
    private readonly ISecretSource _secrets;
    private readonly TimeSpan _patience;

    /// <param name="settings">Where it is.</param>
    /// <param name="patience">How long connecting, or one statement that asks, may take.</param>
    /// <param name="secrets">Resolves the password, when it is first used.</param>
    public PostgresServer(PostgresSettings settings, TimeSpan patience, ISecretSource secrets)
    {
        _settings = settings;
        _patience = patience;
        _secrets = secrets;
    }

    /// <summary>The settings.</summary>
    public PostgresSettings Settings => _settings;

    /// <summary>How long one statement that asks may take.</summary>
    public TimeSpan Patience => _patience;

    /// <summary>A database as people know it.</summary>
    public string PlaceOf(string database) => $"{_settings.Host}:{_settings.Port}/{database}";

    /// <summary>The database that a place is.</summary>
    public string NameOf(string place) => place[(PlaceOf(string.Empty).Length)..];

    /// <summary>
    /// Opens a connection of its own: none is pooled, so none stays open. A server that recovers from a crash is waited for.
    /// </summary>
    /// <param name="database">Its name.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="isSearched">
    /// Whether names without a schema are looked for where the database says, which a query from the settings counts on. No
    /// statement of ours does.
    /// </param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseUnreachable"/>.</exception>
    public async Task<NpgsqlConnection> OpenAsync(string database, CancellationToken cancellationToken, bool isSearched = false)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = _settings.Host,
            Port = _settings.Port,
            Database = database,
            Username = _settings.User,
            Password = await ResolveAsync(_settings.Password, cancellationToken),
            ApplicationName = ApplicationName,
            Options = isSearched ? Options + " -c row_security=off" : Guarded,
            Pooling = false,
            Timeout = Math.Clamp((int)_patience.TotalSeconds, 1, 1024),
            CommandTimeout = 0,
            SslMode = _settings.Encryption switch
            {
                PostgresEncryption.Disable => SslMode.Disable,
                PostgresEncryption.Require => SslMode.Require,
                PostgresEncryption.VerifyFull => SslMode.VerifyFull,
                _ => SslMode.Prefer,
            },
        };
        for (var begun = Stopwatch.GetTimestamp(); ;)
        {
            var connection = new NpgsqlConnection(builder.ToString());
            try
            {
                await connection.OpenAsync(cancellationToken);
                await StayAsync(connection, cancellationToken);
                return connection;
            }
            catch (PostgresException recovering) when (
                recovering.SqlState == PostgresErrorCodes.CannotConnectNow && Stopwatch.GetElapsedTime(begun) < _patience)
            {
                await connection.DisposeAsync();
                await Task.Delay(s_recovery, cancellationToken);
            }
            catch (Exception failure)
            {
                await connection.DisposeAsync();
                throw PostgresErrors.IsOurs(failure, cancellationToken) ? PostgresErrors.Translate(failure, PlaceOf(database)) : failure;
            }
        }
    }

    /// <summary>Opens a connection to the database that is none of the live ones.</summary>
    public Task<NpgsqlConnection> OpenMaintenanceAsync(CancellationToken cancellationToken) =>
        OpenAsync(_settings.Maintenance, cancellationToken);

    /// <summary>Works on a database over a connection of its own, and says in our words what goes wrong.</summary>
    public async Task<T> WorkAsync<T>(
        string database, Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken, bool isSearched = false)
    {
        await using var connection = await OpenAsync(database, cancellationToken, isSearched);
        try
        {
            return await work(connection, cancellationToken);
        }
        catch (Exception failure) when (PostgresErrors.IsOurs(failure, cancellationToken))
        {
            throw PostgresErrors.Translate(failure, PlaceOf(database));
        }
    }

    /// <summary>A database as an argument of a program, which would take a name that looks like an address for one.</summary>
    public static string ArgumentOf(string database) =>
        $"--dbname=dbname='{database.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    /// <summary>A session of ours may have nothing to do for as long as a restore takes.</summary>
    private static async Task StayAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var version = connection.PostgreSqlVersion.Major;
        if (version >= 14)
        {
            await connection.ExecuteAsync(
                version >= 17 ? "SET idle_session_timeout = 0; SET transaction_timeout = 0" : "SET idle_session_timeout = 0", cancellationToken);
        }
    }

    /// <summary>What pg_dump, pg_restore and psql read from their environment; arguments would show the password to everybody.</summary>
    public async Task<IReadOnlyDictionary<string, string?>> VariablesAsync(CancellationToken cancellationToken) =>
        new Dictionary<string, string?>
        {
            ["PGHOST"] = _settings.Host,
            ["PGPORT"] = _settings.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["PGUSER"] = _settings.User,
            ["PGPASSWORD"] = await ResolveAsync(_settings.Password, cancellationToken),
            ["PGSSLMODE"] = _settings.Encryption switch
            {
                PostgresEncryption.Disable => "disable",
                PostgresEncryption.Require => "require",
                PostgresEncryption.VerifyFull => "verify-full",
                _ => "prefer",
            },
            ["PGCONNECT_TIMEOUT"] = Math.Max(2, (int)_patience.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["PGAPPNAME"] = ApplicationName,
            ["PGOPTIONS"] = Unhurried,
            // What the caller's own environment says of another server.
            ["PGSERVICE"] = null,
            ["PGDATABASE"] = null,
            ["PGHOSTADDR"] = null,
            ["LC_ALL"] = "C",
        };

    /// <summary>What a reference stands for; null for none.</summary>
    public async Task<string?> ResolveAsync(string? reference, CancellationToken cancellationToken) =>
        reference is null ? null : await _secrets.ResolveAsync(reference, cancellationToken);
}
