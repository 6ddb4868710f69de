using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using RollbackOps.Adapters.Changes;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Postgres;

/// <summary>Exports what a PostgreSQL database has that a restored backup has not, and the other way round.</summary>
internal sealed class PostgresChanges
{
    // What texts of values depend on: as pg_dump sets it, and the script the same.
    private static readonly string[] s_settings =
    [
        "SET client_encoding = 'UTF8'", "SET standard_conforming_strings = on", "SET DateStyle = 'ISO, YMD'", "SET IntervalStyle = 'postgres'",
        "SET TimeZone = 'UTC'", "SET bytea_output = 'hex'", "SET extra_float_digits = 3", "SET lc_monetary = 'C'", "SET xmloption = content",
        "SET row_security = off", "SET statement_timeout = 0", "SET check_function_bodies = off", "SELECT pg_catalog.set_config('search_path', '', false)",
    ];

    private readonly NpgsqlConnection _kept;
    private readonly NpgsqlConnection _backup;
    private readonly ChangeDraft _draft;
    private PostgresEventTriggers _triggers = new([], []);

    private PostgresChanges(NpgsqlConnection kept, NpgsqlConnection backup, ChangeDraft draft)
    {
        _kept = kept;
        _backup = backup;
        _draft = draft;
    }

    /// <summary>Exports them.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.ExportFailed"/>; nothing is left.</exception>
    public static async Task<LostChanges> ExportAsync(
        PostgresServer server, PostgresTools tools, ChangeExport export, Action<string> tell, CancellationToken cancellationToken)
    {
        try
        {
            var (keptName, backupName) = (server.NameOf(export.Database), server.NameOf(export.Backup.Place));
            await using var kept = await OpenAsync(server, keptName, cancellationToken);
            await using var backup = await OpenAsync(server, backupName, cancellationToken);
            await using var keptContent = await OpenAsync(server, keptName, cancellationToken);
            await using var backupContent = await OpenAsync(server, backupName, cancellationToken);
            await kept.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", cancellationToken);
            using var folder = ChangeFolder.Begin(export.Folder);
            var draft = new ChangeDraft(export, folder, tell);
            var schema = new PostgresSchemaChange(tools, keptName, kept, backup, draft.Notes);
            return await new PostgresChanges(kept, backup, draft).WriteAsync(
                schema, new PostgresLargeObjects(kept, keptContent), new PostgresLargeObjects(backup, backupContent), keptContent, cancellationToken);
        }
        catch (PostgresException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ChangeDraft.Failed(export, new InvalidOperationException(PostgresErrors.Said(failure), failure));
        }
        catch (Exception failure) when (PostgresErrors.IsOurs(failure, cancellationToken) || failure is UnauthorizedAccessException or InvalidOperationException)
        {
            throw ChangeDraft.Failed(export, failure);
        }
    }

    private static async Task<NpgsqlConnection> OpenAsync(PostgresServer server, string name, CancellationToken cancellationToken)
    {
        var connection = await server.OpenAsync(name, cancellationToken);
        await connection.ExecuteAsync(string.Join("; ", s_settings), cancellationToken);
        return connection;
    }

    private async Task<LostChanges> WriteAsync(
        PostgresSchemaChange schema, PostgresLargeObjects keptObjects, PostgresLargeObjects backupObjects, NpgsqlConnection content, CancellationToken cancellationToken)
    {
        var former = (await PostgresTable.ReadAsync(_backup, cancellationToken)).ToDictionary(table => table.Quoted, StringComparer.Ordinal);
        var all = await PostgresTable.ReadAsync(_kept, cancellationToken);
        foreach (var table in former.Values.Where(table => all.TrueForAll(other => other.Quoted != table.Quoted)))
        {
            _draft.AddDropped(table.Plain, long.Parse(
                (await _backup.ScalarAsync($"SELECT count(*) FROM ONLY {table.Quoted}", cancellationToken))!, CultureInfo.InvariantCulture));
        }

        _draft.Tell("Compare the schemas");
        _triggers = await PostgresEventTriggers.SwitchOffAsync(_backup, cancellationToken);
        await schema.MakeAsync(cancellationToken);
        var there = (await PostgresTable.ReadAsync(_backup, cancellationToken)).ToDictionary(table => table.Quoted, StringComparer.Ordinal);
        var changed = new List<long>();
        foreach (var table in all)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!there.TryGetValue(table.Quoted, out var backup))
            {
                _draft.Notes.Add($"{Inert.Line(table.Plain)} is left out: a restore of the backup cannot be given this table");
                continue;
            }

