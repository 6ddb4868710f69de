using Microsoft.Data.Sqlite;
using RollbackOps.Adapters.LocalState;
using RollbackOps.Configuration;
using RollbackOps.Databases;
using SQLitePCL;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>
/// Looks at the live file before a restore, without changing it. A file that SQLite cannot read is what a restore is there to
/// mend: it is described by what can be seen from outside.
/// </summary>
internal static class SqliteInspection
{
    private const int FormatOffset = 18;
    private const byte WriteAheadFormat = 2;

    /// <summary>What there is.</summary>
    /// <param name="place">The file as it is configured.</param>
    /// <param name="file">The file that this leads to.</param>
    /// <param name="settings">The database's settings.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="SqliteException">It is in use, or cannot be opened.</exception>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.DatabaseUnreachable"/>: there is no such file; <see cref="ErrorId.DatabaseUnsuitable"/>: nothing can be
    /// put beside it.
    /// </exception>
    public static async Task<LiveFacts> LookAsync(
        string place, string file, DatabaseSettings settings, CancellationToken cancellationToken)
    {
        RequireFile(place, file);
        RequireFolder(place, Path.GetDirectoryName(file)!);
        var size = new FileInfo(file).Length;
        var free = FreeSpace(Path.GetDirectoryName(file)!);
        try
        {
            var (mode, level) = await SqliteConnections.WorkAsync(file, SqliteOpenMode.ReadOnly, settings.Timeout,
                connection => (
                    connection.Scalar("PRAGMA journal_mode"),
                    SqliteDatabase.ReadMigrationLevel(connection, settings.MigrationQuery)),
                cancellationToken);
            return new LiveFacts(size, free, mode, level);
        }
        catch (SqliteException failure) when (IsOfContent(failure))
        {
            return new LiveFacts(size, free, ModeOf(file), MigrationLevel: null, Inert.Line(failure.Message));
        }
    }

    /// <summary>The journal mode that a file's header asks for; by what lies beside it where the header is gone.</summary>
    public static string ModeOf(string file)
    {
        Span<byte> header = stackalloc byte[FormatOffset + 2];
        using var handle = File.OpenHandle(file, share: FileShare.ReadWrite | FileShare.Delete);
        var read = RandomAccess.Read(handle, header, 0);
        return (read == header.Length && header[FormatOffset] == WriteAheadFormat && header[FormatOffset + 1] == WriteAheadFormat)
            || File.Exists(file + "-wal")
                ? SqliteSwap.WriteAhead
                : "delete";
    }

    /// <summary>Whether it is the content that SQLite does not get on with, and not who else has it open.</summary>
    private static bool IsOfContent(SqliteException failure) => failure.SqliteErrorCode
        is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_IOERR or raw.SQLITE_READONLY or raw.SQLITE_ERROR;

    private static void RequireFile(string place, string file)
    {
        if (!FileStatus.IsPlainFile(file))
        {
            throw new RollbackOpsException(ErrorId.DatabaseUnreachable,
                File.Exists(file)
                    ? $"'{place}' is no plain file, and so no database."
                    : $"The database '{place}' does not exist, and so cannot be kept. Nothing was changed.",
                File.Exists(file)
                    ? "Check database.path in rollback.json."
                    : $"Check database.path in rollback.json; to restore to where nothing is left, make an empty file there first: touch '{place}'.",
                place);
        }
    }

    /// <summary>Seen before any service is stopped, and not when the backup is to be restored beside it.</summary>
    private static void RequireFolder(string place, string folder)
    {
        if (!FileRights.CanWriteIn(folder))
        {
            throw new RollbackOpsException(ErrorId.DatabaseUnsuitable,
                $"Nothing can be written beside the database '{place}': this user may not, or the volume is read-only. Nothing was changed.",
                $"Run it as the owner of the folder (ls -ld '{folder}'), and see how its volume is mounted (findmnt -T '{folder}').", place);
        }
    }

    private static long? FreeSpace(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Not known: the restore says so itself where there is not enough.
            return null;
        }
    }
}
