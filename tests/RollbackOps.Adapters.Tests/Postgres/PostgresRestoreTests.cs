using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>A backup of a PostgreSQL database, restored aside, checked and swapped in on a real server.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresRestoreTests(PostgresCluster cluster)
{
    [PostgresFact]
    public async Task Restore_AfterAnAccident_GivesBackEveryRowAndKeepsTheRest()
    {
        using var world = new PostgresWorld(cluster);
        var good = world.Content();
        var backup = await world.BackUpAsync();
        Assert.Equal((BackupFormat.PostgresCustom, "EF Core: 20260202_Orders"), (backup.Format, backup.Manifest!.MigrationLevel));
        Assert.Equal(500, backup.Manifest.Tables["orders"]);
        Assert.Equal(50, backup.Manifest.Tables["größen.Maße"]);
        world.Run("DELETE FROM orders WHERE id % 2 = 0; DROP TABLE \"größen\".\"Maße\"");

        var result = await world.RestoreAsync(backup, request => request with { KeepServing = true });

        Assert.Equal((RestoreStatus.Succeeded, null), (result.Status, result.Message));
        Assert.Equal(good, world.Content());
        Assert.Equal("250", cluster.Ask(result.Kept!.Split('/')[^1], "SELECT count(*) FROM orders"));
        Assert.Equal((250, 500), (result.RowsBefore!["orders"], result.RowsAfter!["orders"]));
        Assert.NotNull(result.Outage);
        Assert.Equal(2, world.Databases().Count);
    }
}