            _draft.Tell($"Compare {Inert.Line(table.Plain)}");
            var compared = await CompareAsync(table, backup, former.GetValueOrDefault(table.Quoted), cancellationToken);
            if (compared.File is not null)
            {
                changed.Add(backup.Oid);
            }

            _draft.Add(compared);
        }

        _draft.Tell("Compare the large objects");
        var objects = await _draft.Writer.WriteAsync(
            new TableChanges { Table = "large objects", Key = ["oid"], Columns = ["oid", "size", "sha256"] },
            RowComparison.CompareAsync(backupObjects.ReadAsync(cancellationToken), keptObjects.ReadAsync(cancellationToken), new TextRowOrder(keyColumns: 1, [true]), cancellationToken),
            new PostgresLargeObjects.Format(content), cancellationToken);
        await WriteFrameAsync(schema, [.. changed], cancellationToken);
        return _draft.Keep(objects.File is null ? null : objects);
    }

    private async Task<TableChanges> CompareAsync(PostgresTable table, PostgresTable backup, PostgresTable? former, CancellationToken cancellationToken)
    {
        // Only what is a key on both sides names one row on both.
        var compared = new PostgresChangeTable(table, hasKey: table.Key.Count > 0 && table.Key.SequenceEqual(backup.Key, StringComparer.Ordinal));
        var names = table.Columns.Select(column => column.Name).ToList();
        var order = compared.Key.Count == 0
            ? new TextRowOrder(keyColumns: null)
            : new TextRowOrder(compared.Key.Count, [.. compared.Key.Select(column => column.IsWhole)]);
        var changes = RowComparison.CompareAsync(
            ReadAsync(_backup, compared.Query(backup.Columns.Select(column => column.Name)), cancellationToken),
            _draft.Writer.CountedAsync(Inert.Line(table.Plain), ReadAsync(_kept, compared.Query(names), cancellationToken)),
            order, cancellationToken);
        return await _draft.Writer.WriteAsync(
            new TableChanges
            {
                Table = Inert.Line(table.Plain),
                Fate = former is null ? TableFate.Added : TableFate.Compared,
                Key = [.. compared.Key.Select(column => Inert.Line(column.Name))],
                Columns = [.. compared.Columns.Select(column => Inert.Line(column.Name))],
                Types = [.. compared.Columns.Select(column => Inert.Line(column.Type))],
                AddedColumns = former is null ? [] : [.. names.Except(former.Columns.Select(column => column.Name)).Select(Inert.Line)],
                DroppedColumns = former is null ? [] : [.. former.Columns.Select(column => column.Name).Except(names).Select(Inert.Line)],
            },
            changes, new PostgresChangeFormat(compared), cancellationToken);
    }

    /// <summary>What stands around the rows: settings, the schema, and what would act on the rows or forbid an order of them.</summary>
    private async Task WriteFrameAsync(PostgresSchemaChange schema, long[] changed, CancellationToken cancellationToken)
    {
        _draft.BeginScript("psql -X -v ON_ERROR_STOP=1 -d restored -f apply.sql");
        var guards = new PostgresGuards(_kept, _backup);
        var (off, on) = await guards.ReadAsync(changed, cancellationToken);
        foreach (var statement in (IEnumerable<string>)[.. s_settings, .. schema.First, "BEGIN", .. _triggers.Off, .. schema.Statements, .. off])
        {
            _draft.Script.Begin.WriteLine(statement + ";");
        }

        foreach (var statement in (IEnumerable<string>)[.. await guards.ReadSequencesAsync(cancellationToken), .. schema.Last, .. on, .. _triggers.On, "COMMIT"])
        {
            _draft.Script.End.WriteLine(statement + ";");
        }
    }

    private static async IAsyncEnumerable<IReadOnlyList<string?>> ReadAsync(
        NpgsqlConnection connection, string query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(query, connection) { AllResultTypesAreUnknown = true };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new string?[reader.FieldCount];
            for (var column = 0; column < row.Length; column++)
            {
                row[column] = reader.Text(column);
            }

            yield return row;
        }
    }
}
