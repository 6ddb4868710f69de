using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>Everything in an SQLite file, read by nothing but SQLite: its schema, and each row by type and byte.</summary>
internal static class SqliteContent
{
    /// <summary>Lines of it, in an order of their own. Counters are among them.</summary>
    public static List<string> Of(string path)
    {
        using var connection = SqliteWorld.Connect(path);
        var lines = Rows(connection, "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'", "schema");
        lines.AddRange(Rows(connection, "PRAGMA user_version", "version"));
        var tables = SqliteWorld.Ask(connection, "SELECT hex(name) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' ORDER BY name")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(name => Encoding.UTF8.GetString(Convert.FromHexString(name)));
        foreach (var table in tables)
        {
            lines.AddRange(Rows(connection, $"SELECT * FROM \"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", table));
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static List<string> Rows(SqliteConnection connection, string query, string from)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var lines = new List<string>();
        while (reader.Read())
        {
            var row = reader.Handle!;
            lines.Add(from + ": " + string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(column => raw.sqlite3_column_type(row, column) switch
            {
                raw.SQLITE_INTEGER => $"{raw.sqlite3_column_int64(row, column)}",
                raw.SQLITE_FLOAT => $"real {BitConverter.DoubleToInt64Bits(raw.sqlite3_column_double(row, column) + 0.0):X}",
                raw.SQLITE_TEXT => $"text {Convert.ToHexString(raw.sqlite3_column_blob(row, column))}",
                raw.SQLITE_BLOB => $"blob {Convert.ToHexString(raw.sqlite3_column_blob(row, column))}",
                _ => "null",
            })));
        }

        return lines;
    }
}
