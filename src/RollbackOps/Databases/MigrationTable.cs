namespace RollbackOps.Databases;

/// <summary>Where a migration tool keeps what it has applied (S28).</summary>
/// <param name="Tool">The tool's name.</param>
/// <param name="Table">Its table.</param>
/// <param name="Query">Gives the applied migrations' names, newest first; the table's place stands for <c>{table}</c>.</param>
public sealed record MigrationTable(string Tool, string Table, string Query)
{
    internal const string Prisma = "Prisma";
    internal const string Drizzle = "Drizzle";
    internal const string Knex = "Knex";
    internal const string Flyway = "Flyway";
    internal const string EfCore = "EF Core";
    internal const string Django = "Django";

    /// <summary>How many migrations are read at most.</summary>
    public const int Most = 10_000;

    /// <summary>The tables of the usual tools, in the order they are looked for.</summary>
    public static IReadOnlyList<MigrationTable> Known { get; } =
    [
        new(Prisma, "_prisma_migrations",
            "SELECT migration_name FROM {table} WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name DESC"),
        new(Drizzle, "__drizzle_migrations", "SELECT hash FROM {table} ORDER BY created_at DESC"),
        new(Knex, "knex_migrations", "SELECT name FROM {table} ORDER BY id DESC"),
        // An undo is a row of its own behind the one that it takes back.
        new(Flyway, "flyway_schema_history",
            "SELECT a.version FROM {table} a WHERE a.success AND a.version IS NOT NULL AND a.type NOT LIKE 'UNDO%' AND NOT EXISTS "
            + "(SELECT 1 FROM {table} u WHERE u.version = a.version AND u.success AND u.type LIKE 'UNDO%' AND u.installed_rank > a.installed_rank) "
            + "ORDER BY a.installed_rank DESC"),
        new(EfCore, "__EFMigrationsHistory", "SELECT \"MigrationId\" FROM {table} ORDER BY \"MigrationId\" DESC"),
        new(Django, "django_migrations", "SELECT app || '.' || name FROM {table} ORDER BY id DESC"),
    ];

    /// <summary>The query on its table.</summary>
    /// <param name="place">The table's place, quoted.</param>
    /// <param name="most">How many are given at most.</param>
    public string QueryOf(string place, int most) =>
        FormattableString.Invariant($"{Query.Replace("{table}", place, StringComparison.Ordinal)} LIMIT {most}");
}
