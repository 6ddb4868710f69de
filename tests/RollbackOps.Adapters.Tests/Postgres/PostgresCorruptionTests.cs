using RollbackOps.Databases;
using RollbackOps.Signals;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>Flipped bits in the files of a live database, and a restored database that is not whole: the checks find them.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresCorruptionTests(PostgresCluster cluster)
{
    private const int PageSize = 8192;

    [PostgresFact]
    public async Task Check_FlippedPages_AreFoundWithAndWithoutChecksums()
    {
        using var world = new PostgresWorld(cluster);
        var backup = await world.BackUpAsync();
        // A row's pointer, an index's page and a page's header.
        var places = new[] { ("orders", 1, 25), ("\"orders by größe\"", 1, 25), ("\"größen\".\"Maße\"", 0, 15) }
            .Select(one => (File: Path.Combine(cluster.Data, world.Ask($"SELECT pg_relation_filepath('{one.Item1}')")), At: (one.Item2 * PageSize) + one.Item3))
            .ToList();
        cluster.Restart(() => places.ForEach(place => Flip(place.File, place.At)));

        var found = await CheckAsync(world.Open(), context => context.Engine.Live);
        var again = await CheckAsync(world.Open(), context => context.Engine.Live);
        var refused = await Assert.ThrowsAsync<RollbackOpsException>(() => world.BackUpAsync());
        var result = await world.RestoreAsync(backup);

        AssertFound(found);
        Assert.Equal(CheckStatus.Failed, again["checksums"].Status);
        Assert.Equal(ErrorId.BackupFailed, refused.Id);
        // The damaged one is replaced all the same; that it cannot be dumped for analysis is told, and fails nothing.
        Assert.Equal((RestoreStatus.Succeeded, null, null), (result.Status, result.Message, result.KeptDump));
        Assert.Contains(result.Steps, step => step is { Kind: RestoreStepKind.DumpKept, Status: Rollbacks.StepStatus.Failed });
        Assert.Equal("500", world.Ask("SELECT count(*) FROM orders"));
        // Where the server believes its pages, amcheck sees that they cannot be.
        cluster.Run("postgres", $"ALTER ROLE {PostgresCluster.Superuser} IN DATABASE \"{result.Kept!.Split('/')[^1]}\" SET ignore_checksum_failure TO on");
        AssertFound(await CheckAsync(world.Open(), context => context.Engine.OpenSide(result.Kept)));

        static void AssertFound(IReadOnlyDictionary<string, DatabaseCheckResult> checks)
        {
            Assert.Equal(CheckStatus.Failed, checks["structure"].Status);
            foreach (var name in new[] { "orders ", "orders by größe", "Maße" })
            {
                Assert.Contains(checks["structure"].Sample, finding => finding.Replace(':', ' ').Contains(name, StringComparison.Ordinal));
            }
        }
    }

    [PostgresFact]
    public async Task Restore_IndexThatLacksARow_IsNeverSwappedIn()
    {
        using var world = new PostgresWorld(cluster, orders: 20);
        // Without the extension: it is made for the check, and gone after it.
        world.Run("DROP EXTENSION amcheck");
        var backup = await world.BackUpAsync();
        var before = cluster.Dump(world.Name);
        world.BeforeStep = step =>
        {
            if (step.StartsWith("Check what was restored", StringComparison.Ordinal))
            {
                cluster.Run(world.Databases().Single(database => database != world.Name), """
                    UPDATE pg_index SET indisready = false, indisvalid = false WHERE indexrelid = 'orders_pkey'::regclass;
                    DELETE FROM orders WHERE id = 20;
                    INSERT INTO orders (id, customer, amount) VALUES (20, 1, 1);
                    UPDATE pg_index SET indisready = true, indisvalid = true WHERE indexrelid = 'orders_pkey'::regclass
                    """);
            }
        };

        var result = await world.RestoreAsync(backup);

        Assert.Equal((RestoreStatus.Failed, ErrorId.DatabaseCheckFailed), (result.Status, result.Error!.Value));
        Assert.Contains("orders_pkey", result.Message, StringComparison.Ordinal);
        Assert.Equal(before, cluster.Dump(world.Name));
        Assert.Equal([world.Name], world.Databases());
    }

    [PostgresFact]
    public async Task Check_WithoutAmcheckInTheLiveDatabase_SaysWhatWasNotLookedAt()
    {
        using var world = new PostgresWorld(cluster, orders: 1);
        world.Run("DROP EXTENSION amcheck");

        var checks = await CheckAsync(world.Open(), context => context.Engine.Live);

        Assert.Equal(CheckStatus.Passed, checks["structure"].Status);
        Assert.Contains("indexes were not checked: the extension amcheck is not installed", checks["structure"].Detail, StringComparison.Ordinal);
        Assert.Equal("0", world.Ask("SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'"));
    }

    private static async Task<IReadOnlyDictionary<string, DatabaseCheckResult>> CheckAsync(
        DatabaseContext context, Func<DatabaseContext, IDatabase> choose)
    {
        var checks = await new DatabaseChecker(choose(context), context.Database, context.Clock).RunAllAsync(rows: null, CancellationToken.None);
        return checks.ToDictionary(check => check.Name);
    }

    private static void Flip(string file, long at)
    {
        using var pages = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        pages.Position = at;
        var value = pages.ReadByte();
        pages.Position = at;
        pages.WriteByte((byte)(value ^ 0x7f));
    }
}
