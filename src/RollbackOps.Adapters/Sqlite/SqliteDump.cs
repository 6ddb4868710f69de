using System.Text;
using Microsoft.Data.Sqlite;
using RollbackOps.Adapters.Backups;
using RollbackOps.Adapters.Logs;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>
/// Restores a plain SQL dump, statement by statement, so that memory stays flat. A dump is foreign SQL: a fence keeps it
/// inside the file it is restored to (S31).
/// </summary>
internal static class SqliteDump
{
    /// <summary>Restores it to a file that is not there yet.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.BackupInvalid"/>, <see cref="ErrorId.DumpRefused"/> or <see cref="ErrorId.RestoreFailed"/>.
    /// </exception>
    public static async Task RestoreAsync(
        BackupSource source, string to, TimeSpan patience, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        BackupIdentity.RequireHash(source, source.Sha256 is null
            ? string.Empty
            : await FileHash.ComputeAsync(source.Path, static _ => { }, cancellationToken));
        SqliteSide.Create(to).Dispose();
        await SqliteConnections.WorkAsync(to, SqliteOpenMode.ReadWrite, patience,
            connection =>
            {
                connection.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF");
                Run(source, connection, progress, cancellationToken);
                return true;
            },
            cancellationToken);
        await using var file = new FileStream(to, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        file.Flush(flushToDisk: true);
    }

    private static void Run(
        BackupSource source, SqliteConnection connection, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        using var file = File.OpenRead(source.Path);
        using var unpacked = source.Format == BackupFormat.PlainSqlGzip
            ? new WholeGzip(file)
            : (Stream)file;
        using var text = new StreamReader(unpacked, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        var statements = new SqliteStatements(text);
        using var fence = SqliteFence.InsideOneFile(connection);
        var count = 0L;
        try
        {
            while (statements.Read() is { } statement)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Execute(connection, statement);
                if (++count % 1000 == 0)
                {
                    progress(new ByteProgress(file.Position, file.Length));
                }
            }

            RefuseHalf(connection, statements, source, count);
        }
        catch (SqliteException) when (fence.Refused is not null)
        {
            throw new RollbackOpsException(ErrorId.DumpRefused,
                $"Line {statements.StatementLine} of the dump '{source.Name}' reaches beyond its own database: {fence.Refused} is not let through.",
                "A dump of sqlite3's .dump holds no such statement. Look at that line, and take it out if you trust the rest.", source.Path);
        }
        catch (SqliteException failure) when (!cancellationToken.IsCancellationRequested
            && failure.SqliteErrorCode is not (SQLitePCL.raw.SQLITE_FULL or SQLitePCL.raw.SQLITE_IOERR or SQLitePCL.raw.SQLITE_CANTOPEN))
        {
            throw DumpErrors.Invalid(source, $"line {statements.StatementLine}: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is DecoderFallbackException or InvalidDataException or EndOfStreamException)
        {
            throw DumpErrors.Invalid(source, $"after line {statements.Line}: {failure.Message}", failure);
        }
    }

    /// <summary>A dump that ends in the midst of a statement or of its transaction was cut off.</summary>
    private static void RefuseHalf(SqliteConnection connection, SqliteStatements statements, BackupSource source, long count)
    {
        if (statements.IsCutOff)
        {
            throw DumpErrors.Invalid(source, $"it ends in the midst of the statement that begins in line {statements.StatementLine}");
        }

        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle!) == 0)
        {
            throw DumpErrors.Invalid(source, "it ends without the COMMIT of its transaction");
        }

        if (count == 0)
        {
            throw DumpErrors.Invalid(source, "it holds no statement");
        }
    }

    private static void Execute(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }
}
