using Microsoft.Data.Sqlite;
using RollbackOps.Adapters.Changes;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>
/// Gives a restore of the backup the tables that the other database has, by statements that go into the script: each is
/// tried here before.
/// </summary>
internal sealed class SqliteSchemaChange
{
    private const string Former = "rollbackops_before";

    private readonly SqliteConnection _backup;
    private readonly ChangeFile _script;
    private readonly List<string> _notes;

    /// <param name="backup">The restore of the backup; it is changed.</param>
    /// <param name="script">Where the statements go.</param>
    /// <param name="notes">What a person should know.</param>
    public SqliteSchemaChange(SqliteConnection backup, ChangeFile script, List<string> notes)
    {
        _backup = backup;
        _script = script;
        _notes = notes;
    }

    /// <summary>Brings the tables to what they are to be; triggers and views are gone, so that none acts on the rows.</summary>
    public void Begin(SqliteSchema from, SqliteSchema to)
    {
        _backup.Execute("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON");
        foreach (var gone in from.Of("trigger").Concat(from.Of("view")).Concat(from.Of("index").Where(index => to.Find("index", index.Name)?.Sql != index.Sql)))
        {
            Try([gone.Drop], gone);
        }

        foreach (var gone in from.Of("table").Where(table => !from.Shadows.Contains(table.Name) && to.Find("table", table.Name)?.IsVirtual != table.IsVirtual))
        {
            Try([gone.Drop], gone);
        }

        // What a virtual table keeps its content in comes and goes with it.
        foreach (var table in to.Of("table").Where(table => !to.Shadows.Contains(table.Name)))
        {
            var former = from.Find("table", table.Name);
            if (former is null || former.IsVirtual != table.IsVirtual)
            {
                Try([table.Sql], table);
            }
            else if (former.Sql != table.Sql)
            {
                Replace(table);
            }
        }
    }

    /// <summary>What follows the rows: indexes, then what would have acted on them.</summary>
    public void End(SqliteSchema to, ChangeFile script)
    {
        var there = SqliteSchema.Read(_backup);
        foreach (var missing in to.Of("index").Where(index => there.Find("index", index.Name) is null).Concat(to.Of("view")).Concat(to.Of("trigger")))
        {
            Write(script, missing.Sql);
        }
    }

    /// <summary>Makes a table anew, with what both have of its columns; where that cannot be, without its rows.</summary>
    private void Replace(SqliteObject table)
    {
        if (table.IsVirtual)
        {
            Try([table.Drop, table.Sql], table);
            return;
        }

        var name = SqliteConnections.Quote(table.Name);
        var before = SqliteTable.Read(_backup, table.Name);
        string[] rename = [$"ALTER TABLE {name} RENAME TO {Former}", table.Sql];
        var isThere = false;
        try
        {
            _backup.Execute("BEGIN");
            Array.ForEach(rename, statement => _backup.Execute(statement));
            var after = SqliteTable.Read(_backup, table.Name);
            var both = string.Join(", ", before.Columns.Intersect(after.Columns, StringComparer.OrdinalIgnoreCase).Select(SqliteConnections.Quote));
            string[] copy = both.Length == 0
                ? [$"DROP TABLE {Former}"]
                : [$"INSERT INTO {name} ({both}) SELECT {both} FROM {Former}", $"DROP TABLE {Former}"];
            Array.ForEach(copy, statement => _backup.Execute(statement));
            _backup.Execute("COMMIT");
            Array.ForEach([.. rename, .. copy], statement => Write(_script, statement));
            isThere = true;
        }
        catch (SqliteException)
        {
            _backup.Execute("ROLLBACK");
        }

        if (!isThere)
        {
            // A column that must have a value, and that the rows of the backup lack: each comes as a whole.
            Try([table.Drop, table.Sql], table);
        }
    }

    private void Try(string[] statements, SqliteObject what)
    {
        try
        {
            _backup.Execute("BEGIN");
            Array.ForEach(statements, statement => _backup.Execute(statement));
            _backup.Execute("COMMIT");
            Array.ForEach(statements, statement => Write(_script, statement));
        }
        catch (SqliteException failure)
        {
            _notes.Add($"{what.Type} {Inert.Line(what.Name)} is left out: {Inert.Line(failure.Message)}");
            if (SQLitePCL.raw.sqlite3_get_autocommit(_backup.Handle!) == 0)
            {
                _backup.Execute("ROLLBACK");
            }
        }
    }

    /// <summary>As it was made, to the letter; but a statement may end in a comment.</summary>
    private static void Write(ChangeFile script, string statement) => script.WriteLine(
        statement + (statement.AsSpan(statement.LastIndexOf('\n') + 1).Contains("--", StringComparison.Ordinal) ? "\n;" : ";"));
}
