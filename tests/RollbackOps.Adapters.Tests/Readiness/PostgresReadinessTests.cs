using RollbackOps.Adapters.Postgres;
using RollbackOps.Adapters.Processes;
using RollbackOps.Adapters.Tests.Git;
using RollbackOps.Adapters.Tests.Postgres;
using RollbackOps.Readiness;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Readiness;

/// <summary>A real PostgreSQL server, asked who we are, what time it is there, and which programs fit it.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresReadinessTests(PostgresCluster cluster)
{
    [PostgresFact]
    public async Task Server_Asked_TellsWhoWeAreAndTheTime()
    {
        using var world = new PostgresWorld(cluster, orders: 1);
        using var access = new PostgresAccess(world.Open().Database, new NoSecrets(), TimeProvider.System);

        var reading = await access.ReadAsync(CancellationToken.None);

        Assert.Contains($"'{PostgresCluster.Superuser}' is let in, server version", reading.Detail, StringComparison.Ordinal);
        Assert.InRange((reading.LocalTime - reading.ServerTime)!.Value, TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(1));
    }

    [PostgresFact]
    public async Task Programs_OfTheServer_Fit_AndOlderOnesDoNot()
    {
        using var world = new PostgresWorld(cluster, orders: 1);
        using var old = new TemporaryFolder();
        foreach (var program in new[] { "pg_dump", "pg_restore", "psql" })
        {
            await GitWorld.ProgramAsync(old[program], $"echo '{program} (PostgreSQL) 9.6.24'");
        }

        var fit = await FindAsync(world);
        world.Configure(tools: old.Path);
        var unfit = await FindAsync(world);

        Assert.Equal(["pg_dump", "pg_restore", "psql"], fit.Select(tool => tool.Program));
        Assert.All(fit, tool => Assert.Null(tool.Fault));
        Assert.All(unfit, tool => Assert.Contains("is of version 9.6.24, and the server of", tool.Fault!, StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<ToolFinding>> FindAsync(PostgresWorld world) =>
        await new LocalMachine(world.Open().Context.Settings, new NoSecrets()).FindToolsAsync(CancellationToken.None);
}
