using System.Globalization;
using Microsoft.Data.Sqlite;
using RollbackOps.Configuration;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>An SQLite file that is asked. It is opened for reading only: nothing here can change it.</summary>
internal class SqliteDatabase : IDatabase
{
    private const string Structure = "integrity";
    private const string ForeignKeys = "foreign-keys";
    private const int MostFindings = 100;
    private const int SmallestPage = 512;
    private const int MostRows = 10_000;
    private const int LongestValue = 80;

    private readonly DatabaseSettings _settings;

    public SqliteDatabase(string path, DatabaseSettings settings)
    {
        Place = path;
        _settings = settings;
    }

    public string Place { get; }

    public IReadOnlyList<string> IntegrityChecks { get; } = [Structure, ForeignKeys];

    public Task<string> PingAsync(CancellationToken cancellationToken) => AskAsync(
        connection =>
        {
            // The schema is read: a file that is no database opens all the same.
            connection.Scalar("SELECT count(*) FROM sqlite_schema");
            return "SQLite " + connection.ServerVersion;
        },
        cancellationToken);

    public async Task<IntegrityAnswer> CheckIntegrityAsync(string check, CancellationToken cancellationToken) => new(
        await AskAsync(connection => check == Structure ? CheckStructure(connection) : CheckForeignKeys(connection), cancellationToken),
        "nothing found");

    public async Task<QueryAnswer> QueryAsync(string query, int most, CancellationToken cancellationToken)
    {
        try
        {
            return await SqliteConnections.WorkAsync(
                Place, SqliteOpenMode.ReadOnly, _settings.Timeout, connection => Query(connection, query, most), cancellationToken);
        }
        catch (SqliteException failure)
        {
            throw new RollbackOpsException(ErrorId.QueryFailed,
                $"The query cannot be run: {failure.Message}", "Check it in rollback.json; it can only read.", query, failure);
        }
    }

    public Task<IReadOnlyDictionary<string, long>> CountRowsAsync(CancellationToken cancellationToken) =>
        AskAsync(CountRows, cancellationToken);

    public Task<string?> ReadMigrationLevelAsync(CancellationToken cancellationToken) =>
        AskAsync(connection => ReadMigrationLevel(connection, _settings.MigrationQuery), cancellationToken);

    /// <summary>The rows of every table but SQLite's own.</summary>
    public static IReadOnlyDictionary<string, long> CountRows(SqliteConnection connection)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in Tables(connection))
        {
            counts[table] = long.Parse(
                connection.Scalar($"SELECT count(*) FROM {SqliteConnections.Quote(table)}")!, CultureInfo.InvariantCulture);
        }

        return counts;
    }

    public Task<AppliedMigrations?> ReadMigrationsAsync(CancellationToken cancellationToken) =>
        AskAsync(connection => ReadMigrations(connection, _settings.MigrationQuery, MigrationTable.Most), cancellationToken);

    /// <summary>The migration level, or null.</summary>
    public static string? ReadMigrationLevel(SqliteConnection connection, string? query) =>
        ReadMigrations(connection, query, most: 1) is { Level: not null } applied ? applied.ToString() : null;

    private static AppliedMigrations? ReadMigrations(SqliteConnection connection, string? query, int most)
    {
        if (query is not null)
        {
            return connection.Scalar(query) is { } level ? new AppliedMigrations(Tool: null, [Inert.Line(level)]) : null;
        }

        var tables = Tables(connection);
        return MigrationTable.Known.FirstOrDefault(known => tables.Contains(known.Table)) is { } found
            ? new AppliedMigrations(found.Tool, Rows(
                connection, found.QueryOf(SqliteConnections.Quote(found.Table), most), reader => Inert.Line(reader.GetString(0))))
            : null;
    }

    private static List<string> Tables(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
        using var reader = command.ExecuteReader();
        var tables = new List<string>();
        while (reader.Read())
        {
            tables.Add(reader.GetString(0));
        }

        return tables;
    }

    private List<string> CheckStructure(SqliteConnection connection)
    {
        // SQLite takes what is shorter than the smallest page for an empty database.
        if (new FileInfo(Place) is { Exists: true, Length: > 0 and < SmallestPage and var length })
        {
            return [string.Create(CultureInfo.InvariantCulture, $"the file was cut off: it has {length} bytes")];
        }

        var found = Rows(connection, $"PRAGMA integrity_check({MostFindings})", reader => Inert.Line(reader.GetString(0)));
        return found is ["ok"] ? CheckLength(connection) : found;
    }

    /// <summary>SQLite reads no page that is free, and so does not miss the end of the file where the last one is.</summary>
    private List<string> CheckLength(SqliteConnection connection)
    {
        // While it lasts, nobody makes the file shorter, nor brings the write-ahead log into it.
        connection.Execute("BEGIN");
        connection.Scalar("SELECT count(*) FROM sqlite_schema");
        var pages = long.Parse(connection.Scalar("PRAGMA page_count")!, CultureInfo.InvariantCulture);
        var pageSize = long.Parse(connection.Scalar("PRAGMA page_size")!, CultureInfo.InvariantCulture);
        var length = new FileInfo(Place).Length;
        var isInLog = new FileInfo(Place + "-wal") is { Exists: true, Length: > 0 };
        connection.Execute("COMMIT");
        return isInLog || length >= pages * pageSize
            ? []
            : [string.Create(CultureInfo.InvariantCulture, $"the file was cut off: it has {length} bytes, and {pages} pages of {pageSize} bytes belong to it")];
    }

    private static List<string> CheckForeignKeys(SqliteConnection connection) => Rows(
        connection,
        "PRAGMA foreign_key_check",
        reader => Inert.Line(string.Create(CultureInfo.InvariantCulture,
            $"{reader.GetString(0)} row {(reader.IsDBNull(1) ? "without a row id" : reader.GetInt64(1))} refers to a row of {reader.GetString(2)} that is not there")));

    private static List<string> Rows(SqliteConnection connection, string query, Func<SqliteDataReader, string> read)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        command.CommandTimeout = 0;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (rows.Count < MostFindings && reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static QueryAnswer Query(SqliteConnection connection, string query, int most)
    {
        // The file is open for reading only; this also forbids what goes elsewhere, such as ATTACH and temporary tables.
        using var fence = SqliteFence.ReadingOnly(connection);
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        var count = 0L;
        while (count < MostRows && reader.Read())
        {
            if (count++ < most)
            {
                rows.Add(Row(reader));
            }
        }

        return new QueryAnswer(rows, count, count < MostRows || !reader.Read());
    }

    private static string Row(SqliteDataReader reader) => string.Join(", ", Enumerable.Range(0, reader.FieldCount)
        .Select(column => $"{Inert.Line(reader.GetName(column))}={Value(reader, column)}"));

    private static string Value(SqliteDataReader reader, int column)
    {
        if (reader.IsDBNull(column))
        {
            return "NULL";
        }

        var text = reader.GetValue(column) is byte[] bytes
            ? $"({bytes.Length} bytes)"
            : Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture)!;
        return Inert.Line(text.Length > LongestValue ? text[..LongestValue] + "…" : text);
    }

    private async Task<T> AskAsync<T>(Func<SqliteConnection, T> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await SqliteConnections.WorkAsync(Place, SqliteOpenMode.ReadOnly, _settings.Timeout, ask, cancellationToken);
        }
        catch (SqliteException failure)
        {
            throw SqliteConnections.Translate(failure, Place);
        }
    }

    private Task<IReadOnlyList<string>> AskAsync(Func<SqliteConnection, List<string>> ask, CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyList<string>>(ask, cancellationToken);
}
