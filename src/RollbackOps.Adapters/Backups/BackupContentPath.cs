using System.Security.Cryptography;
using System.Text;
using RollbackOps.Adapters.LocalState;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Backups;

/// <summary>What a backup is on disk: a file, or the folder of pg_dump's directory format.</summary>
internal static class BackupContentPath
{
    /// <summary>Whether there is anything of that name.</summary>
    public static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    /// <summary>Its size in bytes.</summary>
    public static long Size(string path) => Files(path).Sum(file => new FileInfo(file).Length);

    /// <summary>When anything in it was last written, UTC.</summary>
    public static DateTimeOffset WrittenAt(string path) =>
        Files(path).Select(File.GetLastWriteTimeUtc).DefaultIfEmpty(Directory.GetLastWriteTimeUtc(path)).Max();

    /// <summary>
    /// Its SHA-256, in hexadecimal. A folder's is that of the list of its files, as <c>sha256sum * | sha256sum</c> in the
    /// folder gives it in the locale C: one that is missing, added or renamed changes it too.
    /// </summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<string> HashAsync(string path, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(path))
        {
            return await FileHash.ComputeAsync(path, progress, cancellationToken);
        }

        var (list, done, total) = (new StringBuilder(), 0L, Size(path));
        foreach (var file in Files(path))
        {
            var before = done;
            var hash = await FileHash.ComputeAsync(
                file, piece => progress(new ByteProgress(before + piece.Done, total)), cancellationToken);
            list.Append(hash).Append("  ").Append(Path.GetRelativePath(path, file)).Append('\n');
            done += new FileInfo(file).Length;
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(list.ToString()))).ToLowerInvariant();
    }

    /// <summary>Makes it durable.</summary>
    /// <exception cref="IOException">It cannot be.</exception>
    public static void Sync(string path)
    {
        foreach (var one in Files(path))
        {
            using var file = new FileStream(one, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            file.Flush(flushToDisk: true);
        }

        if (Directory.Exists(path))
        {
            Durable.SyncFolder(path);
        }
    }

    /// <summary>Renames it; what has the new name already stays.</summary>
    /// <exception cref="IOException">It cannot be, or there is something of that name.</exception>
    public static void Move(string from, string to)
    {
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to, overwrite: false);
        }
    }

    /// <summary>Removes it; what is gone already is no error.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private static IEnumerable<string> Files(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        : File.Exists(path) ? [path] : [];
}
