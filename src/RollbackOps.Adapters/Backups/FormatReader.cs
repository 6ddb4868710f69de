using System.IO.Compression;
using System.Text;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Backups;

/// <summary>Tells a backup's format by its first bytes.</summary>
internal static class FormatReader
{
    private const int HeadSize = 4096;

    private static readonly byte[] s_sqlite = "SQLite format 3\0"u8.ToArray();

    /// <summary>The format; <see cref="BackupFormat.Unknown"/> where nothing here can make anything of it.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static BackupFormat Read(string path)
    {
        using var file = File.OpenRead(path);
        var head = Head(file);
        if (head is [0x1f, 0x8b, ..])
        {
            file.Position = 0;
            return IsText(Unpacked(file)) ? BackupFormat.PlainSqlGzip : BackupFormat.Unknown;
        }

        return head.AsSpan().StartsWith(s_sqlite) ? BackupFormat.SqliteFile
            : IsText(head) ? BackupFormat.PlainSql
            : BackupFormat.Unknown;
    }

    private static byte[] Unpacked(Stream packed)
    {
        try
        {
            using var unpacked = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
            return Head(unpacked);
        }
        catch (InvalidDataException)
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
