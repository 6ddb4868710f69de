namespace RollbackOps.Databases;

/// <summary>What a backup's content is, told by its first bytes and never by its name.</summary>
public enum BackupFormat
{
    /// <summary>Nothing that is known here.</summary>
    Unknown,

    /// <summary>A database file of SQLite.</summary>
    SqliteFile,

    /// <summary>SQL statements.</summary>
    PlainSql,

    /// <summary>SQL statements, packed with gzip.</summary>
    PlainSqlGzip,

    /// <summary>An archive of pg_dump in its custom format.</summary>
    PostgresCustom,

    /// <summary>SQL statements, packed with zstd.</summary>
    PlainSqlZstd,

    /// <summary>A folder of pg_dump in its directory format.</summary>
    PostgresDirectory,

    /// <summary>An archive of pg_dump in its tar format.</summary>
    PostgresTar,
}
