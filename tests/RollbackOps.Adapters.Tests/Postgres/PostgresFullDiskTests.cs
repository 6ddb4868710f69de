using RollbackOps.Databases;
using Xunit.Abstractions;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>
/// A server whose data lies on a small file system that runs full in the midst of a restore. Its log lies elsewhere: a server
/// that cannot write that ends itself, which <see cref="PostgresCrashTests"/> has.
/// </summary>
public sealed class PostgresFullDiskTests(ITestOutputHelper output)
{
    private const string Hooks = """
        , "stop": { "command": ["rm", "-f", "up"] }, "start": { "command": ["touch", "up"] }
        """;

    [PostgresFact]
    public async Task Restore_ServersDiskIsFull_ChangesNothingAndSucceedsOnceThereIsRoom()
    {
        var (folder, log) = (Directory.CreateTempSubdirectory("rbpg-").FullName, Directory.CreateTempSubdirectory("rbpg-wal-").FullName);
        if (!Mount(folder))
        {
            Directory.Delete(folder);
            Directory.Delete(log);
            return;
        }

        try
        {
            if (Environment.UserName == "root")
            {
                PostgresCluster.Run("chown", "postgres", log);
            }

            using var cluster = new PostgresCluster(
                Directory.CreateDirectory(Path.Combine(folder, "server")).FullName, ["-X", Path.Combine(log, "wal")], ["fsync=off", "autovacuum=off"]);
            await RestoreAsync(cluster);
        }
        finally
        {
            PostgresCluster.Run("umount", folder);
            Directory.Delete(folder);
            Directory.Delete(log, recursive: true);
        }
    }

    private async Task RestoreAsync(PostgresCluster cluster)
    {
        using var world = new PostgresWorld(cluster, Hooks, orders: 20_000);
        await File.WriteAllTextAsync(world.UpFile, string.Empty);
        var backup = await world.BackUpAsync();
        world.Order(1);
        var before = cluster.Dump(world.Name);
        var filler = string.Empty;
        // What was never written to this file system takes its space only then.
        cluster.Run("postgres", "CHECKPOINT");
        // A tenth of what is needed at the plan, then enough there, and taken away when the restore begins.
        filler = Fill(cluster.Folder, 1_000_000);
        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => world.RestoreAsync(backup));
        Assert.Equal(ErrorId.SpaceMissing, refusal.Id);
        File.Delete(filler);
        foreach (var left in new[] { 1, 3 })
        {
            world.BeforeStep = step => filler = step.Contains("beside the live database", StringComparison.Ordinal) ? Fill(cluster.Folder, left * 1_000_000L) : filler;

            var result = await world.RestoreAsync(backup);

            output.WriteLine($"{left} MB left: {result.Status} {result.Error} {result.Message}");
            File.Delete(filler);
            Assert.Equal((RestoreStatus.Failed, ErrorId.SpaceMissing), (result.Status, result.Error!.Value));
            // One that could not write what it has to before a database is dropped would have ended itself.
            Assert.True(cluster.IsRunning);
            Assert.Equal(before, cluster.Dump(world.Name));
            Assert.Equal([world.Name], world.Databases());
            Assert.True(File.Exists(world.UpFile));
        }

        world.BeforeStep = null;
        Assert.Equal(RestoreStatus.Succeeded, (await world.RestoreAsync(backup)).Status);
        Assert.Equal("20000", world.Ask("SELECT count(*) FROM orders"));
    }

    private static string Fill(string folder, long left)
    {
        var filler = Path.Combine(folder, "filler");
        using var file = File.Create(filler);
        var block = new byte[64 * 1024];
        while (new DriveInfo(folder).AvailableFreeSpace > left)
        {
            file.Write(block);
            file.Flush();
        }

        return filler;
    }

    private bool Mount(string folder)
    {
        try
        {
            PostgresCluster.Run("mount", "-t", "tmpfs", "-o", "size=110m", "tmpfs", folder);
            return true;
        }
        catch (Exception failure) when (failure is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            Console.WriteLine($"not run: a file system cannot be mounted here: {failure.Message}");
            output.WriteLine($"not run: a file system cannot be mounted here: {failure.Message}");
            return false;
        }
    }
}
