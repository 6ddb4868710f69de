using System.Globalization;
using Npgsql;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>A swap behind a real PgBouncer: its clients wait, and never fail.</summary>
[Collection(PostgresTests.Name)]
public sealed class PgBouncerTests(PostgresCluster cluster)
{
    [PoolerFact]
    public async Task Restore_ClientsOfThePooler_WaitAndSeeTheNewDatabase()
    {
        using var world = new PostgresWorld(cluster, orders: 20);
        using var pooler = new Pooler(cluster, world.Name);
        world.Configure(pooler.Section);
        var backup = await world.BackUpAsync();
        world.Run("UPDATE orders SET note = 'corrupted'");
        using var ended = new CancellationTokenSource();
        await using var client = pooler.Connect(world.Name);
        var answers = new List<long>();
        // Every transaction of the client is answered: by the old database, then by the new one.
        var reading = Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested)
            {
                await using var command = new NpgsqlCommand("SELECT count(*) FROM orders WHERE note = 'corrupted'", client);
                answers.Add((long)(await command.ExecuteScalarAsync())!);
            }
        });

        var result = await world.RestoreAsync(backup, request => request with { KeepServing = true });

        Assert.Equal((RestoreStatus.Succeeded, null), (result.Status, result.Message));
        Assert.Contains(result.Warnings, warning => warning.Contains("is paused while the database is closed", StringComparison.Ordinal));
        Assert.False(pooler.IsPaused(world.Name));
        await ended.CancelAsync();
        await reading;
        Assert.Equal((20, 0), (answers[0], answers[^1]));
    }

    [PoolerFact]
    public async Task Restore_TransactionThatDoesNotEnd_IsRefusedAndGoesOnOrIsEndedOnDemand()
    {
        using var world = new PostgresWorld(cluster, orders: 20);
        using var pooler = new Pooler(cluster, world.Name);
        world.Configure(pooler.Section, timeout: "3s");
        var backup = await world.BackUpAsync();
        await using var client = pooler.Connect(world.Name);
        await using var transaction = await client.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("SELECT 1", client, transaction);
        await command.ExecuteScalarAsync();

        var refused = await world.RestoreAsync(backup, request => request with { KeepServing = true });
        await command.ExecuteScalarAsync();
        var ended = await world.RestoreAsync(backup, request => request with { KeepServing = true, TerminateConnections = true });

        Assert.Equal((RestoreStatus.Failed, ErrorId.DatabaseInUse), (refused.Status, refused.Error!.Value));
        Assert.Contains("did not end their transactions", refused.Message, StringComparison.Ordinal);
        Assert.Equal((RestoreStatus.Succeeded, null), (ended.Status, ended.Message));
        Assert.False(pooler.IsPaused(world.Name));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => command.ExecuteScalarAsync());
    }

    [PoolerFact]
    public async Task Restore_KilledWhilePaused_ResumesWhenItIsTakenUp()
    {
        using var world = new PostgresWorld(cluster, orders: 20);
        using var pooler = new Pooler(cluster, world.Name);
        world.Configure(pooler.Section);
        await world.BackUpAsync();
        var events = (await RunAsync(world, killAt: 0)).Events;
        foreach (var boundary in new[] { "Effect.After Fence", "Swap.Renamed" })
        {
            world.DropKept();
            var number = events.ToList().FindIndex(one => one.StartsWith(boundary, StringComparison.Ordinal)) + 1;
            Assert.True(number > 0, string.Join('\n', events));
            Assert.Equal(ChildRun.Killed, (await RunAsync(world, number)).ExitCode);
            Assert.True(pooler.IsPaused(world.Name), boundary);
            var runner = new RestoreRunner(world.Open(), _ => { });

            await runner.TakeUpAsync(runner.Unfinished!);

            Assert.False(pooler.IsPaused(world.Name), boundary);
        }
    }

    [PoolerFact]
    public async Task Plan_PoolerThatLeadsElsewhereOrIsPausedOrGone_IsRefused()
    {
        using var world = new PostgresWorld(cluster, orders: 20);
        using var pooler = new Pooler(cluster, world.Name);
        var backup = await world.BackUpAsync();
        world.Configure(pooler.Section.Replace("{", "{ \"database\": \"elsewhere\",", StringComparison.Ordinal));
        var elsewhere = await Assert.ThrowsAsync<RollbackOpsException>(() => world.RestoreAsync(backup));
        world.Configure(pooler.Section);
        pooler.Ask($"PAUSE {world.Name}");
        var paused = await Assert.ThrowsAsync<RollbackOpsException>(() => world.RestoreAsync(backup));
        world.Configure(""", "pgBouncer": { "host": "localhost", "port": 1 }""");
        var gone = await Assert.ThrowsAsync<RollbackOpsException>(() => world.RestoreAsync(backup));

        Assert.Equal(ErrorId.DatabaseUnsuitable, elsewhere.Id);
        Assert.Contains("leads to the database 'postgres'", elsewhere.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorId.DatabaseUnsuitable, paused.Id);
        Assert.Contains("is paused already", paused.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorId.DatabaseUnreachable, gone.Id);
        Assert.True(pooler.IsPaused(world.Name));
    }

    private static Task<ChildRun> RunAsync(PostgresWorld world, int killAt) => ChildRun.OfAsync(
        ChildRun.Command("restore", world.Root, "0", killAt.ToString(CultureInfo.InvariantCulture)));
}
