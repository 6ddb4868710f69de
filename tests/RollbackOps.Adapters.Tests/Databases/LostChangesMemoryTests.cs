using System.Runtime.Versioning;

namespace RollbackOps.Adapters.Tests.Databases;

/// <summary>What the export of lost writes holds in memory. It is the whole process's that is measured: nothing runs beside it.</summary>
[UnsupportedOSPlatform("windows")]
[Collection(nameof(LostChangesMemoryTests))]
[CollectionDefinition(nameof(LostChangesMemoryTests), DisableParallelization = true)]
public sealed class LostChangesMemoryTests
{
    [Fact]
    public async Task Export_ManyRows_KeepsMemoryFlat()
    {
        using var world = new SqliteWorld(orders: 10);
        var backup = await world.BackUpAsync();
        world.Run("""
            INSERT INTO orders (customer, amount, note) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
            SELECT 1, i, 'a note of some length, so that a hundred thousand rows would be seen in memory ' || i FROM n;
            """);
        var most = 0L;
        world.Told = progress =>
        {
            if (progress.Text.StartsWith("orders: ", StringComparison.Ordinal))
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
            }
        };
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var result = await world.RestoreAsync(backup, request => request with { ExportLostChanges = true });

        Assert.Equal((100_000, null), (result.LostChanges!.Inserted, result.LostChanges.Error));
        Assert.NotEqual(0, most);
        // The rows take more than 20 MB as they stand in the files.
        Assert.InRange(most - before, long.MinValue, 10_000_000);
    }
}
