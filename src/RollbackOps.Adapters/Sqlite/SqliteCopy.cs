using System.Globalization;
using Microsoft.Data.Sqlite;
using RollbackOps.Configuration;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>SQLite's online backup: one consistent state, whoever writes meanwhile.</summary>
internal static class SqliteCopy
{
    private const int BytesAStep = 4 << 20;

    /// <summary>Copies a database to a file that is empty or not there, and counts what is in the copy.</summary>
    /// <exception cref="SqliteException">It cannot be read or written.</exception>
    public static BackupContent Copy(
        SqliteConnection live, string file, DatabaseSettings settings, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        using var copy = SqliteConnections.Open(file, SqliteOpenMode.ReadWriteCreate, settings.Timeout);
        using var stopping = SqliteConnections.Interrupted(copy, cancellationToken);
        // A copy that is cut off is thrown away, and a whole one is synced once, by whoever asked for it.
        copy.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");

        // Held to the end, so that a commit meanwhile does not make the copy begin anew. Beside a write-ahead log nobody
        // waits for it; beside a rollback journal writers do.
        live.Execute("BEGIN");
        live.Scalar("SELECT count(*) FROM sqlite_schema");
        var pageSize = int.Parse(live.Scalar("PRAGMA page_size")!, CultureInfo.InvariantCulture);
        Copy(live, copy, pageSize, progress, cancellationToken);
        live.Execute("COMMIT");

        // The copy is one file: a header that asks for a write-ahead log would make readers put files beside it.
        copy.Scalar("PRAGMA journal_mode = DELETE");
        return new BackupContent(
            BackupFormat.SqliteFile,
            "SQLite " + live.ServerVersion,
            SqliteDatabase.ReadMigrationLevel(copy, settings.MigrationQuery),
            SqliteDatabase.CountRows(copy),
            new Dictionary<string, string> { ["SQLite"] = live.ServerVersion });
    }

    private static void Copy(
        SqliteConnection from, SqliteConnection to, int pageSize, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        using var backup = new SqliteBackup(from, to);
        while (backup.Step(Math.Max(1, BytesAStep / pageSize)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            long pages = backup.Pages;
            progress(new ByteProgress((pages - backup.Remaining) * pageSize, pages * pageSize));
        }
    }
}
