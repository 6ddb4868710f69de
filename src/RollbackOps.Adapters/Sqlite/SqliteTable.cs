using Microsoft.Data.Sqlite;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>A table whose rows can be compared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">The columns that hold values of their own, in the table's order: not the generated ones.</param>
/// <param name="Types">Their declared types.</param>
/// <param name="Key">Which of the columns are the key, in the key's order; null where there is none.</param>
/// <param name="RowId">A name of the row id that no column has; null where the table has no row ids.</param>
internal sealed record SqliteTable(
    string Name, IReadOnlyList<string> Columns, IReadOnlyList<string> Types, IReadOnlyList<int>? Key, string? RowId)
{
    private static readonly string[] s_rowIds = ["rowid", "_rowid_", "oid"];

    /// <summary>Reads one's description.</summary>
    public static SqliteTable Read(SqliteConnection connection, string name)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name, type, pk, hidden FROM pragma_table_xinfo($table)";
        command.Parameters.AddWithValue("$table", name);
        var columns = new List<(string Name, string Type, long Key, long Hidden)>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                columns.Add((reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3)));
            }
        }

        var all = columns.ConvertAll(column => column.Name);
        // Hidden are those of virtual tables, and the generated ones.
        var own = columns.Where(column => column.Hidden == 0).ToList();
        var key = own.Select((column, index) => (column.Key, Index: index)).Where(one => one.Key > 0)
            .OrderBy(one => one.Key).Select(one => one.Index).ToList();
        var isWithoutRowId = connection.Scalar(
            $"SELECT wr FROM pragma_table_list({Text(name)}) WHERE schema = 'main'") == "1";
        return new SqliteTable(
            name, [.. own.Select(column => column.Name)], [.. own.Select(column => column.Type)], key.Count == 0 ? null : key,
            isWithoutRowId ? null : Array.Find(s_rowIds, id => !all.Contains(id, StringComparer.OrdinalIgnoreCase)));
    }

    /// <summary>A text as SQL writes it.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>
    /// Whether rows lack a part of their key: SQLite lets them, beside row ids, and then a key may come twice.
    /// </summary>
    public bool HasHalfKeys(SqliteConnection connection) => RowId is not null && Key is not null && connection.Scalar(
        $"SELECT EXISTS (SELECT 1 FROM {SqliteConnections.Quote(Name)} WHERE {string.Join(" OR ", Key.Select(column => $"{Quoted(column)} IS NULL"))})") == "1";

    /// <summary>The query of its rows in their order.</summary>
    public string Query()
    {
        var order = Key is not null
            ? Key.Select(column => $"{Quoted(column)} COLLATE BINARY")
            : Columns.Select((_, column) => $"{Quoted(column)} COLLATE BINARY").Concat(Columns.Select((_, column) => $"typeof({Quoted(column)})"));
        return $"SELECT {Names} FROM {SqliteConnections.Quote(Name)} ORDER BY {string.Join(", ", order)}";
    }

    /// <summary>The columns as SQL lists them.</summary>
    public string Names => string.Join(", ", Columns.Select(SqliteConnections.Quote));

    /// <summary>A column as SQL names it.</summary>
    public string Quoted(int column) => SqliteConnections.Quote(Columns[column]);
}
