using Microsoft.Data.Sqlite;
using RollbackOps.Adapters.Changes;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>Exports what an SQLite file has that a restored backup has not, and the other way round.</summary>
internal sealed class SqliteChanges
{
    private const string Sequences = "sqlite_sequence";

    private readonly SqliteConnection _kept;
    private readonly SqliteConnection _backup;
    private readonly ChangeScript _script;
    private readonly ChangeWriter _writer;
    private readonly Action<string> _tell;
    private readonly List<string> _notes = [];

    private SqliteChanges(
        SqliteConnection kept, SqliteConnection backup, ChangeScript script, ChangeWriter writer, Action<string> tell)
    {
        _kept = kept;
        _backup = backup;
        _script = script;
        _writer = writer;
        _tell = tell;
    }

    /// <summary>Exports them.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.ExportFailed"/>; nothing is left.</exception>
    public static Task<LostChanges> ExportAsync(
        ChangeExport export, TimeSpan patience, Action<string> tell, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            try
            {
                using var kept = SqliteConnections.Open(export.Database, SqliteOpenMode.ReadOnly, patience);
                using var backup = SqliteConnections.Open(export.Backup.Place, SqliteOpenMode.ReadWrite, patience);
                using var stoppingKept = SqliteConnections.Interrupted(kept, cancellationToken);
                using var stoppingBackup = SqliteConnections.Interrupted(backup, cancellationToken);
                using var folder = ChangeFolder.Begin(export.Folder);
                var script = new ChangeScript(folder);
                var changes = new SqliteChanges(kept, backup, script, new ChangeWriter(folder, script, tell), tell);
                return await changes.WriteAsync(export, folder, cancellationToken);
            }
            catch (SqliteException failure)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw ChangeExports.Failed(export, failure);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                throw ChangeExports.Failed(export, failure);
            }
        },
        cancellationToken);

    private async Task<LostChanges> WriteAsync(ChangeExport export, ChangeFolder folder, CancellationToken cancellationToken)
    {
        _kept.Execute("BEGIN");
        _backup.Execute("PRAGMA synchronous = OFF");
        // Foreign SQL made both schemas: none of it reaches beyond these two files.
        using var fence = SqliteFence.InsideOneFile(_backup);
        var (from, to) = (SqliteSchema.Read(_backup), SqliteSchema.Read(_kept));
        foreach (var line in ChangeExports.Heading(export))
        {
            _script.Begin.WriteLine("-- " + line);
        }

        _script.Begin.WriteLine("-- sqlite3 -bail restored.db \".read apply.sql\"");
        _script.Begin.WriteLine("PRAGMA foreign_keys = OFF;");
        _script.Begin.WriteLine("PRAGMA legacy_alter_table = ON;");
        _script.Begin.WriteLine("BEGIN IMMEDIATE;");
        var former = from.Tables.ToDictionary(table => table.Name, table => SqliteTable.Read(_backup, table.Name), StringComparer.Ordinal);
        var dropped = from.Tables.Where(table => to.Find("table", table.Name) is null).Select(Dropped).ToList();
        var schema = new SqliteSchemaChange(_backup, _script.Begin, _notes);
        schema.Begin(from, to);
        var tables = new List<TableChanges>();
        var known = SqliteSchema.Read(_backup);
        foreach (var table in to.Tables.Where(table => known.Find("table", table.Name) is { IsVirtual: false }))
        {
            cancellationToken.ThrowIfCancellationRequested();
            _tell($"Compare {Inert.Line(table.Name)}");
            tables.Add(await CompareAsync(table.Name, former.GetValueOrDefault(table.Name), cancellationToken));
        }

        schema.End(to, _script.End);
        SetCounters();
        _script.End.WriteLine("COMMIT;");
        return ChangeExports.Keep(
            export, folder, _script,
            [.. tables.Where(table => table.File is not null || table.Fate != TableFate.Compared || table.AddedColumns.Count + table.DroppedColumns.Count > 0), .. dropped],
            largeObjects: null, _notes);
    }

    private TableChanges Dropped(SqliteObject table) => new()
    {
        Table = Inert.Line(table.Name),
        Fate = TableFate.Dropped,
        Deleted = long.Parse(
            _backup.Scalar($"SELECT count(*) FROM {SqliteConnections.Quote(table.Name)}")!, System.Globalization.CultureInfo.InvariantCulture),
    };

    private async Task<TableChanges> CompareAsync(string name, SqliteTable? former, CancellationToken cancellationToken)
    {
        var table = SqliteTable.Read(_kept, name);
        if (table.HasHalfKeys(_kept) || table.HasHalfKeys(_backup))
        {
            table = table with { Key = null };
        }

        var query = table.Query();
        var changes = RowComparison.CompareAsync(
            ReadAsync(_backup, query), _writer.CountedAsync(Inert.Line(name), ReadAsync(_kept, query)), new SqliteRowOrder(table.Key), cancellationToken);
        return await _writer.WriteAsync(
            new TableChanges
            {
                Table = Inert.Line(name),
                Fate = former is null ? TableFate.Added : TableFate.Compared,
                Key = [.. table.Key?.Select(column => Inert.Line(table.Columns[column])) ?? []],
                Columns = [.. table.Columns.Select(Inert.Line)],
                Types = [.. table.Types.Select(Inert.Line)],
                AddedColumns = former is null ? [] : [.. table.Columns.Except(former.Columns, StringComparer.OrdinalIgnoreCase).Select(Inert.Line)],
                DroppedColumns = former is null ? [] : [.. former.Columns.Except(table.Columns, StringComparer.OrdinalIgnoreCase).Select(Inert.Line)],
            },
            changes, new SqliteChangeFormat(table, SqliteEncoding.Of(_kept)), cancellationToken);
    }

    /// <summary>What counts on: ids that were given, and the application's own version.</summary>
    private void SetCounters()
    {
        _script.End.WriteLine($"PRAGMA user_version = {_kept.Scalar("PRAGMA user_version")};");
        if (_backup.Scalar($"SELECT 1 FROM sqlite_schema WHERE name = '{Sequences}'") is null)
        {
            return;
        }

        _script.End.WriteLine($"DELETE FROM {Sequences};");
        if (_kept.Scalar($"SELECT 1 FROM sqlite_schema WHERE name = '{Sequences}'") is not null)
        {
            var text = SqliteEncoding.Of(_kept);
            foreach (var row in Read(_kept, $"SELECT name, seq FROM {Sequences} ORDER BY rowid"))
            {
                _script.End.WriteLine($"INSERT INTO {Sequences} (name, seq) VALUES ({row[0].Literal(text)}, {row[1].Literal(text)});");
            }
        }
    }

    private static async IAsyncEnumerable<SqliteValue[]> ReadAsync(SqliteConnection connection, string query)
    {
        // SQLite knows no waiting.
        await Task.CompletedTask;
        foreach (var row in Read(connection, query))
        {
            yield return row;
        }
    }

    private static IEnumerable<SqliteValue[]> Read(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        command.CommandTimeout = 0;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new SqliteValue[reader.FieldCount];
            for (var column = 0; column < row.Length; column++)
            {
                row[column] = SqliteValue.Read(reader.Handle!, column);
            }

            yield return row;
        }
    }
}
