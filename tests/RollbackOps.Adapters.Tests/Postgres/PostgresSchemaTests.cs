using RollbackOps.Adapters.Tests.Databases;
using RollbackOps.Adapters.Tests.Git;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>The schema gate's readings (S28): each tool's table in a real PostgreSQL database.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresSchemaTests(PostgresCluster cluster)
{
    [PostgresFact]
    public async Task EveryTool_ThreeOfThreeApplied_NamesTheThirdAndTwoFitAgain()
    {
        using var world = new PostgresWorld(cluster, orders: 1);
        cluster.Run(world.Name, "DROP TABLE \"__EFMigrationsHistory\"");
        var database = world.Open().Engine.Live;
        Assert.Null(await database.ReadMigrationsAsync(CancellationToken.None));
        foreach (var tool in ToolTables.Names)
        {
            using var git = await GitSandbox.NewAsync();
            var (target, live) = await ToolTables.CommitAsync(git, tool);

            // Drizzle keeps its table in a schema of its own.
            cluster.Run(world.Name, $"CREATE SCHEMA tool; SET search_path = tool; {ToolTables.TableOf(tool, applied: 3)}");
            var ahead = await ToolTables.JudgeAsync(git, database, target, live);
            cluster.Run(world.Name, $"DROP SCHEMA tool CASCADE; {ToolTables.TableOf(tool, applied: 2)}");
            var fits = await ToolTables.JudgeAsync(git, database, target, live);
            cluster.Run(world.Name, "DO $$ DECLARE t text; BEGIN FOR t IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname ~ 'migrations|flyway|Migrations' LOOP EXECUTE format('DROP TABLE %I', t); END LOOP; END $$");

            Assert.Equal((false, ToolTables.ThirdOf(tool)), (ahead.Fits, Assert.Single(ahead.Between)));
            Assert.True(fits.Fits, fits.Detail);
        }
    }
}
