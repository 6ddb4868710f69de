using System.Diagnostics;
using Microsoft.Data.Sqlite;
using RollbackOps.Adapters.LocalState;
using RollbackOps.Databases;
using RollbackOps.Diagnostics;
using SQLitePCL;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>
/// The live file, closed to everybody else by SQLite's exclusive lock, and its swap by rename.
/// </summary>
/// <remarks>
/// A second name keeps the live file, then a rename puts the other one in its place: at every moment the live name leads to
/// one whole database.
/// <code>
/// app.db ──► old     link      app.db ──► old      rename     app.db ──► new
/// aside  ──► new   ───────►    kept   ──► old    ───────►     kept   ──► old
///                              aside  ──► new
/// </code>
/// While it lasts, nothing else in this process may open and close the live file: POSIX drops a process's locks on a
/// file when it closes any of its handles to it.
/// </remarks>
internal sealed class SqliteSwap : IDatabaseFence
{
    /// <summary>The journal mode of a write-ahead log.</summary>
    public const string WriteAhead = "wal";

    // A process that was told to stop is gone a moment later; one that was just forked has what its parent has open until
    // it becomes another program.
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    private readonly string _path;
    private readonly string? _mode;
    private readonly TimeSpan _patience;
    private SqliteConnection? _lock;
    private bool _isSwapped;

    private SqliteSwap(string path, string? mode, TimeSpan patience, SqliteConnection? held)
    {
        _path = path;
        _mode = mode;
        _patience = patience;
        _lock = held;
    }

    public string? Reserved { get; private set; }

