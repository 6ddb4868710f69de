using Npgsql;
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

    [PostgresFact]
    public async Task Restore_StopFirst_StopsServicesFirstAndStartsThemLast()
    {
        using var world = new PostgresWorld(cluster, """
            , "stop": { "command": ["rm", "up"] }, "start": { "command": ["touch", "up"] }
            """);
        var up = Path.Combine(world.Root, "up");
        await File.WriteAllTextAsync(up, string.Empty);
        var backup = await world.BackUpAsync();

        var result = await world.RestoreAsync(backup);

        Assert.Equal(RestoreStatus.Succeeded, result.Status);
        Assert.Equal(
            [RestoreStepKind.StopServices, RestoreStepKind.Fence, RestoreStepKind.RestoreAside, RestoreStepKind.Check, RestoreStepKind.Swap, RestoreStepKind.Verify, RestoreStepKind.StartServices, RestoreStepKind.DumpKept],
            result.Steps.Select(step => step.Kind));
        Assert.True(File.Exists(up));
    }

    [PostgresFact]
    public async Task Undo_PutsTheKeptOneBack()
    {
        using var world = new PostgresWorld(cluster);
        var backup = await world.BackUpAsync();
        world.Order(7);
        var before = world.Content();
        Assert.Equal(RestoreStatus.Succeeded, (await world.RestoreAsync(backup)).Status);
        Assert.NotEqual(before, world.Content());

        var undone = await world.UndoAsync();

        Assert.Equal(RestoreStatus.Succeeded, undone.Status);
        Assert.Equal(before, world.Content());
    }

    [PostgresFact]
    public async Task Restore_SequencesGoOnBeyondTheLeftBehindRows()
    {
        using var world = new PostgresWorld(cluster);
        var backup = await world.BackUpAsync();
        world.Order(300);
        var last = long.Parse(world.Ask("SELECT max(id) FROM orders"), System.Globalization.CultureInfo.InvariantCulture);

        await world.RestoreAsync(backup);
        world.Order(1);

        Assert.Equal(last + 1001, long.Parse(world.Ask("SELECT max(id) FROM orders"), System.Globalization.CultureInfo.InvariantCulture));
    }

    [PostgresFact]
    public async Task Plan_SequenceWithoutRoom_IsRefusedBeforeAnythingIsStopped()
    {
        using var world = new PostgresWorld(cluster);
        world.Run("CREATE SEQUENCE tight MAXVALUE 100; SELECT nextval('tight')");
        var backup = await world.BackUpAsync();

        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => world.RestoreAsync(backup));

        Assert.Equal(ErrorId.DatabaseUnsuitable, refusal.Id);
        Assert.Contains("public.tight is at 1 and has no 1000 values left", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("sequenceReserve", refusal.NextStep, StringComparison.Ordinal);
        Assert.Equal([world.Name], world.Databases());
    }

    [PostgresFact]
    public async Task Restore_WhatBelongsToTheDatabaseItself_IsAsBefore()
    {
        using var world = new PostgresWorld(cluster);
        var role = "r_" + world.Name;
        cluster.Run("postgres", $"""
            CREATE ROLE {role} LOGIN; CREATE ROLE {role}_reader LOGIN; CREATE ROLE {role}_other LOGIN;
            ALTER DATABASE {world.Name} OWNER TO {role};
            REVOKE ALL ON DATABASE {world.Name} FROM PUBLIC;
            GRANT CONNECT ON DATABASE {world.Name} TO {role}_reader WITH GRANT OPTION;
            ALTER DATABASE {world.Name} CONNECTION LIMIT 17;
            COMMENT ON DATABASE {world.Name} IS 'it''s the \ shop';
            ALTER DATABASE {world.Name} SET search_path TO "größen", public;
            ALTER DATABASE {world.Name} SET work_mem TO '7MB';
            ALTER DATABASE {world.Name} SET shop.greeting TO 'it''s on';
            ALTER ROLE {role} IN DATABASE {world.Name} SET statement_timeout TO '5min';
            """);
        try
        {
            var backup = await world.BackUpAsync();
            var before = Properties();

            var result = await world.RestoreAsync(backup);

            Assert.Equal(RestoreStatus.Succeeded, result.Status);
            Assert.Equal(before, Properties());
            cluster.Connect(world.Name, $"{role}_reader").Dispose();
            Assert.Throws<PostgresException>(() => cluster.Connect(world.Name, $"{role}_other").Dispose());
        }
        finally
        {
            world.DropDatabases();
            cluster.Run("postgres", $"DROP ROLE {role}; DROP ROLE {role}_reader; DROP ROLE {role}_other");
        }

        string Properties() => cluster.Ask("postgres", $"""
            SELECT pg_get_userbyid(datdba), datconnlimit, shobj_description(oid, 'pg_database'), datcollate, datctype, encoding, datallowconn,
              (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(datacl) a),
              (SELECT string_agg(setrole || ':' || setconfig::text, ' ' ORDER BY setrole) FROM pg_db_role_setting WHERE setdatabase = oid)
            FROM pg_database WHERE datname = '{world.Name}'
            """);
    }

    [PostgresFact]
    public async Task Restore_SomebodyConnected_IsRefusedByName()
    {
        using var world = new PostgresWorld(cluster);
        var backup = await world.BackUpAsync();
        var before = world.Content();
        await using (var idle = new NpgsqlConnection($"Host={cluster.Folder};Port=5432;Database={world.Name};Username={PostgresCluster.Superuser};Pooling=false;Application Name=the chatbot"))
        {
            await idle.OpenAsync();

            var refused = await world.RestoreAsync(backup);

            Assert.Equal((RestoreStatus.Failed, ErrorId.DatabaseInUse), (refused.Status, refused.Error!.Value));
            Assert.Contains("the chatbot of admin", refused.Message, StringComparison.Ordinal);
            // It goes on as before.
            await using var still = new NpgsqlCommand("SELECT 1", idle);
            Assert.Equal(1, await still.ExecuteScalarAsync());
        }

        Assert.Equal(before, world.Content());
        Assert.Equal([world.Name], world.Databases());
    }

    [PostgresFact]
    public async Task Restore_TerminatingConnections_EndsThemAndIsAnOverride()
    {
        using var world = new PostgresWorld(cluster);
        var backup = await world.BackUpAsync();
        var idle = Enumerable.Range(0, 50).Select(_ => cluster.Connect(world.Name)).ToList();

        var result = await world.RestoreAsync(backup, request => request with { KeepServing = true, TerminateConnections = true });

        Assert.Equal(RestoreStatus.Succeeded, result.Status);
        Assert.Contains("TerminateConnections: corrupted", result.Overrides.Select(one => one.ToString()));
        foreach (var connection in idle)
        {
            await using var command = new NpgsqlCommand("SELECT 1", connection);
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => command.ExecuteScalarAsync());
            await connection.DisposeAsync();
        }
    }

    [PostgresTheory]
    [InlineData("BEGIN; INSERT INTO customers VALUES (99, 'x'); PREPARE TRANSACTION 'half'", "ROLLBACK PREPARED 'half'", "half", ErrorId.DatabaseUnsuitable)]
    [InlineData("SELECT pg_create_logical_replication_slot('feed', 'test_decoding')", "SELECT pg_drop_replication_slot('feed')", "feed", ErrorId.DatabaseUnsuitable)]
    [InlineData("CREATE SUBSCRIPTION sub CONNECTION 'dbname=none' PUBLICATION p WITH (connect = false)", "ALTER SUBSCRIPTION sub SET (slot_name = NONE); DROP SUBSCRIPTION sub", "sub", ErrorId.DatabaseUnsuitable)]
    public async Task Plan_WhatASwapWouldBreakOrLose_IsRefusedByName(string make, string unmake, string name, ErrorId expected)
    {
        using var world = new PostgresWorld(cluster);
        var backup = await world.BackUpAsync();
        world.Run(make);
        try
        {
            var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => world.RestoreAsync(backup));

            Assert.Equal(expected, refusal.Id);
            Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
            Assert.Equal([world.Name], world.Databases());
        }
        finally
        {
            foreach (var statement in unmake.Split("; "))
            {
                world.Run(statement);
            }
        }
    }

    [PostgresFact]
    public async Task Plan_UserWithoutRights_IsToldWhatIsMissing()
    {
        var role = $"weak{Environment.ProcessId}";
        cluster.Run("postgres", $"CREATE ROLE {role} LOGIN");
        using var world = new PostgresWorld(cluster, user: role);
        world.Run($"GRANT pg_read_all_data TO {role}; ALTER ROLE {PostgresCluster.Superuser} IN DATABASE {world.Name} SET work_mem TO '5MB'");
        try
        {
            var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => world.Open().Engine.InspectAsync(new FenceOptions(false, TerminateConnections: true), CancellationToken.None));

            Assert.Equal(ErrorId.DatabaseRightsMissing, refusal.Id);
            Assert.Contains("to own the database, CREATEDB, CREATEROLE, since roles have settings in this database, pg_signal_backend", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            world.DropDatabases();
            cluster.Run("postgres", $"DROP ROLE {role}");
        }
    }

    [PostgresFact]
    public async Task Test_ProvesABackupAndLeavesNothing()
    {
        using var world = new PostgresWorld(cluster, """
            , "audits": [ { "name": "orphans", "query": "SELECT id FROM orders WHERE customer > 10;" }, { "name": "rich", "query": "SELECT id, note FROM orders WHERE amount > 498" } ]
            """);
        var backup = await world.BackUpAsync();

        var result = await world.TestAsync(backup);

        Assert.Equal((false, ErrorId.DatabaseCheckFailed), (result.IsPassed, result.Error!.Value));
        Assert.Equal(["orphans: Passed", "rich: Failed", "row-counts: Passed"],
            result.Checks.Skip(3).Select(check => $"{check.Name}: {check.Status}"));
        Assert.Equal([world.Name], world.Databases());
    }

    [PostgresFact]
    public async Task Plan_InPlace_IsRefused()
    {
        using var world = new PostgresWorld(cluster);
        var backup = await world.BackUpAsync();

        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => world.RestoreAsync(backup, request => request with { InPlace = true }));

        Assert.Equal(ErrorId.DatabaseUnsuitable, refusal.Id);
    }
}
