using RollbackOps.Databases;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>The database's level against what a target supports (S28). Lists are oldest first, separated by blanks.</summary>
public sealed class SchemaJudgeTests
{
    [Theory]
    // applied, at the live commit, at the target's commit, whether it fits, what lies between
    [InlineData("1 2", "1 2 3", "1 2", true, "")]
    [InlineData("1 2 3", "1 2 3", "1 2", false, "3")]
    [InlineData("1 2 3 4", "1 2 3 4", "1 2", false, "4 3")]
    [InlineData("1", "1 2 3", "1 2", false, "2")]
    [InlineData("", "1 2", "1", false, "1")]
    // applied by hand: neither commit has it, and it is newer than all that the target has
    [InlineData("1 2 9", "1 2 3", "1 2", false, "9")]
    // merged into another long ago, and older than what the target has
    [InlineData("0 1 2", "1 2 3", "1 2", true, "")]
    // one with an older name was merged late: the newest alone does not show it
    [InlineData("1 3 2", "1 2 3", "1 3", false, "2")]
    [InlineData("1 2 3", "1 2 3", "1 3", false, "2")]
    [InlineData("1 3", "1 2 3", "1 2", false, "3 2")]
    // nothing in common, or nothing known: not told, and never a fit
    [InlineData("7 8", "1 2", "1", null, "")]
    [InlineData("1 2", "1 2", "", null, "")]
    public void Files_OfTheTarget_AreHeldAgainstWhatWasApplied(string applied, string live, string target, bool? fits, string between)
    {
        var fit = SchemaJudge.Of(new SchemaEvidence
        {
            Applied = Applied(MigrationTable.EfCore, applied),
            Current = Known(live),
            Target = Known(target),
        });

        Assert.Equal((fits, between), (fit.Fits, string.Join(' ', fit.Between)));
        Assert.All(fit.Between, name => Assert.Contains(name, fit.Detail, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("EF Core", "20260202_Orders", "20260101", "20260202", true)]
    [InlineData("EF Core", "20260303_More", "20260101", "20260202", false)]
    [InlineData("EF Core", "20251231_Old", "20260101", "20260202", false)]
    [InlineData("EF Core", "20260202_Orders", null, "20260202_Orders", true)]
    [InlineData("EF Core", "20250101_Old", null, "20260202_Orders", true)]
    [InlineData("Flyway", "10", "9", "11", true)]
    [InlineData("Flyway", "1.10", "1.2", "1.9", false)]
    [InlineData("Flyway", "3", "1", "3.1", true)]
    [InlineData("Knex", "20260202_b.js", "20260101_a.ts", "20260202_b.ts", true)]
    [InlineData("Knex", "20260303_c.js", null, "20260202", false)]
    [InlineData(null, "41", "40", "42", true)]
    [InlineData(null, "43", "40", "42", false)]
    [InlineData("Django", "shop.0003_tax", "shop.0002", "shop.0003", true)]
    [InlineData("Django", "auth.0012_x", "shop.0002", "shop.0003", null)]
    // no upper end, and no repository that tells one
    [InlineData("EF Core", "20260202_Orders", "20260101", null, null)]
    // a hash that nothing gives a name
    [InlineData("Drizzle", "abcdef", "0001", "0002", null)]
    public void Range_Declared_GoesByNumbersInNames(string? tool, string level, string? min, string? max, bool? fits)
    {
        var fit = SchemaJudge.Of(new SchemaEvidence { Applied = Applied(tool, level), Declared = SchemaRange.Of(min, max) });

        Assert.Equal(fits, fit.Fits);
    }

    [Fact]
    public void Range_Declared_GoesBeforeTheFiles()
    {
        var fit = SchemaJudge.Of(new SchemaEvidence
        {
            Applied = Applied(MigrationTable.EfCore, "1 2 3"),
            Current = Known("1 2 3"),
            Target = Known("1 2"),
            Declared = SchemaRange.Of("1", "3"),
        });

        Assert.True(fit.Fits);
    }

    [Fact]
    public void Range_OfDrizzle_NamesFilesAndNotHashes()
    {
        var fit = SchemaJudge.Of(new SchemaEvidence
        {
            Applied = Applied(MigrationTable.Drizzle, "aaaa bbbb"),
            Current = [new("aaaa", "0000_first"), new("bbbb", "0001_second")],
            Target = [new("aaaa", "0000_first")],
            Declared = SchemaRange.Of("0000", "0000"),
        });

        Assert.Equal((false, "0001_second"), (fit.Fits, Assert.Single(fit.Between)));
    }

    [Fact]
    public void Django_LibrariesMigrations_DoNotCount()
    {
        var fit = SchemaJudge.Of(new SchemaEvidence
        {
            Applied = Applied(MigrationTable.Django, "auth.0001 shop.0001 sessions.0001"),
            Current = Known("shop.0001 shop.0002"),
            Target = Known("shop.0001"),
        });

        Assert.True(fit.Fits);
    }

    [Fact]
    public void Level_Unknown_IsNoFit()
    {
        var fit = SchemaJudge.Of(new SchemaEvidence { Target = Known("1") });

        Assert.Null(fit.Fits);
        Assert.Contains("database.migrationQuery", fit.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Prisma", "prisma/migrations/20260101_init/migration.sql", "20260101_init")]
    [InlineData("Prisma", "prisma/migrations/migration_lock.toml", null)]
    [InlineData("Knex", "migrations/20260101120000_init.ts", "20260101120000_init")]
    [InlineData("Knex", "migrations/readme.md", null)]
    [InlineData("Flyway", "src/main/resources/db/migration/V1_10__add tax.sql", "1.10")]
    [InlineData("Flyway", "db/migration/R__views.sql", null)]
    [InlineData("Flyway", "db/migration/U2__undo.sql", null)]
    [InlineData("EF Core", "Migrations/20260101000000_Init.cs", "20260101000000_Init")]
    [InlineData("EF Core", "Migrations/20260101000000_Init.Designer.cs", null)]
    [InlineData("EF Core", "Migrations/ShopContextModelSnapshot.cs", null)]
    [InlineData("Django", "backend/shop/migrations/0002_tax.py", "shop.0002_tax")]
    [InlineData("Django", "shop/migrations/__init__.py", null)]
    [InlineData("Django", "migrations/0001_x.py", null)]
    public void File_OfATool_NamesItsLevel(string tool, string path, string? level) =>
        Assert.Equal(level, KnownMigrations.LevelOf(tool, path));

    [Theory]
    [InlineData("9", "10", -1)]
    [InlineData("1.9", "1.10", -1)]
    [InlineData("007", "7", 0)]
    [InlineData("a2", "b1", -1)]
    [InlineData("1", "1_x", -1)]
    [InlineData("99999999999999999999999", "100000000000000000000000", -1)]
    [InlineData("", "", 0)]
    public void Names_InNaturalOrder_CountNumbers(string left, string right, int order)
    {
        Assert.Equal(order, Math.Sign(NaturalOrder.Compare(left, right)));
        Assert.Equal(-order, Math.Sign(NaturalOrder.Compare(right, left)));
    }

    [Theory]
    [InlineData("EF Core: 20260202_Orders", "EF Core", "20260202_Orders")]
    [InlineData("41", null, "41")]
    [InlineData("Mine: 3", null, "Mine: 3")]
    public void Level_AsRecorded_IsReadBack(string recorded, string? tool, string level)
    {
        var applied = AppliedMigrations.Recorded(recorded);

        Assert.Equal((tool, level, recorded), (applied.Tool, applied.Level, applied.ToString()));
    }

    private static AppliedMigrations Applied(string? tool, string oldestFirst) =>
        new(tool, [.. oldestFirst.Split(' ', StringSplitOptions.RemoveEmptyEntries).Reverse()]);

    private static List<KnownMigration> Known(string oldestFirst) =>
        [.. oldestFirst.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(level => new KnownMigration(level))];
}