    /// <summary>Takes the lock, proving on the way that nobody has the file open.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseInUse"/>; everything is as it was.</exception>
    public static SqliteSwap Close(string path, bool allowUnseen, TimeSpan patience, CancellationToken cancellationToken)
    {
        RequireOneName(path);
        RequireUnused(path, path, includesOwn: true);
        SqliteConnection? connection = null;
        try
        {
            Probe(path, patience);
            connection = SqliteConnections.Open(path, SqliteOpenMode.ReadWrite, patience);
            using var stopping = SqliteConnections.Interrupted(connection, cancellationToken);
            // Said before the first look: beside a write-ahead log the lock is then to be had only if no other connection is
            // there, idle ones included, and it is kept. The file itself stays as it is.
            connection.Scalar("PRAGMA locking_mode = EXCLUSIVE");
            var mode = connection.Scalar("PRAGMA journal_mode");
            var isWriteAhead = mode == WriteAhead;
            // Held until the end: whoever opens it from now on gets no further.
            connection.Execute("BEGIN EXCLUSIVE");
            // Beside a write-ahead log that lock is the proof; beside a rollback journal the list is the only one.
            RequireUnused(path, path, needsWholeList: !isWriteAhead && !allowUnseen);
            return new SqliteSwap(path, mode, patience, connection);
        }
        catch (Exception failure)
        {
            connection?.Dispose();
            switch (failure)
            {
                case SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED } busy:
                    throw InUse(path, busy.Message, busy);
                case SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB }:
                    // SQLite locks nothing that it cannot read: the list is the only proof.
                    RequireUnused(path, path, needsWholeList: !allowUnseen);
                    return new SqliteSwap(path, SqliteInspection.ModeOf(path), patience, held: null);
                case SqliteException other:
                    cancellationToken.ThrowIfCancellationRequested();
                    throw SqliteConnections.Translate(other, path);
                default:
                    throw;
            }
        }
    }

    /// <summary>Puts a file back to what it was where a swap was begun and not made, or was being taken back.</summary>
    public static void Mend(string path, string side, string kept, string? mode, TimeSpan patience)
    {
        try
        {
            if (FileStatus.IsSame(path, kept) || (!OperatingSystem.IsLinux() && File.Exists(kept) && File.Exists(side)))
            {
                // A second name of the live file: there was no rename.
                SqliteLeftovers.TakeBack(path, kept);
                File.Delete(kept);
            }
            else if (File.Exists(kept) && FileStatus.IsSame(path, side))
            {
                // Taking the rename back was cut off: what is kept is the only name of the old one.
                SqliteLeftovers.TakeBack(path, kept);
                Durable.Replace(kept, path);
            }

            Durable.SyncFolder(Path.GetDirectoryName(path)!);
            Restore(path, mode, patience);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, failure);
        }
    }

    public Task SwapAsync(ISideDatabase side, string kept, CancellationToken cancellationToken) =>
        Task.Run(() => Swap(side.Place, kept), cancellationToken);

    public ValueTask DisposeAsync()
    {
        if (_lock is not null)
        {
            _lock.Dispose();
            _lock = null;
            if (!_isSwapped)
            {
                Restore(_path, _mode, _patience);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Reads the least there is, for reading only: a connection that can write takes the log of a damaged file away when it
    /// is closed.
    /// </summary>
    private static void Probe(string path, TimeSpan patience)
    {
        try
        {
            using var reader = SqliteConnections.Open(path, SqliteOpenMode.ReadOnly, patience);
            reader.Scalar("SELECT count(*) FROM sqlite_schema");
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is not (raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB))
        {
            // What writing can mend, or who else is there, is seen by the connection that takes the lock.
        }
    }

    private void Swap(string side, string kept)
    {
        var folder = Path.GetDirectoryName(_path)!;
        try
        {
            Prepare(side);
            RollbackEvents.Boundary("Swap.Before", kept);
            // What can fail comes before the live file itself is touched, for which leaving its write-ahead log is enough.
            FileRights.Link(_path, kept);
            Durable.SyncFolder(folder);
            RollbackEvents.Boundary("Swap.Kept", kept);
            if (_lock is null)
            {
                SqliteLeftovers.Link(_path, kept);
                Durable.SyncFolder(folder);
                SqliteLeftovers.Delete(_path);
            }
            else
            {
                LeaveWriteAhead();
                // Under the lock none is in use: one that a killed process left was played back when the lock was taken.
                File.Delete(_path + "-journal");
                if (Array.Exists(SqliteSide.Companions, companion => File.Exists(_path + companion)))
                {
                    throw InUse(_path, "a journal lies beside it, though it is closed", inner: null);
                }
            }

            Durable.SyncFolder(folder);
            RollbackEvents.Boundary("Swap.Alone", kept);
            Durable.Replace(side, _path);
            RollbackEvents.Boundary("Swap.Renamed", kept);
            _isSwapped = true;
            Durable.SyncFolder(folder);
            Unswap(side, kept, folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Failed(_path, failure);
        }
        catch (SqliteException failure)
        {
            throw SqliteConnections.Translate(failure, side);
        }
    }

    /// <summary>A file with a write-ahead log is two files; one alone can be renamed in one step.</summary>
    private void LeaveWriteAhead()
    {
        if (_mode != WriteAhead)
        {
            return;
        }

        _lock!.Execute("COMMIT");
        if (_lock!.Scalar("PRAGMA journal_mode = DELETE") != "delete")
        {
            throw InUse(_path, "its write-ahead log cannot be closed", inner: null);
        }

        // Under the kept lock the rollback journal of that change stays, emptied; the first look without it takes it away.
        // Whoever gets in between is seen after the rename.
        _lock!.Scalar("PRAGMA locking_mode = NORMAL");
        _lock!.Scalar("SELECT count(*) FROM sqlite_schema");
        _lock!.Execute("BEGIN EXCLUSIVE");
        // An index of the log that is gone, left by a reader that could not take it away; nobody has it open.
        File.Delete(_path + "-shm");
    }

    /// <summary>Somebody who opened the file in the last moment would go on writing to the kept one: then it is taken back.</summary>
    private void Unswap(string side, string kept, string folder)
    {
        try
        {
            RequireUnused(kept, _path);
        }
        catch (RollbackOpsException)
        {
            FileRights.Link(_path, side);
            RollbackEvents.Boundary("Swap.TakenBack", kept);
            SqliteLeftovers.TakeBack(_path, kept);
            Durable.Replace(kept, _path);
            Durable.SyncFolder(folder);
            _isSwapped = false;
            throw;
        }
    }

    /// <summary>What takes the live file's place gets its journal mode, owner and rights, and is on disk before.</summary>
    private void Prepare(string side)
    {
        using (var connection = SqliteConnections.Open(side, SqliteOpenMode.ReadWrite, _patience))
        {
            Reserved = SqliteSequences.Advance(_lock, connection);
            connection.Scalar($"PRAGMA journal_mode = {(_mode == WriteAhead ? "WAL" : "DELETE")}");
        }

        FileRights.Copy(_path, side);
        using var file = new FileStream(side, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        file.Flush(flushToDisk: true);
    }

    private static void Restore(string path, string? mode, TimeSpan patience)
    {
        if (mode != WriteAhead)
        {
            return;
        }

        try
        {
            using var connection = SqliteConnections.Open(path, SqliteOpenMode.ReadWrite, patience);
            connection.Scalar("PRAGMA journal_mode = WAL");
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            // It was damaged before, and is as it was.
        }
        catch (SqliteException failure)
        {
            throw SqliteConnections.Translate(failure, path);
        }
    }

    /// <summary>A rename moves one name; whoever opens the file by another one would go on with the kept one.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseUnsuitable"/>.</exception>
    public static void RequireOneName(string path)
    {
        if (FileStatus.Of(path) is { Links: > 1 and var links })
        {
            throw new RollbackOpsException(ErrorId.DatabaseUnsuitable,
                $"The database '{path}' has {links} names (hard links): a rename moves one, and whoever opens it by another goes on with the kept one.",
                $"Find them (find / -xdev -samefile '{path}') and take away all but this one; or write into the file with -InPlace.", path);
        }
    }

    /// <summary>Refuses where somebody has the file open; and, where the list is the only proof, where it is not whole.</summary>
    private static void RequireUnused(string path, string liveName, bool needsWholeList = false, bool includesOwn = false)
    {
        var begun = Stopwatch.GetTimestamp();
        var handles = OpenHandles.Find(path, includesOwn);
        while (handles.Holders.Count > 0 && Stopwatch.GetElapsedTime(begun) < s_grace)
        {
            Thread.Sleep(s_pause);
            handles = OpenHandles.Find(path, includesOwn);
        }

        if (handles.Holders.Count > 0)
        {
            throw InUse(liveName, $"open in {string.Join(", ", handles.Holders.Take(10))}", inner: null);
        }

        if (needsWholeList && !handles.IsWhole)
        {
            throw new RollbackOpsException(ErrorId.DatabaseInUse,
                $"It cannot be proven that nobody has the database '{liveName}' open: it has a rollback journal or cannot be read, an idle connection shows only in the operating system's list of open files, and not every process is shown to this one (those of other users, or outside of this container).",
                "Run it as root, and outside of a container; or, when you know that nobody has it open, go on with -AllowUnseenConnections -Reason.", liveName);
        }
    }

    private static RollbackOpsException InUse(string path, string why, Exception? inner) => new(ErrorId.DatabaseInUse,
        $"Somebody has the database '{path}' open ({why}): what they write after a swap would go to the kept file without an error.",
        "Stop what uses it (the command database.stop of rollback.json does so by itself); or write into the file with -InPlace, where connections stay and the outage grows with the size.", path, inner);

    private static RollbackOpsException Failed(string path, Exception failure) => new(ErrorId.RestoreFailed,
        $"'{path}' cannot be swapped: {failure.Message}", "Check the folder's owner, rights and free space.", path, failure);
}
