using System.Globalization;
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
    private readonly ChangeDraft _draft;

    private SqliteChanges(SqliteConnection kept, SqliteConnection backup, ChangeDraft draft)
    {
        _kept = kept;
        _backup = backup;
        _draft = draft;
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
                return await new SqliteChanges(kept, backup, new ChangeDraft(export, folder, tell)).WriteAsync(cancellationToken);
            }
            catch (SqliteException failure)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw ChangeDraft.Failed(export, failure);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                throw ChangeDraft.Failed(export, failure);
            }
        },
        cancellationToken);

    private async Task<LostChanges> WriteAsync(CancellationToken cancellationToken)
    {
        _kept.Execute("BEGIN");
        _backup.Execute("PRAGMA synchronous = OFF");
        // Foreign SQL made both schemas: none of it reaches beyond these two files.
        using var fence = SqliteFence.InsideOneFile(_backup);
        var (from, to) = (SqliteSchema.Read(_backup), SqliteSchema.Read(_kept));
        _draft.BeginScript("sqlite3 -bail restored.db \".read apply.sql\"");
        _draft.Script.Begin.WriteLine("PRAGMA foreign_keys = OFF;");
        _draft.Script.Begin.WriteLine("PRAGMA legacy_alter_table = ON;");
        _draft.Script.Begin.WriteLine("BEGIN IMMEDIATE;");
        var former = from.Tables.ToDictionary(table => table.Name, table => SqliteTable.Read(_backup, table.Name), StringComparer.Ordinal);
        foreach (var table in from.Tables.Where(table => to.Find("table", table.Name) is null))
        {
            _draft.AddDropped(table.Name, long.Parse(
                _backup.Scalar($"SELECT count(*) FROM {SqliteConnections.Quote(table.Name)}")!, CultureInfo.InvariantCulture));
        }

        var schema = new SqliteSchemaChange(_backup, _draft.Script.Begin, _draft.Notes);
        schema.Begin(from, to);
        var known = SqliteSchema.Read(_backup);
        foreach (var table in to.Tables.Where(table => known.Find("table", table.Name) is { IsVirtual: false }))
        {
            cancellationToken.ThrowIfCancellationRequested();
            _draft.Tell($"Compare {Inert.Line(table.Name)}");
            _draft.Add(await CompareAsync(table.Name, former.GetValueOrDefault(table.Name), cancellationToken));
        }

        schema.End(to, _draft.Script.End);
        SetCounters();
        _draft.Script.End.WriteLine("COMMIT;");
        return _draft.Keep();
    }

    private async Task<TableChanges> CompareAsync(string name, SqliteTable? former, CancellationToken cancellationToken)
    {
        var table = SqliteTable.Read(_kept, name);
        if (table.HasHalfKeys(_kept) || table.HasHalfKeys(_backup))
        {
            table = table with { Key = null };
        }

        var query = table.Query();
        var changes = RowComparison.CompareAsync(
            ReadAsync(_backup, query), _draft.Writer.CountedAsync(Inert.Line(name), ReadAsync(_kept, query)), new SqliteRowOrder(table.Key), cancellationToken);
        return await _draft.Writer.WriteAsync(
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
        _draft.Script.End.WriteLine($"PRAGMA user_version = {_kept.Scalar("PRAGMA user_version")};");
        if (_backup.Scalar($"SELECT 1 FROM sqlite_schema WHERE name = '{Sequences}'") is null)
        {
            return;
        }

        _draft.Script.End.WriteLine($"DELETE FROM {Sequences};");
        if (_kept.Scalar($"SELECT 1 FROM sqlite_schema WHERE name = '{Sequences}'") is not null)
        {
            var text = SqliteEncoding.Of(_kept);
            foreach (var row in Read(_kept, $"SELECT name, seq FROM {Sequences} ORDER BY rowid"))
            {
                _draft.Script.End.WriteLine($"INSERT INTO {Sequences} (name, seq) VALUES ({row[0].Literal(text)}, {row[1].Literal(text)});");
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
