using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>What a database or a backup may hold to meet our own sessions, which may do anything on the server.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresHostileTests(PostgresCluster cluster)
{
    // What exactly fits goes before what would have to be converted, wherever it lies: the system has no such operator of
    // two names. What it does, a transaction that can only read does not forbid.
    private const string Trap = """
        CREATE FUNCTION public.trap(name, name) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN COPY (SELECT current_user) TO '{file}'; RETURN true; END $$;
        CREATE OPERATOR public.!~~ (LEFTARG = name, RIGHTARG = name, FUNCTION = public.trap);
        CREATE OPERATOR public.~~ (LEFTARG = name, RIGHTARG = name, FUNCTION = public.trap);
        """;

    [PostgresFact]
    public async Task EveryAct_OperatorsInPublicLikeTheSystems_AreNotCalled()
    {
        using var world = new PostgresWorld(cluster, orders: 5);
        var trapped = Path.Combine(cluster.Folder, "trapped");
        world.Run(Trap.Replace("{file}", trapped, StringComparison.Ordinal));
        // It would be met by whoever asks as we do, without saying where to look.
        world.Run("SELECT count(*) FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_toast%'");
        Assert.True(File.Exists(trapped));
        File.Delete(trapped);

        var backup = await world.BackUpAsync();
        Assert.True((await world.TestAsync(backup)).IsPassed);
        var result = await world.RestoreAsync(backup, request => request with { ExportLostChanges = true });

        Assert.Equal((RestoreStatus.Succeeded, null), (result.Status, result.LostChanges!.Error));
        Assert.Equal(RestoreStatus.Succeeded, (await world.UndoAsync()).Status);
        Assert.False(File.Exists(trapped), "an operator of the database's was called");
    }

    [PostgresFact]
    public async Task Restore_EventTriggersOfTheDump_ActOnNoStatementOfOurs()
    {
        using var world = new PostgresWorld(cluster, orders: 5);
        world.Run("""
            DROP EXTENSION amcheck;
            CREATE TABLE log (at timestamptz DEFAULT now(), what text);
            CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.log (what) VALUES (tg_tag); RAISE EXCEPTION 'no %', tg_tag; END $$;
            """);
        world.Run("CREATE EVENT TRIGGER forbid ON ddl_command_start EXECUTE FUNCTION note()");
        world.Run("ALTER EVENT TRIGGER forbid ENABLE ALWAYS");
        var backup = await world.BackUpAsync();
        world.Run("ALTER EVENT TRIGGER forbid DISABLE; ALTER TABLE customers ADD COLUMN city text; ALTER EVENT TRIGGER forbid ENABLE ALWAYS");

        var result = await world.RestoreAsync(backup, request => request with { ExportLostChanges = true });

        Assert.Equal((RestoreStatus.Succeeded, null), (result.Status, result.LostChanges!.Error));
        Assert.Contains(result.Steps, step => step.Kind == RestoreStepKind.Check && !step.Detail!.Contains("not checked: the extension", StringComparison.Ordinal));
        Assert.Equal("A", world.Ask("SELECT evtenabled FROM pg_event_trigger"));
        Assert.Equal("0", world.Ask("SELECT count(*) FROM log"));
        // And what was exported can be applied, and leaves it as it is.
        Assert.Equal(["city"], Assert.Single(result.LostChanges.Tables).AddedColumns);
        cluster.RunScript(world.Name, Path.Combine(result.LostChanges.Folder!, "apply.sql"));
        Assert.Equal("A|text", world.Ask("SELECT evtenabled, (SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 'customers'::regclass AND attname = 'city') FROM pg_event_trigger"));
    }

    [PostgresFact]
    public async Task EveryAct_NameOfAnySigns_IsTakenAsItIs()
    {
        // A program would take it for an address. The settings refuse quotes, backslashes and equals signs.
        const string name = "postgresql://nowhere/ünd 💥💥; --";
        using var world = new PostgresWorld(cluster, orders: 5);
        var plainName = world.Name;
        cluster.Run("postgres", $"ALTER DATABASE {plainName} RENAME TO \"{name}\"");
        try
        {
            world.Rename(name);
            var backup = await world.BackUpAsync();
            Assert.True((await world.TestAsync(backup)).IsPassed);
            world.Order(2);
            var plain = world.Keep(".sql", path => File.WriteAllText(path, cluster.Dump($"dbname='{name}'")));

            var result = await world.RestoreAsync(backup, request => request with { ExportLostChanges = true });

            Assert.Equal((RestoreStatus.Succeeded, null, 2), (result.Status, result.Message, result.LostChanges!.Inserted));
            Assert.Equal("5", world.Ask("SELECT count(*) FROM orders"));
            Assert.NotNull(result.KeptDump);
            Assert.Equal(RestoreStatus.Succeeded, (await world.UndoAsync()).Status);
            Assert.Equal(RestoreStatus.Succeeded, (await world.RestoreAsync(plain)).Status);
            Assert.Equal("7", world.Ask("SELECT count(*) FROM orders"));
        }
        finally
        {
            foreach (var database in cluster.Ask("postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'postgresql:%'").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                cluster.Run("postgres", $"DROP DATABASE \"{database}\" WITH (FORCE)");
            }

            world.Rename(plainName);
        }
    }

    [PostgresFact]
    public async Task Restore_SettingsThatWouldEndOrChangeOurSessions_AreNoHindrance()
    {
        var role = $"nobody{Environment.ProcessId}";
        cluster.Run("postgres", $"CREATE ROLE {role}");
        using var world = new PostgresWorld(cluster, orders: 5);
        try
        {
            // Restoring takes longer than a session may be idle.
            world.Run("CREATE TABLE slow (id integer CHECK (pg_sleep(0.5) IS NOT NULL)); INSERT INTO slow VALUES (1)");
            cluster.Run("postgres", $"""
                ALTER DATABASE {world.Name} SET idle_session_timeout TO '200ms'; ALTER DATABASE {world.Name} SET lock_timeout TO '1ms';
                ALTER DATABASE {world.Name} SET role TO {role}; ALTER DATABASE {world.Name} SET default_transaction_isolation TO serializable;
                ALTER DATABASE {world.Name} SET default_transaction_deferrable TO on; ALTER DATABASE {world.Name} SET default_transaction_read_only TO on
                """);
            var backup = await world.BackUpAsync();

            var result = await world.RestoreAsync(backup, request => request with { ExportLostChanges = true });

            Assert.Equal((RestoreStatus.Succeeded, null, null), (result.Status, result.Message, result.LostChanges!.Error));
            Assert.Equal("6", cluster.Ask("postgres", $"SELECT cardinality(setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase WHERE datname = '{world.Name}'"));
        }
        finally
        {
            world.DropDatabases();
            cluster.Run("postgres", $"DROP ROLE {role}");
        }
    }

    [PostgresFact]
    public async Task Restore_OwnerWhoMayConnectThrice_SucceedsAndKeepsTheLimit()
    {
        var role = $"few{Environment.ProcessId}";
        cluster.Run("postgres", $"CREATE ROLE {role} LOGIN CREATEDB");
        using var world = new PostgresWorld(cluster, user: role, orders: 1);
        try
        {
            world.Run($"""
                DROP EXTENSION amcheck; DROP SCHEMA "größen" CASCADE; DROP TABLE customers, orders, visits, "__EFMigrationsHistory" CASCADE; SELECT lo_unlink(4711);
                CREATE SCHEMA own AUTHORIZATION {role}; SET ROLE {role}; CREATE TABLE own.things (id integer PRIMARY KEY); INSERT INTO own.things VALUES (1)
                """);
            cluster.Run("postgres", $"ALTER DATABASE {world.Name} OWNER TO {role}; ALTER DATABASE {world.Name} CONNECTION LIMIT 3");
            var backup = await world.BackUpAsync();

            var result = await world.RestoreAsync(backup);

            Assert.Equal((RestoreStatus.Succeeded, null), (result.Status, result.Message));
            Assert.Equal("3", cluster.Ask("postgres", $"SELECT datconnlimit FROM pg_database WHERE datname = '{world.Name}'"));
            await using var first = cluster.Connect(world.Name, role);
            await using var second = cluster.Connect(world.Name, role);
            await using var third = cluster.Connect(world.Name, role);
            var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => world.BackUpAsync());
            Assert.Contains("lets nobody else in", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            world.DropDatabases();
            cluster.Run("postgres", $"DROP ROLE {role}");
        }
    }

    [PostgresFact]
    public async Task Restore_RoleThatSaysItsPassword_FindsItByItsReference()
    {
        const string secret = "pass 'word\\ of \"it";
        cluster.Run("postgres", $"CREATE ROLE {PostgresCluster.Guarded} LOGIN SUPERUSER PASSWORD '{secret.Replace("'", "''", StringComparison.Ordinal)}'");
        using var world = new PostgresWorld(cluster, user: PostgresCluster.Guarded, orders: 5) { Secret = secret };
        try
        {
            world.Configure(""", "password": "env:SHOP_PASSWORD" """);
            var backup = await world.BackUpAsync();

            var result = await world.RestoreAsync(backup, request => request with { ExportLostChanges = true });

            Assert.Equal((RestoreStatus.Succeeded, null), (result.Status, result.Message));
            Assert.NotNull(result.KeptDump);
            Assert.DoesNotContain(secret, string.Join('\n', world.Progress.Select(progress => progress.Text)), StringComparison.Ordinal);
        }
        finally
        {
            world.DropDatabases();
            cluster.Run("postgres", $"DROP ROLE {PostgresCluster.Guarded}");
        }
    }

    [PostgresFact]
    public async Task Restore_BackupWithASubscription_LeavesItOutSoThatItCanBeDropped()
    {
        using var world = new PostgresWorld(cluster, orders: 5);
        world.Run("CREATE SUBSCRIPTION upstream CONNECTION 'host=/nowhere dbname=x' PUBLICATION p WITH (connect = false)");
        DatabaseBackup backup;
        try
        {
            backup = await world.BackUpAsync();
            Assert.True((await world.TestAsync(backup)).IsPassed);
        }
        finally
        {
            world.Run("ALTER SUBSCRIPTION upstream SET (slot_name = NONE); DROP SUBSCRIPTION upstream");
        }

        var result = await world.RestoreAsync(backup);

        Assert.Equal((RestoreStatus.Succeeded, null), (result.Status, result.Message));
        Assert.Equal("0", cluster.Ask("postgres", "SELECT count(*) FROM pg_subscription"));
    }
}
