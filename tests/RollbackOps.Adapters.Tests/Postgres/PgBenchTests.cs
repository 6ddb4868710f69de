using System.Diagnostics;
using System.Globalization;
using RollbackOps.Databases;
using Xunit.Abstractions;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>pgbench writes through a PgBouncer during a whole restore whose services go on until the swap.</summary>
[Collection(PostgresTests.Name)]
public sealed class PgBenchTests(PostgresCluster cluster, ITestOutputHelper output)
{
    [PoolerFact]
    public async Task Restore_PgBenchWritesAllTheWhile_LosesNoTransactionThatItCounted()
    {
        using var world = new PostgresWorld(cluster, orders: 100);
        using var pooler = new Pooler(cluster, world.Name);
        world.Configure(pooler.Section, timeout: "30s");
        var backup = await world.BackUpAsync();
        var log = Path.Combine(world.Root, "transactions");
        var script = Path.Combine(world.Root, "write.sql");
        // Each leaves one row, so that what was acknowledged can be counted.
        await File.WriteAllTextAsync(script, """
            BEGIN;
            UPDATE orders SET amount = amount + 1 WHERE id = 1 + :client_id;
            INSERT INTO orders (customer, amount, note) VALUES (1 + :client_id, 1, 'pgbench');
            END;
            """);
        var writing = Process.Start(new ProcessStartInfo(Path.Combine(PostgresCluster.Programs, "pgbench"),
            [
                "-n", "-T", "600", "-c", "4", "-f", script, "-l", $"--log-prefix={log}",
                "-h", cluster.Folder, "-p", $"{pooler.Port}", "-U", PostgresCluster.Superuser, world.Name,
            ])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (said, complained) = (writing.StandardOutput.ReadToEndAsync(), writing.StandardError.ReadToEndAsync());
        await WrittenAsync(world, writing);

        var result = await world.RestoreAsync(backup, request => request with { KeepServing = true, ExportLostChanges = true });

        await WrittenAsync(world, writing);
        // As its own timer does: each client ends the transaction that it is in.
        PostgresCluster.Run("kill", "-ALRM", $"{writing.Id}");
        await writing.WaitForExitAsync();
        Assert.True(writing.ExitCode == 0, await said + await complained);
        Assert.Equal((RestoreStatus.Succeeded, null, null), (result.Status, result.Message, result.LostChanges!.Error));
        var transactions = Directory.GetFiles(world.Root, "transactions.*").SelectMany(File.ReadLines)
            .Select(line => long.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture)).ToList();
        var kept = Count(result.Kept!.Split('/')[^1]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{transactions.Count} transactions, {kept} of them in the kept database; the longest {transactions.Max() / 1000.0:0} ms, the result's outage {result.Outage!.Value.TotalMilliseconds:0} ms"));
        Assert.Equal(transactions.Count, kept + Count(world.Name));
        var orders = Assert.Single(result.LostChanges.Tables);
        Assert.Equal(("orders", kept, 4L), (orders.Table, orders.Inserted, orders.Changed));
    }

    private long Count(string database) =>
        long.Parse(cluster.Ask(database, "SELECT count(*) FROM orders WHERE note = 'pgbench'"), CultureInfo.InvariantCulture);

    private static async Task WrittenAsync(PostgresWorld world, Process writing)
    {
        while (world.Ask("SELECT count(*) > 100 FROM orders WHERE note = 'pgbench'") != "t")
        {
            Assert.False(writing.HasExited);
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }
}
