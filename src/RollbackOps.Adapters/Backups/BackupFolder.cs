using System.Text.Json;
using RollbackOps.Adapters.LocalState;
using RollbackOps.Databases;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Backups;

/// <summary>
/// Backups in a folder of this machine: <c>db-snapshot-….ext</c>, a file or a folder, with
/// <c>db-snapshot-….ext.manifest.json</c> beside it.
/// </summary>
internal sealed class BackupFolder : IBackupFolder
{
    private const string ManifestEnding = ".manifest.json";
    private const string PartialEnding = ".partial";
    private const int MostOfOneSecond = 100;

    public BackupFolder(string folder) => Location = folder;

    public string Location { get; }

    public IReadOnlyList<StoredBackup> List()
    {
        try
        {
            return Directory.Exists(Location)
                ? [.. Directory.EnumerateFileSystemEntries(Location, BackupName.Prefix + "*").Where(IsBackup).Select(TryRead).OfType<StoredBackup>()]
                : [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.BackupUnreadable,
                $"The folder of backups '{Location}' cannot be read: {failure.Message}",
                "Check the folder's owner and rights, or name another with -Destination or database.backups.", Location, failure);
        }
    }

    public BackupReservation Reserve(string name, string extension)
    {
        try
        {
            Directory.CreateDirectory(Location);
            for (var number = 1; number <= MostOfOneSecond; number++)
            {
                var free = number == 1 ? name : $"{name}-{number}";
                var file = Path.Combine(Location, free + extension);
                var temporary = file + PartialEnding;
                if (BackupContentPath.Exists(file) || !TryCreate(temporary))
                {
                    continue;
                }

                if (!BackupContentPath.Exists(file))
                {
                    return new BackupReservation(free, temporary, file);
                }

                // Somebody else's backup of this second was finished in between.
                File.Delete(temporary);
            }

            throw new IOException($"There are {MostOfOneSecond} backups of this second.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Failed(failure);
        }
    }

    public async Task<StoredBackup> KeepAsync(
        BackupReservation reservation,
        Func<string, long, BackupManifest> describe,
        Action<ByteProgress> progress,
        CancellationToken cancellationToken)
    {
        try
        {
            // The disk has what the hash is still made of.
            var syncing = Task.Run(() => BackupContentPath.Sync(reservation.TemporaryFile), CancellationToken.None);
            var hashing = BackupContentPath.HashAsync(reservation.TemporaryFile, progress, cancellationToken);
            await Task.WhenAll(syncing, hashing);
            var hash = await hashing;
            var manifest = describe(hash, BackupContentPath.Size(reservation.TemporaryFile));
            var written = reservation.File + ManifestEnding + PartialEnding;
            File.WriteAllBytes(written, JsonSerializer.SerializeToUtf8Bytes(manifest, RollbackJson.Indented.BackupManifest));
            BackupContentPath.Sync(written);
            // The manifest last: one without its backup would vouch for whatever comes under that name.
            BackupContentPath.Move(reservation.TemporaryFile, reservation.File);
            MoveManifest(written, reservation.File);
            Durable.SyncFolder(Location);
            return Read(reservation.File);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            throw Failed(Durable.AsIOException(failure));
        }
    }

    public void Discard(BackupReservation reservation)
    {
        foreach (var left in new[] { reservation.TemporaryFile, reservation.File + ManifestEnding + PartialEnding })
        {
            try
            {
                BackupContentPath.Delete(left);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // What stopped the backup is what the user is to see; a name ending in .partial is never listed.
            }
        }
    }

    public void Delete(StoredBackup backup)
    {
        try
        {
            // The backup first: what is left without a manifest would be listed as a foreign one.
            BackupContentPath.Delete(backup.Path);
            File.Delete(backup.Path + ManifestEnding);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Failed(failure);
        }
    }

    /// <summary>A backup without its manifest would pass for a foreign one: it goes, too, when that cannot be put there.</summary>
    private static void MoveManifest(string written, string file)
    {
        try
        {
            File.Move(written, file + ManifestEnding, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            BackupContentPath.Delete(file);
            throw;
        }
    }

    private static bool IsBackup(string path) =>
        !path.EndsWith(ManifestEnding, StringComparison.Ordinal) && !path.EndsWith(PartialEnding, StringComparison.Ordinal)
        && (FileStatus.IsPlainFile(path) || (Directory.Exists(path) && (File.Exists(path + ManifestEnding) || FormatReader.IsFolder(path))));

    /// <summary>One that cannot be read is listed as such and hides none of the others; null for one that is gone meanwhile.</summary>
    private static StoredBackup? TryRead(string path)
    {
        try
        {
            return Read(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return BackupContentPath.Exists(path)
                ? new StoredBackup(
                    NameOf(Path.GetFileName(path)), path, File.Exists(path) ? new FileInfo(path).Length : 0,
                    new DateTimeOffset(File.GetLastWriteTimeUtc(path)), BackupFormat.Unknown,
                    Manifest: null, Fault: $"it cannot be read: {failure.Message}")
                : null;
        }
    }

    private static StoredBackup Read(string path)
    {
        var file = Path.GetFileName(path);
        var size = BackupContentPath.Size(path);
        var format = FormatReader.Read(path);
        var stored = new StoredBackup(
            NameOf(file), path, size, BackupContentPath.WrittenAt(path), format, Manifest: null, Fault: null);
        if (!Path.Exists(path + ManifestEnding))
        {
            return stored;
        }

        var manifest = ManifestReader.Read(path + ManifestEnding, out var fault);
        return manifest is null
            ? stored with { Fault = fault }
            : stored with
            {
                Manifest = manifest,
                Fault = manifest.Name != stored.Name ? $"its manifest is that of '{manifest.Name}'"
                    : manifest.File != file ? $"its manifest is that of the file '{manifest.File}'"
                    : manifest.Size != size ? $"it has {size} bytes, its manifest states {manifest.Size}"
                    : manifest.Format != format ? $"it begins like {format}, its manifest states {manifest.Format}"
                    : null,
            };
    }

    /// <summary>Without the endings that programs give their backups.</summary>
    private static string NameOf(string file)
    {
        string[] endings = [".gz", ".zst", ".sql", ".db", ".sqlite", ".sqlite3", ".dump", ".dir", ".tar"];
        while (Array.Find(endings, ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } found)
        {
            file = file[..^found.Length];
        }

        return Inert.Line(file);
    }

    private static bool TryCreate(string path)
    {
        if (File.Exists(path))
        {
            return false;
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // A backup holds what the database holds: nobody else's business.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            new FileStream(path, options).Dispose();
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            // Somebody else took it in between.
            return false;
        }
    }

    private RollbackOpsException Failed(Exception failure) => new(ErrorId.BackupFailed,
        $"The backup cannot be written to '{Location}': {failure.Message}",
        "Check free space and rights there (df, ls -l), or name another folder with -Destination.", Location, failure);
}
