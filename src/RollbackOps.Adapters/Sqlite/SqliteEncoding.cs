using System.Text;
using Microsoft.Data.Sqlite;

namespace RollbackOps.Adapters.Sqlite;

/// <summary>How a database encodes its texts. Bytes that are no text are refused, not replaced.</summary>
internal static class SqliteEncoding
{
    /// <summary>A database's.</summary>
    public static Encoding Of(SqliteConnection connection) => connection.Scalar("PRAGMA encoding") switch
    {
        "UTF-16le" => new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true),
        "UTF-16be" => new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true),
        _ => new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true),
    };
}
