using System.Text;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Backups;

/// <summary>Tells a backup's format by its first bytes.</summary>
internal static class FormatReader
{
    private const int HeadSize = 4096;
    private const string Contents = "toc.dat";
    private const int TarMagicAt = 257;

    private static readonly byte[] s_sqlite = "SQLite format 3\0"u8.ToArray();
    private static readonly byte[] s_postgres = "PGDMP"u8.ToArray();
    private static readonly byte[] s_contents = "toc.dat\0"u8.ToArray();
    private static readonly byte[] s_tar = "ustar"u8.ToArray();

    /// <summary>The format; <see cref="BackupFormat.Unknown"/> where nothing here can make anything of it.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static BackupFormat Read(string path)
    {
        if (Directory.Exists(path))
        {
            return IsFolder(path) && Read(Path.Combine(path, Contents)) == BackupFormat.PostgresCustom ? BackupFormat.PostgresDirectory : BackupFormat.Unknown;
        }

        using var file = File.OpenRead(path);
        var head = Head(file).AsSpan();
        if (PackedText.FormatOf(head) is var packed && packed != BackupFormat.PlainSql)
        {
            file.Position = 0;
            return IsText(Unpacked(file, packed)) ? packed : BackupFormat.Unknown;
        }

        return head.StartsWith(s_sqlite) ? BackupFormat.SqliteFile
            : head.StartsWith(s_postgres) ? BackupFormat.PostgresCustom
            : head.StartsWith(s_contents) && head.Length > TarMagicAt && head[TarMagicAt..].StartsWith(s_tar) ? BackupFormat.PostgresTar
            : IsText(head) ? BackupFormat.PlainSql
            : BackupFormat.Unknown;
    }

    /// <summary>Whether a folder looks like one of pg_dump's directory format.</summary>
    public static bool IsFolder(string path) => File.Exists(Path.Combine(path, Contents));

    private static byte[] Unpacked(FileStream packed, BackupFormat format)
    {
        try
        {
            using var unpacked = PackedText.Open(packed, format);
            return Head(unpacked);
        }
        catch (Exception damaged) when (PackedText.IsDamage(damaged))
        {
            return [];
        }
    }

    private static byte[] Head(Stream stream)
    {
        var head = new byte[HeadSize];
        return head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }

    /// <summary>Text has no control characters but those of lines; and an empty file is no dump of anything.</summary>
    private static bool IsText(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
        {
            return false;
        }

        foreach (var value in head)
        {
            if (value < ' ' && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f'))
            {
                return false;
            }
        }

        // The last character may be cut off.
        var text = Encoding.UTF8.GetString(head);
        var broken = text.IndexOf('\ufffd', StringComparison.Ordinal);
        return broken < 0 || broken >= text.Length - 3;
    }
}
