namespace RollbackOps.Adapters.Postgres;

/// <summary>A table as it is compared: which columns, in which order, and how rows are asked for.</summary>
internal sealed class PostgresChangeTable
{
    // Beyond what is usual, so that a table that is really called so is not met.
    private const string Bytewise = "COLLATE pg_catalog.\"C\"";

    public PostgresChangeTable(PostgresTable table, bool hasKey)
    {
        Table = table;
        Key = hasKey ? [.. table.Key.Select(name => table.Columns.First(column => column.Name == name))] : [];
        Columns = [.. Key, .. table.Columns.Except(Key)];
    }

    /// <summary>The table.</summary>
    public PostgresTable Table { get; }

    /// <summary>The key's columns; empty where rows are counted.</summary>
    public IReadOnlyList<PostgresColumn> Key { get; }

    /// <summary>The columns of a row, the key's first.</summary>
    public IReadOnlyList<PostgresColumn> Columns { get; }

    /// <summary>How many values come before the columns' own: without a key, the row as one text.</summary>
    public int Offset => Key.Count == 0 ? 1 : 0;

    /// <summary>The row as one text: null and empty apart, by each type's own output.</summary>
    public string Identity => $"ROW({string.Join(", ", Columns.Select(column => PostgresSql.Quote(column.Name)))})::text";

    /// <summary>The query of its rows in their order.</summary>
    /// <param name="there">The columns that are there; others are null.</param>
    public string Query(IEnumerable<string> there)
    {
        var known = there.ToHashSet(StringComparer.Ordinal);
        var values = Columns.Select(column => known.Contains(column.Name) ? Output(column) : "NULL::text").ToList();
        var identity = $"ROW({string.Join(", ", Columns.Select(column => known.Contains(column.Name) ? PostgresSql.Quote(column.Name) : "NULL::text"))})::text";
        return Key.Count == 0
            ? $"SELECT {identity} AS line{string.Concat(values.Select(value => $", {value}"))} FROM ONLY {Table.Quoted} ORDER BY ({identity}) {Bytewise}"
            : $"SELECT {string.Join(", ", values)} FROM ONLY {Table.Quoted} ORDER BY {string.Join(", ", Key.Select(Order))}";
    }

    /// <summary>By the type's output function: a cast to text may be another one, as for char(n), and lose blanks.</summary>
    private static string Output(PostgresColumn column)
    {
        var name = PostgresSql.Quote(column.Name);
        return $"CASE WHEN pg_catalog.num_nulls({name}) = 0 THEN pg_catalog.concat({name}) END";
    }

    private static string Order(PostgresColumn column) =>
        column.IsWhole ? PostgresSql.Quote(column.Name) : $"pg_catalog.concat({PostgresSql.Quote(column.Name)}) {Bytewise}";
}
