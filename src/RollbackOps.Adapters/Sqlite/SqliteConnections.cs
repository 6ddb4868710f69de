using Microsoft.Data.Sqlite;
using RollbackOps.Adapters.LocalState;
using SQLitePCL;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>Opens SQLite files, and translates what SQLite says in one place.</summary>
internal static class SqliteConnections
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;
    private const int ReadOnly = 8;

    /// <summary>Opens a file that has to exist. Each connection is its own: none is pooled, so none stays open.</summary>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public static SqliteConnection Open(string path, SqliteOpenMode mode, TimeSpan patience)
    {
        if (File.Exists(path) && !FileStatus.IsPlainFile(path))
        {
            // SQLite would wait at the other end of a pipe for ever.
            throw new SqliteException("it is no plain file", NotADatabase);
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = Math.Max(1, (int)patience.TotalSeconds),
        }.ToString());
        try
        {
            connection.Open();
            raw.sqlite3_busy_timeout(connection.Handle!, (int)Math.Min(patience.TotalMilliseconds, int.MaxValue));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs work on the thread pool; SQLite knows no waiting, so a stop interrupts it.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static Task<T> WorkAsync<T>(
        string path, SqliteOpenMode mode, TimeSpan patience, Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                using var connection = Open(path, mode, patience);
                using var stopping = Interrupted(connection, cancellationToken);
                try
                {
                    return work(connection);
                }
                catch (SqliteException) when (cancellationToken.IsCancellationRequested)
                {
                    throw new OperationCanceledException(cancellationToken);
                }
            },
            cancellationToken);

    /// <summary>Interrupts what a connection does when a token is cancelled, until it is disposed of.</summary>
    public static CancellationTokenRegistration Interrupted(SqliteConnection connection, CancellationToken cancellationToken) =>
        cancellationToken.Register(() => raw.sqlite3_interrupt(connection.Handle!));

    /// <summary>Runs a statement without an answer.</summary>
    public static void Execute(this SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }

    /// <summary>The first value of a query, as a text; null where there is none.</summary>
    public static string? Scalar(this SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return command.ExecuteScalar() is { } value and not DBNull
            ? Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>A name as SQL writes it.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>What SQLite says as an error of ours.</summary>
    public static RollbackOpsException Translate(SqliteException failure, string path) =>
        failure.SqliteErrorCode is Corrupt or NotADatabase
            ? new RollbackOpsException(ErrorId.DatabaseUnreadable,
                failure.SqliteErrorCode == NotADatabase
                    ? $"'{path}' is no SQLite database, or it is encrypted: {failure.Message}"
                    : $"The database '{path}' is damaged: {failure.Message}",
                "Choose a backup that is whole: Get-DatabaseBackup, Test-DatabaseBackup.", path, failure)
            : failure.SqliteErrorCode == ReadOnly ? new RollbackOpsException(ErrorId.DatabaseUnreachable,
                $"In the database '{path}' a transaction was cut off and has to be rolled back before it can be read: {failure.Message}",
                "Open it once for writing, as its service does when it starts; or restore a backup: Restore-Database.", path, failure)
            : new RollbackOpsException(ErrorId.DatabaseUnreachable,
                File.Exists(path)
                    ? $"The database '{path}' cannot be used: {failure.Message}"
                    : $"The database '{path}' does not exist.",
                "Check database.path in rollback.json, the file's rights, and who else has it open.", path, failure);
}
