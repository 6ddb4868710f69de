using Microsoft.Data.Sqlite;
using RollbackOps.Adapters.Backups;
using RollbackOps.Adapters.LocalState;
using RollbackOps.Configuration;
using RollbackOps.Databases;
using SQLitePCL;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>SQLite: one file, copied while it is in use by its own online backup.</summary>
internal sealed class SqliteEngine : IDatabaseEngine
{
    private readonly DatabaseSettings _settings;

    public SqliteEngine(DatabaseSettings settings)
    {
        _settings = settings;
        Live = new SqliteDatabase(settings.Path!, settings);
    }

    public string Name => "SQLite";

    public string Place => _settings.Path!;

    public IDatabase Live { get; }

    /// <summary>A file says nothing of where it comes from.</summary>
    public Task<string?> ReadForeignNameAsync(BackupSource source, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public string BackupExtension => ".db";

    public bool CanSwapInPlace => true;

    // The file that is kept is the copy already, whole and by itself.
    public bool DumpsKept => false;

    public Task<BackupContent> DumpKeptAsync(string kept, string file, Action<ByteProgress> progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"The kept file is the copy: {kept}");

    public bool CanRestore(BackupFormat format) =>
        format is BackupFormat.SqliteFile or BackupFormat.PlainSql or BackupFormat.PlainSqlGzip or BackupFormat.PlainSqlZstd;

    public async Task<BackupContent> BackUpAsync(
        string file, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            return await SqliteConnections.WorkAsync(Place, SqliteOpenMode.ReadOnly, _settings.Timeout,
                live => SqliteCopy.Copy(live, file, _settings, progress, cancellationToken), cancellationToken);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_IOERR)
        {
            throw new RollbackOpsException(ErrorId.BackupFailed,
                $"The backup '{file}' cannot be written: {failure.Message}",
                "Check free space there (df), or name another folder with -Destination.", file, failure);
        }
        catch (SqliteException failure)
        {
            throw SqliteConnections.Translate(failure, Place);
        }
    }

    public async Task<ISideDatabase> RestoreAsideAsync(
        BackupSource source, string place, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        var side = new SqliteSide(place, _settings);
        try
        {
            if (source.Format == BackupFormat.SqliteFile)
            {
                await CopyAsync(source, side.Place, progress, cancellationToken);
            }
            else
            {
                await SqliteDump.RestoreAsync(source, side.Place, _settings.Timeout, progress, cancellationToken);
            }

            return side;
        }
        catch (Exception failure)
        {
            await side.DropAsync();
            if (failure is FileNotFoundException or DirectoryNotFoundException && !File.Exists(source.Path))
            {
                throw BackupIdentity.Unreadable(source, failure);
            }

            if (failure is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException or SqliteException)
            {
                throw new RollbackOpsException(ErrorId.RestoreFailed,
                    $"The backup '{source.Name}' cannot be restored to '{side.Place}': {failure.Message}",
                    "Check free space and rights there (df, ls -l). The live database is as it was.", source.Path, failure);
            }

            throw;
        }
    }

    public async Task<LiveFacts> InspectAsync(FenceOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var facts = await SqliteInspection.LookAsync(Place, LiveFile, _settings, cancellationToken);
            if (!options.InPlace)
            {
                SqliteSwap.RequireOneName(LiveFile);
            }

            return facts;
        }
        catch (SqliteException failure)
        {
            throw SqliteConnections.Translate(failure, Place);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.DatabaseUnreachable,
                $"The database '{Place}' cannot be looked at: {failure.Message}", "Check the file's owner and rights.", Place, failure);
        }
    }

    public string SidePlace(string restoreId) => $"{LiveFile}.aside-{restoreId}";

    public string KeptPlace(string restoreId) => $"{LiveFile}.kept-{restoreId}";

    public ISideDatabase OpenSide(string place) => new SqliteSide(place, _settings);

    public async Task<IDatabaseFence> FenceAsync(FenceOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run<IDatabaseFence>(
                () => options.InPlace
                    ? SqliteInPlace.Close(LiveFile, _settings.Timeout, cancellationToken)
                    : SqliteSwap.Close(LiveFile, options.AllowUnseen, _settings.Timeout, cancellationToken),
                cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.DatabaseUnreachable,
                $"The database '{Place}' cannot be closed to others: {failure.Message}", "Check that it is there, its owner and its rights.", Place, failure);
        }
    }

    public Task<bool> IsSwappedAsync(string side, string kept, bool inPlace, CancellationToken cancellationToken) => Task.Run(
        () => File.Exists(kept)
            && (!File.Exists(side)
                ? !FileStatus.IsSame(LiveFile, kept)
                : inPlace && SqliteInPlace.IsSwapped(LiveFile, side, kept, _settings.Timeout)),
        cancellationToken);

    public Task ReopenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task MendAsync(string side, string kept, string? mode, bool inPlace, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            if (inPlace)
            {
                SqliteInPlace.Mend(LiveFile, kept, _settings.Timeout);
            }
            else
            {
                SqliteSwap.Mend(LiveFile, side, kept, mode, _settings.Timeout);
            }
        },
        cancellationToken);

    /// <summary>What is renamed and linked: a link to the database stays what it is.</summary>
    private string LiveFile => RealPath.Of(Place);

    public Task<LostChanges> ExportChangesAsync(ChangeExport what, Action<string> tell, CancellationToken cancellationToken) =>
        SqliteChanges.ExportAsync(what, _settings.Timeout, tell, cancellationToken);

    /// <summary>Copies a database file and holds it against its hash in the same pass (S31).</summary>
    private static async Task CopyAsync(
        BackupSource source, string to, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        string hash;
        await using (var file = SqliteSide.Create(to))
        {
            hash = await FileHash.CopyAsync(source.Path, file, progress, cancellationToken);
        }

        BackupIdentity.RequireHash(source, hash);
    }
}
