using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>SQLite's own backup from one connection to another, step by step. What it is written to changes at its end, at once.</summary>
internal sealed class SqliteBackup : IDisposable
{
    /// <summary>What of a code says the kind; the rest says where it came from.</summary>
    private const int Kind = 0xff;

    private readonly sqlite3_backup _backup;

    /// <exception cref="SqliteException">It cannot be begun.</exception>
    public SqliteBackup(SqliteConnection from, SqliteConnection to)
    {
        _backup = raw.sqlite3_backup_init(to.Handle!, "main", from.Handle!, "main");
        if (_backup.IsInvalid)
        {
            throw Failure(raw.sqlite3_errmsg(to.Handle!).utf8_to_string(), raw.sqlite3_errcode(to.Handle!));
        }
    }

    /// <summary>The pages in all, as of the last step.</summary>
    public int Pages => raw.sqlite3_backup_pagecount(_backup);

    /// <summary>The pages left, as of the last step.</summary>
    public int Remaining => raw.sqlite3_backup_remaining(_backup);

    /// <summary>Copies some pages; a negative number, all that are left.</summary>
    /// <returns>Whether there are more.</returns>
    /// <exception cref="SqliteException">A page cannot be read or written.</exception>
    public bool Step(int pages)
    {
        var code = raw.sqlite3_backup_step(_backup, pages);
        return code == raw.SQLITE_OK
            || (code == raw.SQLITE_DONE ? false : throw Failure(raw.sqlite3_errstr(code).utf8_to_string(), code));
    }

    public void Dispose() => _backup.Dispose();

    /// <summary>A step answers with the extended code, such as 778 for a write that is refused, where a command answers with 10.</summary>
    private static SqliteException Failure(string message, int code) => new(message, code & Kind, code);
}
