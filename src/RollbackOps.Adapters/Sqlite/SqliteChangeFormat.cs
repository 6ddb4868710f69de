using System.Text;
using System.Text.Json;
using RollbackOps.Adapters.Changes;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>Writes the changes of a table of SQLite.</summary>
internal sealed class SqliteChangeFormat : IChangeFormat<SqliteValue[]>
{
    private const string Gone = "temp.rollbackops_gone";

    private readonly SqliteTable _table;
    private readonly Encoding _text;
    private readonly string _name;
    private readonly string _insert;
    private bool _hasGone;

    public SqliteChangeFormat(SqliteTable table, Encoding text)
    {
        _table = table;
        _text = text;
        _name = SqliteConnections.Quote(table.Name);
        _insert = $"INSERT INTO {_name} ({table.Names}) VALUES (";
    }

    public void WriteJson(Utf8JsonWriter json, SqliteValue[] row)
    {
        json.WriteStartObject();
        for (var column = 0; column < row.Length; column++)
        {
            json.WritePropertyName(_table.Columns[column]);
            row[column].WriteJson(json, _text);
        }

        json.WriteEndObject();
    }

    public void Insert(ChangeFile script, SqliteValue[] row) => script.WriteLine($"{_insert}{Literals(row)});");

    public void Delete(ChangeFile script, SqliteValue[] row)
    {
        if (_table.Key is { } key)
        {
            script.WriteLine(
                $"DELETE FROM {_name} WHERE {string.Join(" AND ", key.Select(column => $"{_table.Quoted(column)} IS {row[column].Literal(_text)}"))};");
            return;
        }

        // One of several equal rows: they are gathered, counted, and so many of each are deleted in one pass.
        if (!_hasGone)
        {
            _hasGone = true;
            script.WriteLine($"CREATE TEMP TABLE {Gone} (row);".Replace("temp.", "", StringComparison.Ordinal));
        }

        var values = string.Join(", ", row.Select((value, column) => $"{value.Literal(_text)} AS c{column}"));
        script.WriteLine($"INSERT INTO {Gone} SELECT {Identity(column => $"c{column}")} FROM (SELECT {values});");
    }

    public void End(ChangeFile deletes, ChangeFile inserts)
    {
        if (_hasGone)
        {
            deletes.WriteLine(
                $"DELETE FROM {_name} WHERE {_table.RowId} IN (SELECT there.id FROM (SELECT id, row, row_number() OVER (PARTITION BY row) AS number "
                + $"FROM (SELECT {_table.RowId} AS id, {Identity(_table.Quoted)} AS row FROM {_name})) AS there "
                + $"JOIN (SELECT row, count(*) AS number FROM {Gone} GROUP BY row) AS gone ON gone.row = there.row AND there.number <= gone.number);");
            deletes.WriteLine($"DROP TABLE {Gone};");
        }
    }

    private string Literals(SqliteValue[] row) => string.Join(", ", row.Select(value => value.Literal(_text)));

    /// <summary>A row as one text, by type and to the byte.</summary>
    private string Identity(Func<int, string> name) => string.Join(" || ',' || ", _table.Columns.Select((_, column) =>
        $"CASE typeof({name(column)}) WHEN 'text' THEN 't' || hex({name(column)}) WHEN 'blob' THEN 'b' || hex({name(column)}) ELSE quote({name(column)}) END"));
}
