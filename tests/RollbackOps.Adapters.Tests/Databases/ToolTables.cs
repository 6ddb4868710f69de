using System.Security.Cryptography;
using System.Text;
using RollbackOps.Adapters.Tests.Git;
using RollbackOps.Databases;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>
/// Each migration tool's table and files, as the tool makes them: two migrations at the target's commit, three at the live
/// one.
/// </summary>
internal static class ToolTables
{
    private const string Second = "CREATE TABLE b (id int);\n";
    private const string Third = "CREATE TABLE c (id int);\n";

    public static IEnumerable<string> Names => s_tools.Keys;

    public static TheoryData<string> Tools => [.. s_tools.Keys];

    /// <summary>What the third migration is called, for people.</summary>
    public static string ThirdOf(string tool) => s_tools[tool].Third;

    /// <summary>The statements that make a tool's table with so many migrations applied.</summary>
    public static string TableOf(string tool, int applied) =>
        $"{s_tools[tool].Table}; INSERT INTO {s_tools[tool].Insert} VALUES {string.Join(", ", s_tools[tool].Rows.Take(applied))};";

    /// <summary>Commits the files; the target's commit and the live one.</summary>
    public static async Task<(string Target, string Live)> CommitAsync(GitSandbox git, string tool)
    {
        var commits = new List<string>();
        foreach (var files in new[] { s_tools[tool].Before, s_tools[tool].After })
        {
            foreach (var (name, content) in files)
            {
                var path = Path.Combine(git.Path, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await File.WriteAllTextAsync(path, content);
            }

            commits.Add(await git.CommitAsync("migrations"));
        }

        return (commits[0], commits[1]);
    }

    /// <summary>What the judge says of a live database and a commit, both read as a plan reads them.</summary>
    public static async Task<SchemaFit> JudgeAsync(GitSandbox git, IDatabase database, string target, string live)
    {
        var applied = await database.ReadMigrationsAsync(CancellationToken.None);
        return SchemaJudge.Of(new SchemaEvidence
        {
            Applied = applied,
            Target = await KnownMigrations.ReadAsync(git.Repository, target, applied!.Tool!, CancellationToken.None),
            Current = await KnownMigrations.ReadAsync(git.Repository, live, applied.Tool!, CancellationToken.None),
        });
    }

    private static string Hash(string content) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(content))).ToLowerInvariant();

    private sealed record Tool(
        string Table, string Insert, string[] Rows, (string Name, string Content)[] Before, (string Name, string Content)[] After, string Third);

    private static readonly Dictionary<string, Tool> s_tools = new()
    {
        ["Prisma"] = new(
            "CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64), finished_at timestamp, migration_name varchar(255), rolled_back_at timestamp)",
            "_prisma_migrations",
            ["('a', 'x', '2026-01-01', '20260101000000_init', NULL)", "('b', 'x', '2026-02-02', '20260202000000_b', NULL)", "('c', 'x', '2026-03-03', '20260303000000_c', NULL)"],
            [("prisma/migrations/20260101000000_init/migration.sql", "x"), ("prisma/migrations/20260202000000_b/migration.sql", "x"), ("prisma/migrations/migration_lock.toml", "x")],
            [("prisma/migrations/20260303000000_c/migration.sql", "x")],
            "20260303000000_c"),
        ["Drizzle"] = new(
            "CREATE TABLE __drizzle_migrations (id integer PRIMARY KEY, hash text NOT NULL, created_at bigint)",
            "__drizzle_migrations",
            [$"(1, '{Hash("x")}', 1)", $"(2, '{Hash(Second)}', 2)", $"(3, '{Hash(Third)}', 3)"],
            [("drizzle/0000_first.sql", "x"), ("drizzle/0001_second.sql", Second),
                ("drizzle/meta/_journal.json", """{"version":"7","entries":[{"idx":0,"when":1,"tag":"0000_first"},{"idx":1,"when":2,"tag":"0001_second"}]}""")],
            [("drizzle/0002_third.sql", Third),
                ("drizzle/meta/_journal.json", """{"version":"7","entries":[{"idx":0,"when":1,"tag":"0000_first"},{"idx":1,"when":2,"tag":"0001_second"},{"idx":2,"when":3,"tag":"0002_third"}]}""")],
            "0002_third"),
        ["Knex"] = new(
            "CREATE TABLE knex_migrations (id integer PRIMARY KEY, name varchar(255), batch integer, migration_time timestamp)",
            "knex_migrations",
            ["(1, '20260101_a.js', 1, NULL)", "(2, '20260202_b.js', 1, NULL)", "(3, '20260303_c.js', 2, NULL)"],
            // Written in TypeScript, run as JavaScript.
            [("migrations/20260101_a.ts", "x"), ("migrations/20260202_b.ts", "x")],
            [("migrations/20260303_c.ts", "x")],
            "20260303_c"),
        ["Flyway"] = new(
            "CREATE TABLE flyway_schema_history (installed_rank integer PRIMARY KEY, version varchar(50), description varchar(200), type varchar(20), success boolean)",
            "flyway_schema_history",
            ["(1, '1', 'a', 'SQL', true), (2, NULL, 'views', 'SQL', true)", "(3, '9', 'b', 'SQL', true)", "(4, '10.1', 'c', 'SQL', true)"],
            [("src/main/resources/db/migration/V1__a.sql", "x"), ("src/main/resources/db/migration/V9__b.sql", "x"), ("src/main/resources/db/migration/R__views.sql", "x")],
            [("src/main/resources/db/migration/V10_1__c.sql", "x")],
            "10.1"),
        ["EF Core"] = new(
            "CREATE TABLE \"__EFMigrationsHistory\" (\"MigrationId\" varchar(150) PRIMARY KEY, \"ProductVersion\" varchar(32))",
            "\"__EFMigrationsHistory\"",
            ["('20260101000000_Init', '9')", "('20260202000000_B', '9')", "('20260303000000_C', '9')"],
            [("src/Data/Migrations/20260101000000_Init.cs", "x"), ("src/Data/Migrations/20260101000000_Init.Designer.cs", "x"),
                ("src/Data/Migrations/20260202000000_B.cs", "x"), ("src/Data/Migrations/ShopModelSnapshot.cs", "x")],
            [("src/Data/Migrations/20260303000000_C.cs", "x")],
            "20260303000000_C"),
        ["Django"] = new(
            "CREATE TABLE django_migrations (id integer PRIMARY KEY, app varchar(255), name varchar(255), applied timestamp)",
            "django_migrations",
            ["(1, 'contenttypes', '0001_initial', NULL), (2, 'shop', '0001_initial', NULL)", "(3, 'shop', '0002_b', NULL), (4, 'sessions', '0001_initial', NULL)", "(5, 'shop', '0003_c', NULL)"],
            [("backend/shop/migrations/0001_initial.py", "x"), ("backend/shop/migrations/0002_b.py", "x"), ("backend/shop/migrations/__init__.py", "")],
            [("backend/shop/migrations/0003_c.py", "x")],
            "shop.0003_c"),
    };
}
