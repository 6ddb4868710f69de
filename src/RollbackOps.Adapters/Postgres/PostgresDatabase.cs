using System.Globalization;
using Npgsql;
using RollbackOps.Configuration;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Postgres;

/// <summary>A PostgreSQL database that is asked. Each question is a transaction that can only read.</summary>
internal class PostgresDatabase : IDatabase
{
    private const string Structure = "structure";
    private const string Checksums = "checksums";
    private const int MostRows = 10_000;
    private const int LongestValue = 80;

    private readonly DatabaseSettings _settings;

    public PostgresDatabase(PostgresServer server, string name, DatabaseSettings settings)
    {
        Server = server;
        Name = name;
        _settings = settings;
    }

    public string Place => Server.PlaceOf(Name);

    public IReadOnlyList<string> IntegrityChecks { get; } = [Structure, Checksums];

    /// <summary>Its server.</summary>
    protected PostgresServer Server { get; }

    /// <summary>Whether what a check needs may be made in it, and dropped again.</summary>
    protected virtual bool MayInstall => false;

    /// <summary>Its name there.</summary>
    protected string Name { get; }

    public Task<string> PingAsync(CancellationToken cancellationToken) => AskAsync(
        async (connection, token) => "PostgreSQL " + await connection.ScalarAsync("SELECT current_setting('server_version')", token),
        cancellationToken);

    public Task<IntegrityAnswer> CheckIntegrityAsync(string check, CancellationToken cancellationToken) => check == Structure
        ? CheckStructureAsync(cancellationToken)
        : AskAsync(PostgresIntegrity.CheckChecksumsAsync, cancellationToken);

    public async Task<QueryAnswer> QueryAsync(string query, int most, CancellationToken cancellationToken)
    {
        try
        {
            // In brackets: one query and nothing else, whatever the text holds.
            return await AskAsync(
                async (connection, token) =>
                {
                    await using var command = new NpgsqlCommand(
                        $"SELECT * FROM (\n{query.Trim().TrimEnd(';')}\n) AS audit LIMIT {MostRows + 1}", connection)
                    {
                        // As text, whatever their type is.
                        AllResultTypesAreUnknown = true,
                    };
                    await using var reader = await command.ExecuteReaderAsync(token);
                    var rows = new List<string>();
                    var count = 0L;
                    while (count < MostRows && await reader.ReadAsync(token))
                    {
                        if (count++ < most)
                        {
                            rows.Add(Row(reader));
                        }
                    }

                    return new QueryAnswer(rows, count, count < MostRows || !await reader.ReadAsync(token));
                },
                cancellationToken,
                isSearched: true);
        }
        catch (RollbackOpsException failure) when (failure.InnerException is PostgresException said)
        {
            throw new RollbackOpsException(ErrorId.QueryFailed,
                $"The query cannot be run: {PostgresErrors.Said(said)}", "Check it in rollback.json; it can only read.", query, said);
        }
    }

    public Task<IReadOnlyDictionary<string, long>> CountRowsAsync(CancellationToken cancellationToken) =>
        AskAsync(CountRowsAsync, cancellationToken);

    public Task<string?> ReadMigrationLevelAsync(CancellationToken cancellationToken) =>
        AskAsync((connection, token) => ReadMigrationLevelAsync(connection, _settings.MigrationQuery, token), cancellationToken, IsLevelSearched);

    /// <summary>The rows of every table, partitions apart, but the system's and those of extensions.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> CountRowsAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var tables = await connection.RowsAsync(
            """
            SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
              AND n.nspname NOT LIKE 'pg\_toast%'
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            ORDER BY 1, 2
            """,
            reader => (Schema: reader.GetString(0), Table: reader.GetString(1)),
            cancellationToken);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (schema, table) in tables)
        {
            counts[schema == "public" ? table : $"{schema}.{table}"] = long.Parse(
                (await connection.ScalarAsync(
                    $"SELECT count(*) FROM ONLY {PostgresSql.Quote(schema)}.{PostgresSql.Quote(table)}", cancellationToken))!,
                CultureInfo.InvariantCulture);
        }

        return counts;
    }

    public Task<AppliedMigrations?> ReadMigrationsAsync(CancellationToken cancellationToken) => AskAsync(
        (connection, token) => ReadMigrationsAsync(connection, _settings.MigrationQuery, MigrationTable.Most, token), cancellationToken, IsLevelSearched);

    /// <summary>The migration level, or null.</summary>
    public static async Task<string?> ReadMigrationLevelAsync(
        NpgsqlConnection connection, string? query, CancellationToken cancellationToken) =>
        await ReadMigrationsAsync(connection, query, most: 1, cancellationToken) is { Level: not null } applied ? applied.ToString() : null;

    private static async Task<AppliedMigrations?> ReadMigrationsAsync(
        NpgsqlConnection connection, string? query, int most, CancellationToken cancellationToken)
    {
        if (query is not null)
        {
            return await connection.ScalarAsync(query, cancellationToken) is { } level
                ? new AppliedMigrations(Tool: null, [Inert.Line(level)])
                : null;
        }

        var known = await connection.RowsAsync(
            """
            SELECT c.relname, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND c.relname = ANY ($1) AND n.nspname NOT LIKE 'pg\_%'
            ORDER BY n.nspname <> 'public', n.nspname
            """,
            reader => (Table: reader.GetString(0), Schema: reader.GetString(1)),
            cancellationToken,
            (object)MigrationTable.Known.Select(table => table.Table).ToArray());
        if (MigrationTable.Known.FirstOrDefault(table => known.Exists(one => one.Table == table.Table)) is not { } tool)
        {
            return null;
        }

        var schema = known.First(one => one.Table == tool.Table).Schema;
        var place = $"{PostgresSql.Quote(schema)}.{PostgresSql.Quote(tool.Table)}";
        return new AppliedMigrations(tool.Tool, await connection.RowsAsync(
            tool.QueryOf(place, most), reader => Inert.Line(reader.GetString(0)), cancellationToken));
    }

    /// <summary>Whether its pages and indexes are whole.</summary>
    private Task<IntegrityAnswer> CheckStructureAsync(CancellationToken cancellationToken) => Server.WorkAsync(
        Name, (connection, token) => PostgresIntegrity.CheckStructureAsync(connection, MayInstall, token), cancellationToken);

    /// <summary>Asks in a transaction that can only read.</summary>
    private Task<T> AskAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> ask, CancellationToken cancellationToken, bool isSearched = false) =>
        Server.WorkAsync(
            Name,
            async (connection, token) =>
            {
                await connection.ExecuteAsync("BEGIN READ ONLY", token);
                return await ask(connection, token);
            },
            cancellationToken,
            isSearched);

    /// <summary>The configured query names its table as it likes; those of the tools are named with their schema.</summary>
    private bool IsLevelSearched => _settings.MigrationQuery is not null;

    private static string Row(NpgsqlDataReader reader) => string.Join(", ", Enumerable.Range(0, reader.FieldCount)
        .Select(column => $"{Inert.Line(reader.GetName(column))}={Value(reader, column)}"));

    private static string Value(NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column))
        {
            return "NULL";
        }

        var text = reader.GetString(column);
        return Inert.Line(text.Length > LongestValue ? text[..LongestValue] + "…" : text);
    }
}
