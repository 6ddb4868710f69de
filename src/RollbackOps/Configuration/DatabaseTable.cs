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

    /// <summary>The database section.</summary>
    public static ObjectShape Section { get; } = new(
        typeof(DatabaseSettings),
        "The database behind the service.",
        [
            new(nameof(DatabaseSettings.Path), new PathShape(), "The file of an SQLite database.") { IsRequired = true },
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
        ]);
}
