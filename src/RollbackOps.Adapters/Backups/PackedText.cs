using RollbackOps.Adapters.Packing;
using RollbackOps.Databases;
using ZstdSharp;

namespace RollbackOps.Adapters.Backups;

/// <summary>The text of a plain SQL dump, unpacked as it is read; one that was cut off fails at its end.</summary>
internal static class PackedText
{
    private static readonly byte[] s_gzip = [0x1f, 0x8b];
    private static readonly byte[] s_zstd = [0x28, 0xb5, 0x2f, 0xfd];

    /// <summary>How what begins like this is packed; plain SQL where it is not.</summary>
    public static BackupFormat FormatOf(ReadOnlySpan<byte> head) => head.StartsWith(s_gzip) ? BackupFormat.PlainSqlGzip
        : head.StartsWith(s_zstd) ? BackupFormat.PlainSqlZstd
        : BackupFormat.PlainSql;

    /// <summary>Opens it; disposing of the file is the caller's.</summary>
    public static Stream Open(FileStream file, BackupFormat format) => format switch
    {
        BackupFormat.PlainSqlGzip => new WholeGzip(file),
        BackupFormat.PlainSqlZstd => new DecompressionStream(file),
        _ => file,
    };

    /// <summary>Whether a failure says that the packing is damaged.</summary>
    public static bool IsDamage(Exception failure) => failure is InvalidDataException or EndOfStreamException or ZstdException;
}
