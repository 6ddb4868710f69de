using RollbackOps.Databases;

namespace RollbackOps.Adapters.Tests.Postgres;

/// <summary>What is found before any outage, and what does not stop a restore.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresPreflightTests(PostgresCluster cluster)
{
    [PostgresFact]
    public async Task Plan_AnotherTablespace_IsRefusedByName()
    {
        var folder = Path.Combine(cluster.Folder, "fast");
        PostgresCluster.Run(PostgresCluster.OnBehalf("mkdir", folder));
        using var world = new PostgresWorld(cluster, orders: 1);
        cluster.Run("postgres", $"CREATE TABLESPACE fast LOCATION '{folder}'");
        try
        {
            world.Run("CREATE TABLE \"räder\" (id integer) TABLESPACE fast");
            var objects = await RefusedAsync(world);
            world.Run("DROP TABLE \"räder\"");
            cluster.Run("postgres", $"ALTER DATABASE {world.Name} SET TABLESPACE fast");
            var whole = await RefusedAsync(world);

            Assert.Contains("fast: public.\"räder\"", objects.Message, StringComparison.Ordinal);
            Assert.Contains("lies in the tablespace 'fast'", whole.Message, StringComparison.Ordinal);
            Assert.All(new[] { objects, whole }, refusal => Assert.Equal(ErrorId.DatabaseUnsuitable, refusal.Id));
        }
        finally
        {
            world.DropDatabases();
            cluster.Run("postgres", "DROP TABLESPACE fast");
        }
    }

    [PostgresFact]
    public async Task Restore_OwnerWithoutMore_SwapsAndSeesStrangersConnections()
    {
        var role = $"owner{Environment.ProcessId}";
        cluster.Run("postgres", $"CREATE ROLE {role} LOGIN CREATEDB");
        using var world = new PostgresWorld(cluster, user: role, orders: 1);
        try
        {
            // Everything in it is the owner's: what a superuser made, only a superuser could restore.
            world.Run($"""
                DROP EXTENSION amcheck; DROP SCHEMA "größen" CASCADE; DROP TABLE customers, orders, visits, "__EFMigrationsHistory" CASCADE; SELECT lo_unlink(4711);
                CREATE SCHEMA own AUTHORIZATION {role}; SET ROLE {role}; CREATE TABLE own.things (id integer PRIMARY KEY); INSERT INTO own.things VALUES (1)
                """);
            cluster.Run("postgres", $"ALTER DATABASE {world.Name} OWNER TO {role}");
            var backup = await world.BackUpAsync();
            DatabaseRestoreResult refused;
            await using (cluster.Connect(world.Name))
            {
                refused = await world.RestoreAsync(backup);
            }

            var result = await world.RestoreAsync(backup);

            // What a session of somebody else's is, the server does not tell such a user.
            Assert.Equal((RestoreStatus.Failed, ErrorId.DatabaseInUse), (refused.Status, refused.Error!.Value));
            Assert.Equal((RestoreStatus.Succeeded, null), (result.Status, result.Message));
            Assert.Contains(result.Steps, step => step.Detail?.Contains("indexes were not checked: the extension amcheck cannot be made", StringComparison.Ordinal) == true);
        }
        finally
        {
            world.DropDatabases();
            cluster.Run("postgres", $"DROP ROLE {role}");
        }
    }

    [PostgresFact]
    public async Task Plan_StandbyServer_IsRefusedAndBackedUpAllTheSame()
    {
        using var world = new PostgresWorld(cluster, orders: 5);
        var signal = Path.Combine(cluster.Data, "standby.signal");
        cluster.Restart(() => File.WriteAllText(signal, string.Empty));
        try
        {
            var backup = await world.BackUpAsync();
            var refusal = await RefusedAsync(world);

            Assert.Equal(5, backup.Manifest!.Tables["orders"]);
            Assert.Equal(ErrorId.DatabaseUnsuitable, refusal.Id);
            Assert.Contains("standby server", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("primary", refusal.NextStep, StringComparison.Ordinal);
        }
        finally
        {
            cluster.Restart(() => File.Delete(signal));
        }
    }

    [PostgresFact]
    public async Task Plan_WhatARestoreDoesNotBringBackAsItIs_IsTold()
    {
        using var world = new PostgresWorld(cluster, orders: 1);
        world.Run("""
            CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
            CREATE FOREIGN TABLE "größen".prices (id integer) SERVER files OPTIONS (filename '/dev/null');
            CREATE PUBLICATION orders_out FOR TABLE orders;
            """);
        var backup = await world.BackUpAsync();

        var plan = await new RestorePlanner(world.Open()).PlanAsync(backup, new RestoreRequest { Reason = "r" }, CancellationToken.None);

        Assert.Contains(plan.Warnings, warning => warning.Contains("foreign tables (größen.prices)", StringComparison.Ordinal));
        Assert.Contains(plan.Warnings, warning => warning.Contains("publications (orders_out)", StringComparison.Ordinal));
        Assert.Equal(RestoreStatus.Succeeded, (await world.RestoreAsync(backup)).Status);
        Assert.Equal("1|1", world.Ask("SELECT (SELECT count(*) FROM pg_publication_tables), (SELECT count(*) FROM pg_foreign_table)"));
    }

    [PostgresFact]
    public async Task Plan_WithoutAPooler_SaysHowLongOneMayRefuse()
    {
        using var world = new PostgresWorld(cluster, orders: 1);
        var backup = await world.BackUpAsync();

        var plan = await new RestorePlanner(world.Open()).PlanAsync(backup, new RestoreRequest { Reason = "r" }, CancellationToken.None);

        Assert.Contains(plan.Warnings, warning => warning.Contains("15 s", StringComparison.Ordinal) && warning.Contains("server_login_retry", StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task Plan_OnAManagedService_SaysWhatToDoThere()
    {
        cluster.Run("postgres", "CREATE ROLE rds_superuser; CREATE ROLE tenant LOGIN");
        using var world = new PostgresWorld(cluster, user: "tenant", orders: 1);
        world.Run("GRANT pg_read_all_data TO tenant");
        try
        {
            var refusal = await RefusedAsync(world);

            Assert.Equal(ErrorId.DatabaseRightsMissing, refusal.Id);
            Assert.Contains("Amazon RDS", refusal.NextStep, StringComparison.Ordinal);
        }
        finally
        {
            world.DropDatabases();
            cluster.Run("postgres", "DROP ROLE rds_superuser; DROP ROLE tenant");
        }
    }

    [PostgresFact]
    public async Task Restore_DatabaseSetToReadOnlyAndShortTimeOuts_IsNoHindranceAndStaysSo()
    {
        using var world = new PostgresWorld(cluster, orders: 20);
        var backup = await world.BackUpAsync();
        world.Order(5);
        cluster.Run("postgres", $"ALTER DATABASE {world.Name} SET default_transaction_read_only TO on; ALTER DATABASE {world.Name} SET statement_timeout TO '1ms'");

        var result = await world.RestoreAsync(backup);

        Assert.Equal((RestoreStatus.Succeeded, null), (result.Status, result.Message));
        Assert.Equal("on", cluster.Ask("postgres", $"SELECT split_part(unnest(setconfig), '=', 2) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase WHERE datname = '{world.Name}' LIMIT 1"));
        cluster.Run("postgres", $"ALTER DATABASE {world.Name} RESET ALL");
        Assert.Equal("20", world.Ask("SELECT count(*) FROM orders"));
    }

    private static Task<RollbackOpsException> RefusedAsync(PostgresWorld world) => Assert.ThrowsAsync<RollbackOpsException>(
        () => world.Open().Engine.InspectAsync(new FenceOptions(AllowUnseen: false, TerminateConnections: false), CancellationToken.None));
}
