using Microsoft.Data.Sqlite;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>What a database has, each with the statement that made it; SQLite's own things left out.</summary>
/// <param name="Objects">Tables, indexes, triggers and views, in the order that they were made in.</param>
/// <param name="Shadows">The tables that virtual tables keep their content in, and make by themselves.</param>
internal sealed record SqliteSchema(IReadOnlyList<SqliteObject> Objects, IReadOnlySet<string> Shadows)
{
    /// <summary>Reads it.</summary>
    public static SqliteSchema Read(SqliteConnection connection) => new(
        Rows(
            connection,
            "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
            reader => new SqliteObject(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3))),
        Rows(connection, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'", reader => reader.GetString(0)).ToHashSet(StringComparer.Ordinal));

    /// <summary>The tables that hold rows of their own.</summary>
    public IEnumerable<SqliteObject> Tables => Objects.Where(one => one is { Type: "table", IsVirtual: false });

    /// <summary>One of these, or null.</summary>
    public SqliteObject? Find(string type, string name) => Objects.FirstOrDefault(one => one.Type == type && one.Name == name);

    /// <summary>Everything of a type.</summary>
    public IEnumerable<SqliteObject> Of(string type) => Objects.Where(one => one.Type == type);

    private static List<T> Rows<T>(SqliteConnection connection, string query, Func<SqliteDataReader, T> read)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}

/// <summary>A thing of a schema.</summary>
/// <param name="Type"><c>table</c>, <c>index</c>, <c>trigger</c> or <c>view</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Table">The table it belongs to.</param>
/// <param name="Sql">The statement that made it.</param>
internal sealed record SqliteObject(string Type, string Name, string Table, string Sql)
{
    /// <summary>Whether it is a table of a module, such as full-text search: other tables hold its rows.</summary>
    public bool IsVirtual => Sql.StartsWith("CREATE VIRTUAL TABLE", StringComparison.OrdinalIgnoreCase);

    /// <summary>The statement that drops it.</summary>
    public string Drop => $"DROP {Type} IF EXISTS {SqliteConnections.Quote(Name)}";
}
