using System.Globalization;
using Microsoft.Data.Sqlite;
using RollbackOps.Adapters.LocalState;
using RollbackOps.Databases;
using RollbackOps.Diagnostics;
using SQLitePCL;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>
/// The live file, closed to other writers, and its swap without a rename: under one lock it is copied aside, then the other
/// database is written into it by SQLite's own backup, in one transaction. Whoever has it open stays, and reads the new
/// content from then on; the outage grows with the size.
/// </summary>
internal sealed class SqliteInPlace : IDatabaseFence
{
    private readonly string _path;
    private readonly bool _isWriteAhead;
    private readonly TimeSpan _patience;
    private readonly SqliteConnection _live;

    public string? Reserved { get; private set; }

    private SqliteInPlace(string path, bool isWriteAhead, TimeSpan patience, SqliteConnection live)
    {
        _path = path;
        _isWriteAhead = isWriteAhead;
        _patience = patience;
        _live = live;
    }

    /// <summary>Closes the file to other writers; beside a rollback journal to readers, too.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseInUse"/>; everything is as it was.</exception>
    public static SqliteInPlace Close(string path, TimeSpan patience, CancellationToken cancellationToken)
    {
        var connection = SqliteConnections.Open(path, SqliteOpenMode.ReadWrite, patience);
        try
        {
            using var stopping = SqliteConnections.Interrupted(connection, cancellationToken);
            var isWriteAhead = connection.Scalar("PRAGMA journal_mode") == SqliteSwap.WriteAhead;
            if (isWriteAhead)
            {
                connection.Execute("BEGIN IMMEDIATE");
            }
            else
            {
                // The mode keeps the lock over the transaction's end: a connection that is copied to must not be in one.
                connection.Scalar("PRAGMA locking_mode = EXCLUSIVE");
                connection.Execute("BEGIN EXCLUSIVE; COMMIT");
            }

            return new SqliteInPlace(path, isWriteAhead, patience, connection);
        }
        catch (Exception failure)
        {
            connection.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw failure is SqliteException sqlite ? Translate(sqlite, path) : failure;
        }
    }

    /// <summary>Whether a swap of this kind was made. Under its lock nobody else could change the schema's version.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RestoreFailed"/>: it cannot be told.</exception>
    public static bool IsSwapped(string path, string side, string kept, TimeSpan patience)
    {
        var live = Schema(path, patience);
        var old = Schema(kept, patience);
        if (live.Version == old.Version)
        {
            return false;
        }

        return live.Version == old.Version + 1 && live.Text == Schema(side, patience).Text
            ? true
            : throw new RollbackOpsException(ErrorId.RestoreFailed,
                $"Writing into '{path}' was cut off, and its schema was changed by somebody else since: whether it is the old database or the restored one cannot be told.",
                $"Compare it with {kept} (the old one) and {side} (the restored one), and move away the one that it is not.", path);
    }

    /// <summary>Takes away the copy of a live file that was not written to after all.</summary>
    public static void Mend(string path, string kept, TimeSpan patience)
    {
        File.Delete(Partial(kept));
        Array.ForEach(SqliteSide.Companions, companion => File.Delete(Partial(kept) + companion));
        if (File.Exists(kept) && Schema(path, patience).Version == Schema(kept, patience).Version)
        {
            File.Delete(kept);
            Durable.SyncFolder(Path.GetDirectoryName(path)!);
        }
    }

    public Task SwapAsync(ISideDatabase side, string kept, CancellationToken cancellationToken) =>
        Task.Run(() => Swap(side.Place, kept), cancellationToken);

    public ValueTask DisposeAsync()
    {
        _live.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Partial(string kept) => kept + ".partial";

    private static (long Version, string? Text) Schema(string path, TimeSpan patience)
    {
        try
        {
            using var connection = SqliteConnections.Open(path, SqliteOpenMode.ReadWrite, patience);
            return (long.Parse(connection.Scalar("PRAGMA schema_version")!, CultureInfo.InvariantCulture),
                connection.Scalar("SELECT group_concat(rootpage || ' ' || type || ' ' || name || ' ' || coalesce(sql, ''), char(10)) FROM sqlite_schema"));
        }
        catch (SqliteException failure)
        {
            throw SqliteConnections.Translate(failure, path);
        }
    }

    private void Swap(string side, string kept)
    {
        try
        {
            using var from = SqliteConnections.Open(side, SqliteOpenMode.ReadWrite, _patience);
            Reserved = SqliteSequences.Advance(_live, from);
            MatchPages(from);
            RollbackEvents.Boundary("Swap.Before", kept);
            if (_isWriteAhead)
            {
                // Who writes between the end of this lock and the next one is in the kept copy, which is made after.
                _live.Execute("COMMIT");
                using var backup = new SqliteBackup(from, _live);
                backup.Step(pages: 1);
                using (var reader = SqliteConnections.Open(_path, SqliteOpenMode.ReadOnly, _patience))
                {
                    Keep(reader, kept);
                }

                Write(backup, kept);
                _live.Scalar("PRAGMA wal_checkpoint(PASSIVE)");
            }
            else
            {
                Keep(_live, kept);
                using var backup = new SqliteBackup(from, _live);
                backup.Step(pages: 1);
                Write(backup, kept);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.RestoreFailed, $"'{_path}' cannot be copied aside: {failure.Message}",
                "Check the folder's owner, rights and free space.", _path, failure);
        }
        catch (SqliteException failure)
        {
            throw Translate(failure, _path);
        }
    }

    /// <summary>Beside a write-ahead log both have to have pages of one size.</summary>
    private void MatchPages(SqliteConnection side)
    {
        var size = _live.Scalar("PRAGMA page_size")!;
        if (_isWriteAhead && side.Scalar("PRAGMA page_size") != size)
        {
            side.Scalar("PRAGMA journal_mode = DELETE");
            side.Execute($"PRAGMA page_size = {size}; VACUUM");
        }
    }

    /// <summary>The live database as a file of its own, on disk before the live one changes.</summary>
    private void Keep(SqliteConnection live, string kept)
    {
        var partial = Partial(kept);
        SqliteSide.Create(partial).Dispose();
        using (var copy = SqliteConnections.Open(partial, SqliteOpenMode.ReadWrite, _patience))
        {
            copy.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
            using (var backup = new SqliteBackup(live, copy))
            {
                backup.Step(pages: -1);
            }

            // What tells the two apart after a crash: copying counts it up in the file that is copied to.
            copy.Scalar("PRAGMA journal_mode = DELETE");
            copy.Execute($"PRAGMA schema_version = {live.Scalar("PRAGMA schema_version")}");
        }

        FileRights.Copy(_path, partial);
        using (var file = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0))
        {
            file.Flush(flushToDisk: true);
        }

        Durable.Replace(partial, kept);
        Durable.SyncFolder(Path.GetDirectoryName(_path)!);
        RollbackEvents.Boundary("Swap.Kept", kept);
    }

    private static void Write(SqliteBackup backup, string kept)
    {
        backup.Step(Math.Max(1, backup.Remaining / 2));
        RollbackEvents.Boundary("Swap.HalfWritten", kept);
        backup.Step(pages: -1);
        RollbackEvents.Boundary("Swap.Written", kept);
    }

    private static RollbackOpsException Translate(SqliteException failure, string path) =>
        failure.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED
            ? new RollbackOpsException(ErrorId.DatabaseInUse,
                $"Somebody is in a transaction on the database '{path}' and does not come to its end: {failure.Message}",
                "Stop what uses it, or wait for its end; database.timeout is how long is waited.", path, failure)
            : SqliteConnections.Translate(failure, path);
}
