using System.Globalization;
using System.Threading.Channels;
using Npgsql;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>Services that write all the while, and connect again when they are cut off.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresLiveWriterTests(PostgresCluster cluster)
{
    private const int Enough = 25;

    [PostgresFact]
    public async Task Restore_WhileServicesWrite_LosesNoAcknowledgedWriteSilentlyAndGivesNoIdTwice()
    {
        using var world = new PostgresWorld(cluster, orders: 50);
        var backup = await world.BackUpAsync();
        using var stop = new CancellationTokenSource();
        var acknowledged = Channel.CreateUnbounded<Write>();
        var writers = Enumerable.Range(0, 3).Select(number => Task.Run(() => WriteAsync(world.Name, number, acknowledged.Writer, stop.Token))).ToList();
        var writes = new List<Write>();
        while (writes.Count < Enough)
        {
            writes.Add(await acknowledged.Reader.ReadAsync());
        }

        var result = await world.RestoreAsync(backup, request => request with { KeepServing = true, TerminateConnections = true, ExportLostChanges = true });

        var former = writes[0].Database;
        while (writes.Count(write => write.Database != former) < Enough)
        {
            writes.Add(await acknowledged.Reader.ReadAsync());
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        while (acknowledged.Reader.TryRead(out var write))
        {
            writes.Add(write);
        }

        Assert.True(result.Status == RestoreStatus.Succeeded, result.Message);
        const string orders = "SELECT concat(id, ' ', note) FROM orders WHERE note LIKE 'live %'";
        var kept = cluster.Ask(result.Kept!.Split('/')[^1], orders).Split('\n');
        var live = world.Ask(orders).Split('\n');
        Assert.Subset(kept.ToHashSet(), writes.Where(write => write.Database == former).Select(write => write.Line).ToHashSet());
        Assert.Subset(live.ToHashSet(), writes.Where(write => write.Database != former).Select(write => write.Line).ToHashSet());
        Assert.Empty(kept.Select(Id).Intersect(live.Select(Id)));
        // And what is in the kept one alone is told, each write of it.
        var table = Assert.Single(result.LostChanges!.Tables);
        Assert.Equal(("orders", kept.Length, 0, 0), (table.Table, table.Inserted, table.Changed, table.Deleted));
        var exported = await File.ReadAllTextAsync(Path.Combine(result.LostChanges.Folder!, table.File!));
        Assert.All(kept, line => Assert.Contains($"\"{line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]}\"", exported, StringComparison.Ordinal));
    }

    private static string Id(string line) => line.Split(' ')[0];

    private async Task WriteAsync(string database, int writer, ChannelWriter<Write> acknowledged, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested;)
        {
            try
            {
                await using var connection = cluster.Connect(database);
                while (!stop.IsCancellationRequested)
                {
                    var note = string.Create(CultureInfo.InvariantCulture, $"live {writer} {number++}");
                    await using var command = new NpgsqlCommand(
                        "INSERT INTO orders (customer, amount, note) VALUES (1, 1, $1) RETURNING id, (SELECT oid::bigint FROM pg_database WHERE datname = current_database())", connection);
                    command.Parameters.Add(new NpgsqlParameter { Value = note });
                    await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
                    await reader.ReadAsync(CancellationToken.None);
                    var write = new Write(string.Create(CultureInfo.InvariantCulture, $"{reader.GetInt64(0)} {note}"), reader.GetInt64(1));
                    // Acknowledged is what the server has said to be committed.
                    await reader.CloseAsync();
                    await acknowledged.WriteAsync(write, CancellationToken.None);
                }
            }
            catch (NpgsqlException)
            {
                // Cut off, or not let in: a service tries again.
            }
        }
    }

    private sealed record Write(string Line, long Database);
}
