namespace RollbackOps.Configuration;

/// <summary>The database section.</summary>
public sealed record DatabaseSettings
{
    /// <summary>How far beyond the live value what counts ids is set before a swap, where nothing else is configured.</summary>
    internal const int DefaultIdReserve = 1000;

    internal DatabaseSettings()
    {
    }

    /// <summary>The file of an SQLite database, absolute; null where the database is another.</summary>
    public string? Path { get; init; }

    /// <summary>Where a PostgreSQL database is; null where the database is another.</summary>
    public PostgresSettings? Postgres { get; init; }

    /// <summary>The folder that backups are kept in, absolute; null for <c>backups/</c> in the state folder.</summary>
    public string? Backups { get; init; }

    /// <summary>How long a connection, a lock or one check may take. Default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A query that gives the schema's migration level; null for the tables of the usual tools (S28).</summary>
    public string? MigrationQuery { get; init; }

    /// <summary>The command that stops the services before a swap (D1), or null.</summary>
    public CommandSettings? Stop { get; init; }

    /// <summary>The command that starts them again, or null.</summary>
    public CommandSettings? Start { get; init; }

    /// <summary>The smoke test after that: when it fails, the former database is swapped back; null for none.</summary>
    public CommandSettings? Smoke { get; init; }

    /// <summary>Audit queries: what must hold among the data.</summary>
    public IReadOnlyList<AuditSettings> Audits { get; init; } = [];
}

/// <summary>The section of a PostgreSQL database.</summary>
public sealed record PostgresSettings
{
    internal PostgresSettings()
    {
    }

    /// <summary>The server: a name, an address, or the folder of its Unix socket. Default <c>localhost</c>.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>Its port. Default 5432.</summary>
    public int Port { get; init; } = 5432;

    /// <summary>The database's name.</summary>
    public required string Name { get; init; }

    /// <summary>Who connects; null for the operating system's user.</summary>
    public string? User { get; init; }

    /// <summary>A reference to the password; null where the server asks for none, or <c>~/.pgpass</c> holds it.</summary>
    public string? Password { get; init; }

    /// <summary>The database to connect to while the live one is swapped. Default <c>postgres</c>.</summary>
    public string Maintenance { get; init; } = "postgres";

    /// <summary>How the connection is encrypted, in libpq's words. Default <see cref="PostgresEncryption.Prefer"/>.</summary>
    public PostgresEncryption Encryption { get; init; } = PostgresEncryption.Prefer;

    /// <summary>The folder of <c>pg_dump</c>, <c>pg_restore</c> and <c>psql</c>, absolute; null for the path.</summary>
    public string? Tools { get; init; }

    /// <summary>How many jobs a restore uses. Default 2.</summary>
    public int Jobs { get; init; } = 2;

    /// <summary>
    /// How far beyond the live value each sequence is set before a swap, so that no id is given twice. Default 1000.
    /// </summary>
    public int SequenceReserve { get; init; } = DatabaseSettings.DefaultIdReserve;

    /// <summary>What backups are written as. Default <see cref="PostgresBackupFormat.Custom"/>.</summary>
    public PostgresBackupFormat BackupFormat { get; init; } = PostgresBackupFormat.Custom;

    /// <summary>
    /// When the database that a restore kept is dumped for analysis. Default <see cref="PostgresKeptDump.AfterRestore"/> (D3).
    /// </summary>
    public PostgresKeptDump KeptDump { get; init; } = PostgresKeptDump.AfterRestore;

    /// <summary>The PgBouncer before the database, which is paused around a swap; null for none.</summary>
    public PgBouncerSettings? PgBouncer { get; init; }
}

/// <summary>The section of a PgBouncer, by its admin console.</summary>
public sealed record PgBouncerSettings
{
    internal PgBouncerSettings()
    {
    }

    /// <summary>Where it is: a name, an address, or the folder of its Unix socket. Default <c>localhost</c>.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>Its port. Default 6432.</summary>
    public int Port { get; init; } = 6432;

    /// <summary>One of its <c>admin_users</c>; null for the database's user.</summary>
    public string? User { get; init; }

    /// <summary>A reference to that user's password; null where it asks for none.</summary>
    public string? Password { get; init; }

    /// <summary>What it calls the database; null for the database's own name.</summary>
    public string? Database { get; init; }
}

/// <summary>What backups of PostgreSQL are written as.</summary>
public enum PostgresBackupFormat
{
    /// <summary>One file in pg_dump's custom format.</summary>
    Custom,

    /// <summary>A folder in pg_dump's directory format, several tables at a time.</summary>
    Directory,
}

/// <summary>When the database that a restore kept is dumped for analysis.</summary>
public enum PostgresKeptDump
{
    /// <summary>Once services are up.</summary>
    AfterRestore,

    /// <summary>Never: the kept database itself is the copy.</summary>
    Never,
}

/// <summary>How a connection to PostgreSQL is encrypted (libpq's sslmode).</summary>
public enum PostgresEncryption
{
    /// <summary>Not at all.</summary>
    Disable,

    /// <summary>Where the server can.</summary>
    Prefer,

    /// <summary>Always, whoever the server is.</summary>
    Require,

    /// <summary>Always, and the server's certificate is verified with its name.</summary>
    VerifyFull,
}

/// <summary>One audit query (the procedure's <c>db:audit</c> and <c>db:verify</c>).</summary>
public sealed record AuditSettings
{
    internal AuditSettings()
    {
    }

    /// <summary>Its name, unique among the audits.</summary>
    public required string Name { get; init; }

    /// <summary>The query; it can only read.</summary>
    public required string Query { get; init; }

    /// <summary>What it has to give. Default <see cref="AuditExpectation.NoRows"/>: each row is an offence.</summary>
    public AuditExpectation Expect { get; init; }
}

/// <summary>What an audit query has to give.</summary>
public enum AuditExpectation
{
    /// <summary>No row: each one is an offence.</summary>
    NoRows,

    /// <summary>At least one row.</summary>
    SomeRows,
}
