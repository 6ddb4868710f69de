using RollbackOps.Configuration;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>An SQLite file restored beside the live one, in the same folder and so on the same volume (S30).</summary>
internal sealed class SqliteSide : SqliteDatabase, ISideDatabase
{
    /// <summary>What SQLite puts beside a file while it is in use.</summary>
    public static readonly string[] Companions = ["-wal", "-shm", "-journal"];

    public SqliteSide(string path, DatabaseSettings settings)
        : base(path, settings)
    {
    }

    public long Size => new FileInfo(Place) is { Exists: true } file ? file.Length : 0;

    /// <summary>Creates a file that only its owner may read, for what it holds is what the database holds.</summary>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    public Task DropAsync()
    {
        try
        {
            File.Delete(Place);
            Array.ForEach(Companions, companion => File.Delete(Place + companion));
            return Task.CompletedTask;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.RestoreFailed,
                $"What was restored aside cannot be removed: {failure.Message}", $"Remove it by hand: {Place}", Place, failure);
        }
    }
}
