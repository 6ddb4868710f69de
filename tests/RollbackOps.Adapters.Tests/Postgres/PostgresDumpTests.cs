using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>Plain SQL dumps, restored by the real psql; what reaches beyond its database leaves the live one as it was.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresDumpTests(PostgresCluster cluster)
{
    [PostgresTheory]
    [InlineData("-C")]
    [InlineData("-C -c")]
    [InlineData("all")]
    [InlineData("\\! touch /tmp/never")]
    [InlineData("\\connect postgres")]
    [InlineData("DROP DATABASE postgres;")]
    [InlineData("COPY customers TO PROGRAM 'touch /tmp/never';")]
    [InlineData("ALTER SYSTEM SET work_mem = '1MB';")]
    [InlineData("DROP ROLE admin;")]
    public async Task Restore_DumpThatReachesFurther_IsRefusedWithItsLineAndTouchesNothing(string what)
    {
        using var world = new PostgresWorld(cluster, orders: 20);
        var text = what switch
        {
            "-C" or "-C -c" => cluster.Dump(world.Name, what.Split(' ')),
            "all" => cluster.DumpAll(),
            _ => cluster.Dump(world.Name) + what + "\n",
        };
        var before = cluster.Dump(world.Name);
        var oid = cluster.Ask("postgres", $"SELECT oid FROM pg_database WHERE datname = '{world.Name}'");

        var result = await world.RestoreAsync(world.Keep(text), request => request with { KeepServing = true });

        Assert.Equal((RestoreStatus.Failed, ErrorId.DumpRefused), (result.Status, result.Error!.Value));
        Assert.Matches("[Ll]ine [0-9]+", result.Message);
        Assert.Equal(before, cluster.Dump(world.Name));
        Assert.Equal(oid, cluster.Ask("postgres", $"SELECT oid FROM pg_database WHERE datname = '{world.Name}'"));
        Assert.Equal([world.Name], world.Databases());
        Assert.False(File.Exists("/tmp/never"));
    }

    [Theory]
    [InlineData("18.0", true)]
    [InlineData("17.6", true)]
    [InlineData("17.5", false)]
    [InlineData("15.14", true)]
    [InlineData("15.13", false)]
    [InlineData("12.22", false)]
    [InlineData("beta", false)]
    public void KnowsRestrict_ByVersion(string version, bool expected) =>
        Assert.Equal(expected, RollbackOps.Adapters.Postgres.PostgresDump.KnowsRestrict(version));

    [PostgresFact]
    public async Task Restore_SkippingDatabaseCommands_LeavesThemOut()
    {
        using var world = new PostgresWorld(cluster, orders: 20);
        var good = world.Content();
        var backup = world.Keep(cluster.Dump(world.Name, "-C", "-c"));
        world.Run("DELETE FROM orders");

        var result = await world.RestoreAsync(backup, request => request with { KeepServing = true, SkipDatabaseCommands = true });

        Assert.Equal((RestoreStatus.Succeeded, null), (result.Status, result.Message));
        Assert.Equal(good, world.Content());
    }

    [PostgresTheory]
    [InlineData("INSERT INTO nowhere VALUES (1);", ErrorId.BackupInvalid)]
    [InlineData("SELECT 1/0;", ErrorId.BackupInvalid)]
    public async Task Restore_StatementThatFails_FailsTheWhole(string statement, ErrorId expected)
    {
        using var world = new PostgresWorld(cluster, orders: 20);

        var result = await world.RestoreAsync(
            world.Keep(cluster.Dump(world.Name) + statement + "\n"), request => request with { KeepServing = true });

        Assert.Equal((RestoreStatus.Failed, expected), (result.Status, result.Error!.Value));
        Assert.Equal([world.Name], world.Databases());
    }

    [PostgresFact]
    public async Task Restore_DumpThatWasCutOff_IsRefused()
    {
        using var world = new PostgresWorld(cluster);
        var text = cluster.Dump(world.Name);
        var cut = text[..text.IndexOf("COPY public.orders", StringComparison.Ordinal)] + "COPY public.orders (id, customer, amount, note, picture) FROM stdin;\n1\t1\t1\tx\t\\N\n";

        var result = await world.RestoreAsync(world.Keep(cut), request => request with { KeepServing = true });

        Assert.Equal((RestoreStatus.Failed, ErrorId.BackupInvalid), (result.Status, result.Error!.Value));
        Assert.Equal([world.Name], world.Databases());
    }
}
