using System.Text;
using System.Text.Json;
using RollbackOps.Adapters.Changes;

namespace RollbackOps.Adapters.Postgres;

/// <summary>Writes the changes of a table of PostgreSQL; several rows a statement, so that applying them is quick.</summary>
internal sealed class PostgresChangeFormat : IChangeFormat<IReadOnlyList<string?>>
{
    private const string Gone = "pg_temp.rollbackops_gone";
    private const int MostRows = 100;
    private const int MostLetters = 250_000;

    private readonly PostgresChangeTable _table;
    private readonly Batch _deletes;
    private readonly Batch _inserts;
    private bool _hasGone;

    public PostgresChangeFormat(PostgresChangeTable table)
    {
        _table = table;
        var name = table.Table.Quoted;
        _deletes = table.Key.Count > 0
            ? new Batch($"DELETE FROM ONLY {name} WHERE ", " OR ")
            : new Batch($"INSERT INTO {Gone} VALUES ", ", ");
        _inserts = new Batch(
            $"INSERT INTO {name} ({string.Join(", ", table.Columns.Select(column => PostgresSql.Quote(column.Name)))}) OVERRIDING SYSTEM VALUE VALUES ", ", ");
    }

    public void WriteJson(Utf8JsonWriter json, IReadOnlyList<string?> row)
    {
        json.WriteStartObject();
        for (var column = 0; column < _table.Columns.Count; column++)
        {
            json.WriteString(_table.Columns[column].Name, row[column + _table.Offset]);
        }

        json.WriteEndObject();
    }

    public void Insert(ChangeFile script, IReadOnlyList<string?> row) =>
        _inserts.Add(script, $"({string.Join(", ", row.Skip(_table.Offset).Select(PostgresLiteral.Of))})");

    public void Delete(ChangeFile script, IReadOnlyList<string?> row)
    {
        if (_table.Key.Count > 0)
        {
            _deletes.Add(script, $"({string.Join(" AND ", _table.Key.Select((column, index) => $"{PostgresSql.Quote(column.Name)} = {PostgresLiteral.Of(row[index])}"))})");
            return;
        }

        // One of several equal rows: they are gathered, counted, and so many of each are deleted in one pass.
        if (!_hasGone)
        {
            _hasGone = true;
            script.WriteLine("CREATE TEMP TABLE rollbackops_gone (line text);");
        }

        _deletes.Add(script, $"({PostgresLiteral.Of(row[0])})");
    }

    public void End(ChangeFile deletes, ChangeFile inserts)
    {
        _deletes.Flush(deletes);
        _inserts.Flush(inserts);
        if (_hasGone)
        {
            deletes.WriteLine(
                $"DELETE FROM ONLY {_table.Table.Quoted} WHERE ctid IN (SELECT there.id FROM (SELECT id, line, row_number() OVER (PARTITION BY line) AS number "
                + $"FROM (SELECT ctid AS id, {_table.Identity} AS line FROM ONLY {_table.Table.Quoted}) AS lines) AS there "
                + $"JOIN (SELECT line, count(*) AS number FROM {Gone} GROUP BY line) AS gone ON gone.line = there.line AND there.number <= gone.number);");
            deletes.WriteLine($"DROP TABLE {Gone};");
        }
    }

    /// <summary>One statement for several rows.</summary>
    private sealed class Batch(string begin, string between)
    {
        private readonly StringBuilder _statement = new();
        private int _rows;

        public void Add(ChangeFile script, string row)
        {
            _statement.Append(_rows++ == 0 ? begin : between).Append(row);
            if (_rows == MostRows || _statement.Length > MostLetters)
            {
                Flush(script);
            }
        }

        public void Flush(ChangeFile script)
        {
            if (_rows > 0)
            {
                script.WriteLine(_statement.Append(';').ToString());
                _statement.Clear();
                _rows = 0;
            }
        }
    }
}
