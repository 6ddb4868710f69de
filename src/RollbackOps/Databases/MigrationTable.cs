namespace RollbackOps.Databases;

/// <summary>Where a migration tool keeps what it has applied (S28).</summary>
/// <param name="Tool">The tool's name.</param>
/// <param name="Table">Its table.</param>
/// <param name="Query">Gives the newest applied migration's name first; the table's place stands for <c>{table}</c>.</param>
public sealed record MigrationTable(string Tool, string Table, string Query)
{
    /// <summary>The tables of the usual tools, in the order they are looked for.</summary>
    public static IReadOnlyList<MigrationTable> Known { get; } =
    [
        new("Prisma", "_prisma_migrations",
            "SELECT migration_name FROM {table} WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name DESC LIMIT 1"),
        new("Drizzle", "__drizzle_migrations", "SELECT hash FROM {table} ORDER BY created_at DESC LIMIT 1"),
        new("Knex", "knex_migrations", "SELECT name FROM {table} ORDER BY id DESC LIMIT 1"),
        new("Flyway", "flyway_schema_history",
            "SELECT version FROM {table} WHERE success AND version IS NOT NULL ORDER BY installed_rank DESC LIMIT 1"),
        new("EF Core", "__EFMigrationsHistory", "SELECT \"MigrationId\" FROM {table} ORDER BY \"MigrationId\" DESC LIMIT 1"),
        new("Django", "django_migrations", "SELECT app || '.' || name FROM {table} ORDER BY id DESC LIMIT 1"),
    ];
}
