using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>
/// What goes wrong before the swap leaves the live database as it was, by the hash of its dump, and the services running.
/// </summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresFailureTests(PostgresCluster cluster)
{
    private const string Secret = "not-to-be-seen";

    private const string Hooks = """
        , "stop": { "command": ["rm", "up"] }, "start": { "command": ["touch", "up"] }
        """;

    [PostgresFact]
    public async Task Restore_DamagedBackup_IsRefused()
    {
        using var world = World();
        var backup = await world.BackUpAsync();
        var whole = await File.ReadAllBytesAsync(backup.Path);
        foreach (var position in new[] { 0, whole.Length / 2, whole.Length - 1 })
        {
            var flipped = whole.ToArray();
            flipped[position] ^= 1;
            await File.WriteAllBytesAsync(backup.Path, flipped);

            Assert.Equal(ErrorId.BackupInvalid, (await FailAsync(world, backup)).Error);
        }

        // Foreign, so that no hash stands beside it: what pg_restore reads of it counts.
        File.Delete(backup.Path + ".manifest.json");
        await File.WriteAllBytesAsync(backup.Path, whole[..(whole.Length / 2)]);
        Assert.Equal(ErrorId.BackupInvalid, (await FailAsync(world, world.Backups().Single())).Error);
        File.Delete(backup.Path);
        Assert.Equal(ErrorId.BackupInvalid, (await Assert.ThrowsAsync<RollbackOpsException>(() => world.RestoreAsync(backup))).Id);
    }

    [PostgresFact]
    public async Task Plan_WhatIsNoBackupOfIt_IsRefused()
    {
        using var world = World();
        using var other = World();
        var noise = new byte[4096];
        new Random(1).NextBytes(noise);
        var unknown = world.Keep(".gpg", path => File.WriteAllBytes(path, noise));

        var foreign = await Assert.ThrowsAsync<RollbackOpsException>(async () => await world.RestoreAsync(await other.BackUpAsync()));
        var encrypted = await Assert.ThrowsAsync<RollbackOpsException>(() => world.RestoreAsync(unknown));

        Assert.Equal((ErrorId.BackupForeign, ErrorId.BackupInvalid), (foreign.Id, encrypted.Id));
        Assert.True(File.Exists(world.UpFile));
    }

    [PostgresFact]
    public async Task Plan_ArchiveWithoutAManifestThatNamesAnotherDatabase_IsRefusedUntilAllowed()
    {
        using var world = World();
        using var other = World();
        other.Order(3);
        var taken = await other.BackUpAsync();
        var backup = world.Keep(".dump", path => File.Copy(taken.Path, path));

        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => world.RestoreAsync(backup));
        var result = await world.RestoreAsync(backup, request => request with { AllowForeignBackup = true });

        Assert.Equal(ErrorId.BackupForeign, refusal.Id);
        Assert.Contains($"is of the database '{other.Name}'", refusal.Message, StringComparison.Ordinal);
        Assert.Equal((RestoreStatus.Succeeded, "23"), (result.Status, world.Ask("SELECT count(*) FROM orders")));
        Assert.Contains(result.Overrides, one => one.Name == nameof(RestoreRequest.AllowForeignBackup));
    }

    [PostgresFact]
    public async Task Restore_TableThatFailsToLoad_FailsTheWhole()
    {
        using var world = World();
        // Its rows fit as long as the database has its setting, which what is restored gets last.
        cluster.Run("postgres", $"ALTER DATABASE {world.Name} SET shop.open TO 'yes'");
        world.Run("CREATE TABLE fragile (id integer CHECK (COALESCE(current_setting('shop.open', true), '') = 'yes')); INSERT INTO fragile VALUES (1)");
        var backup = await world.BackUpAsync();

        var result = await FailAsync(world, backup);

        Assert.Equal(ErrorId.BackupInvalid, result.Error);
        Assert.Contains("fragile", result.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Restore_DiskFull_IsSpaceMissingAndABackupLeavesNothing()
    {
        // Simulated: the programs say what they say then.
        using var world = World();
        var backup = await world.BackUpAsync();
        var tools = Directory.CreateDirectory(Path.Combine(world.Root, "tools")).FullName;
        Script("pg_restore", "could not execute query: ERROR:  could not extend file \"base/5/1\": No space left on device");
        Script("pg_dump", "could not write to file: No space left on device");
        world.Configure(tools: tools);

        var restored = await FailAsync(world, backup);
        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() => world.BackUpAsync());

        Assert.Equal((ErrorId.SpaceMissing, ErrorId.BackupFailed), (restored.Error!.Value, failure.Id));
        Assert.Contains("No space left", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFileSystemEntries(Path.GetDirectoryName(backup.Path)!).Length);

        void Script(string program, string error)
        {
            var file = Path.Combine(tools, program);
            File.WriteAllText(file, $"""
                #!/bin/sh
                case "$1" in --version|--list) exec {PostgresCluster.Programs}/{program} "$@";; esac
                echo '{program}: error: {error}' >&2
                exit 1

                """);
            PostgresCluster.Run("chmod", "+x", file);
        }
    }

    [PostgresFact]
    public async Task Restore_ServerThatCrashesMeanwhile_RecoversWithTheLiveDatabase()
    {
        using var world = World();
        // Its rows load at once as long as the database has its setting, which what is restored gets last.
        cluster.Run("postgres", $"ALTER DATABASE {world.Name} SET shop.open TO '0'");
        world.Run("CREATE TABLE slow (id integer CHECK (pg_sleep(COALESCE(current_setting('shop.open', true), '600')::integer) IS NOT NULL)); INSERT INTO slow VALUES (1)");
        var backup = await world.BackUpAsync();
        // After a crash a sequence may be as far as the server had logged ahead; not from a checkpoint.
        cluster.Run("postgres", "CHECKPOINT");
        var before = cluster.Dump(world.Name);
        var restoring = world.RestoreAsync(backup);
        string backend;
        while ((backend = cluster.Ask("postgres", "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'")).Length == 0)
        {
            Assert.False(restoring.IsCompleted);
            await Task.Yield();
        }

        // One process of the server dies by SIGKILL: the server ends all of them and recovers.
        PostgresCluster.Run("kill", "-KILL", backend);
        var result = await restoring;

        Assert.Equal((RestoreStatus.Failed, ErrorId.DatabaseUnreachable), (result.Status, result.Error!.Value));
        AssertUntouched(world, before);
    }

    [PostgresTheory]
    [InlineData("""["false"]""", "exit code 1")]
    [InlineData("""["sleep", "600"], "timeout": "1s" """, "took longer than 1 s")]
    [InlineData("""["sh", "-c", "echo $TOKEN; exit 3"], "variables": { "TOKEN": "env:HOOK_SECRET" } """, "exit code 3")]
    public async Task Restore_StopHookThatFails_StartsServicesAgain(string command, string said)
    {
        using var world = new PostgresWorld(cluster, $$"""
            , "stop": { "command": {{command}} }, "start": { "command": ["touch", "up"] }
            """, orders: 5) { Secret = Secret };
        var backup = await world.BackUpAsync();

        var result = await FailAsync(world, backup);

        Assert.Equal(ErrorId.HookFailed, result.Error);
        Assert.Contains(said, result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, result.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Restore_SmokeTestThatFails_SwapsBack()
    {
        using var world = new PostgresWorld(cluster, Hooks + """
            , "smoke": { "command": ["false"] }
            """, orders: 5);
        await File.WriteAllTextAsync(world.UpFile, string.Empty);
        var backup = await world.BackUpAsync();
        world.Order(3);
        var before = world.Content();

        var result = await world.RestoreAsync(backup);

        Assert.Equal((RestoreStatus.SwappedBack, ErrorId.HookFailed), (result.Status, result.Error!.Value));
        Assert.Equal(before, world.Content());
        Assert.True(File.Exists(world.UpFile));
        // What was swapped in is kept, too.
        Assert.Equal(2, world.Databases().Count);
    }

    [PostgresFact]
    public async Task Restore_StoppedAtEachStep_IsAsBeforeUntilTheSwapAndWholeFromThenOn()
    {
        using var world = World();
        var backup = await world.BackUpAsync();
        var before = cluster.Dump(world.Name);
        for (var at = 1; at <= 8; at++)
        {
            using var stop = new CancellationTokenSource();
            var step = 0;
            world.BeforeStep = _ =>
            {
                if (++step == at)
                {
                    stop.Cancel();
                }
            };

            var result = await world.RestoreAsync(backup, change: null, stop.Token);

            if (at < 5)
            {
                Assert.Equal(RestoreStatus.Interrupted, result.Status);
                AssertUntouched(world, before);
            }
            else
            {
                // Only the dump of what was kept is left out then.
                Assert.Equal((RestoreStatus.Succeeded, null), (result.Status, result.KeptDump));
                Assert.True(File.Exists(world.UpFile));
                world.DropKept();
            }
        }
    }

    [PostgresFact]
    public async Task Plan_WrongPassword_IsToldWithoutIt()
    {
        cluster.Run("postgres", $"CREATE ROLE {PostgresCluster.Guarded} LOGIN SUPERUSER PASSWORD 'right'");
        using var world = new PostgresWorld(cluster, user: PostgresCluster.Guarded, orders: 1) { Secret = Secret };
        try
        {
            world.Configure(""", "password": "env:HOOK_SECRET" """);
            var inspecting = await Assert.ThrowsAsync<RollbackOpsException>(
                () => world.Open().Engine.InspectAsync(new FenceOptions(AllowUnseen: false, TerminateConnections: false), CancellationToken.None));

            Assert.Equal(ErrorId.DatabaseUnreachable, inspecting.Id);
            Assert.Contains("does not let us in", inspecting.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, inspecting.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            world.DropDatabases();
            cluster.Run("postgres", $"DROP ROLE {PostgresCluster.Guarded}");
        }
    }

    private PostgresWorld World()
    {
        var world = new PostgresWorld(cluster, Hooks, orders: 20);
        File.WriteAllText(world.UpFile, string.Empty);
        return world;
    }

    private async Task<DatabaseRestoreResult> FailAsync(PostgresWorld world, DatabaseBackup backup)
    {
        var before = cluster.Dump(world.Name);

        var result = await world.RestoreAsync(backup);

        Assert.Equal((RestoreStatus.Failed, null), (result.Status, result.KeptDump));
        AssertUntouched(world, before);
        return result;
    }

    private void AssertUntouched(PostgresWorld world, string before)
    {
        Assert.Equal(before, cluster.Dump(world.Name));
        Assert.Equal([world.Name], world.Databases());
        Assert.True(File.Exists(world.UpFile), "the services are down");
    }
}
