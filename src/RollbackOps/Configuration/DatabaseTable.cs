using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Configuration;

/// <summary>The part of the table of settings that is the database's.</summary>
internal static class DatabaseTable
{
    /// <summary>SQL, on as many lines as it takes. A reference would be taken at its word here.</summary>
    private static readonly TextShape s_query = new(
        "an SQL query", $@"^{SecretReference.NoReference}(?=[\s\S]*\S)[^\u0000]*$", longest: 20_000);

    private static readonly ObjectShape s_audit = new(
        typeof(AuditSettings),
        "An audit query.",
        [
            new(nameof(AuditSettings.Name), TextShape.Line("a name", longest: 100),
                "Its name, unique among the audits.") { IsRequired = true },
            new(nameof(AuditSettings.Query), s_query, "The query; it can only read.") { IsRequired = true },
            new(nameof(AuditSettings.Expect), ChoiceShape.Of<AuditExpectation>(),
                "What it has to give: no row, since each one is an offence, or at least one."),
        ]);

    private static readonly TextShape s_name = new(
        "the name of a database or role", @"^(?!-)[^\u0000-\u001f""'\\=]+$", longest: 63);

    private static readonly TextShape s_host = new(
        "a server's name or address, or a socket's folder", @"^(?!-)[^\s,;=""']+$", longest: 253);

    private static readonly ObjectShape s_pooler = new(
        typeof(PgBouncerSettings),
        "A PgBouncer before the database, by its admin console: it is paused around a swap.",
        [
            new(nameof(PgBouncerSettings.Host), s_host, "Where it is: a name, an address, or the folder of its Unix socket."),
            new(nameof(PgBouncerSettings.Port), NumberShape.Whole(1, 65535), "Its port."),
            new(nameof(PgBouncerSettings.User), s_name, "One of its admin_users.") { DefaultInWords = "the database's user" },
            new(nameof(PgBouncerSettings.Password), new ReferenceShape(),
                "A reference to that user's password; it is resolved only when it is used.") { DefaultInWords = "none" },
            new(nameof(PgBouncerSettings.Database), s_name, "What it calls the database.") { DefaultInWords = "the database's own name" },
        ]);

    private static readonly ObjectShape s_postgres = new(
        typeof(PostgresSettings),
        "A PostgreSQL database.",
        [
            new(nameof(PostgresSettings.Host), s_host,
                "The server: a name, an address, or the folder of its Unix socket."),
            new(nameof(PostgresSettings.Port), NumberShape.Whole(1, 65535), "Its port."),
            new(nameof(PostgresSettings.Name), s_name, "The database's name.") { IsRequired = true },
            new(nameof(PostgresSettings.User), s_name, "Who connects.") { DefaultInWords = "the operating system's user" },
            new(nameof(PostgresSettings.Password), new ReferenceShape(),
                "A reference to the password; it is resolved only when it is used.") { DefaultInWords = "none, or what ~/.pgpass holds" },
            new(nameof(PostgresSettings.Maintenance), s_name, "The database to connect to while the live one is swapped."),
            new(nameof(PostgresSettings.Encryption), ChoiceShape.Of<PostgresEncryption>(),
                "How the connection is encrypted, in the words of libpq's sslmode."),
            new(nameof(PostgresSettings.Tools), new PathShape(), "The folder of pg_dump, pg_restore and psql.")
                { DefaultInWords = "the path" },
            new(nameof(PostgresSettings.Jobs), NumberShape.Whole(1, 64), "How many jobs a restore uses."),
            new(nameof(PostgresSettings.SequenceReserve), NumberShape.Whole(0, 1_000_000_000),
                "How far beyond the live value each sequence is set before a swap, so that no id is given twice.", "S30"),
            new(nameof(PostgresSettings.BackupFormat), ChoiceShape.Of<PostgresBackupFormat>(),
                "What backups are written as: one file in pg_dump's custom format, or a folder in its directory format, several tables at a time."),
            new(nameof(PostgresSettings.KeptDump), ChoiceShape.Of<PostgresKeptDump>(),
                "When the database that a restore kept is dumped for analysis, beside the backups.", "S30"),
            new(nameof(PostgresSettings.PgBouncer), s_pooler, "The PgBouncer before the database.", "S30") { DefaultInWords = "none" },
        ]);

    /// <summary>The database section.</summary>
    public static ObjectShape Section { get; } = new(
        typeof(DatabaseSettings),
        "The database behind the service.",
        [
            new(nameof(DatabaseSettings.Path), new PathShape(), "The file of an SQLite database."),
            new(nameof(DatabaseSettings.Postgres), s_postgres, "A PostgreSQL database."),
            new(nameof(DatabaseSettings.Backups), new PathShape(), "The folder that backups are kept in.")
                { DefaultInWords = "backups/ in the state folder" },
            new(nameof(DatabaseSettings.Timeout), new DurationShape(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
                "How long a connection, a lock or one check may take."),
            new(nameof(DatabaseSettings.MigrationQuery), s_query,
                "A query whose first value is the schema's migration level.", "S28")
                { DefaultInWords = "the table of Prisma, Drizzle, Knex, Flyway, EF Core or Django" },
            new(nameof(DatabaseSettings.Stop), CommandTable.Command, "The command that stops the services before a swap.", "S30"),
            new(nameof(DatabaseSettings.Start), CommandTable.Command, "The command that starts them again.", "S30"),
            new(nameof(DatabaseSettings.Smoke), CommandTable.Command,
                "The smoke test after a restore: when it fails, the former database is swapped back.", "S30"),
            new(nameof(DatabaseSettings.Audits),
                new ListShape<AuditSettings>("a list of audit queries", s_audit) { UniqueBy = nameof(AuditSettings.Name) },
                "Audit queries: what must hold among the data."),
        ])
    {
        ExactlyOne = [nameof(DatabaseSettings.Path), nameof(DatabaseSettings.Postgres)],
    };
}
