using Npgsql;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Postgres;

/// <summary>What would make a swap fail, or lose something, is found before anything is stopped (S30).</summary>
internal sealed class PostgresPreflight
{
    /// <summary>Roles that only the servers of a hosting service have, and what to do there instead.</summary>
    private static readonly (string Role, string Service, string Instead)[] s_services =
    [
        ("rds_superuser", "Amazon RDS", "restore a snapshot, or to a point in time, into a new instance (aws rds restore-db-instance-to-point-in-time)"),
        ("cloudsqlsuperuser", "Google Cloud SQL", "clone the instance to a point in time (gcloud sql instances clone --point-in-time)"),
        ("azure_pg_admin", "Azure Database for PostgreSQL", "restore to a point in time into a new server (az postgres flexible-server restore)"),
        ("neon_superuser", "Neon", "make a branch of a point in time (neonctl branches restore)"),
        ("supabase_admin", "Supabase", "restore to a point in time in its dashboard, or into a new project"),
    ];

    private readonly NpgsqlConnection _maintenance;
    private readonly string _name;
    private readonly string _place;

    private PostgresPreflight(NpgsqlConnection maintenance, PostgresServer server)
    {
        _maintenance = maintenance;
        (_name, _place) = (server.Settings.Name, server.PlaceOf(server.Settings.Name));
    }

    /// <summary>Refuses by name.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.DatabaseUnsuitable"/> or <see cref="ErrorId.DatabaseRightsMissing"/>.
    /// </exception>
    public static async Task RequireAsync(
        NpgsqlConnection maintenance, PostgresServer server, FenceOptions options, CancellationToken cancellationToken)
    {
        var preflight = new PostgresPreflight(maintenance, server);
        if (server.Settings.Name == server.Settings.Maintenance)
        {
            throw preflight.Unsuitable("is the database that is connected to while the live one is swapped.",
                "Name another as database.postgres.maintenance, for example postgres.");
        }

        if (await maintenance.ScalarAsync("SELECT pg_is_in_recovery()", cancellationToken) == "True")
        {
            throw preflight.Unsuitable("is on a standby server, which can only be read.",
                "Name the primary as database.postgres.host; what is restored there comes to its standbys by itself.");
        }

        await preflight.RequireRightsAsync(options, cancellationToken);
        await preflight.RequireNothingLeftBehindAsync(cancellationToken);
    }

    /// <summary>Refuses what lies outside the server's default tablespace, in the live database itself.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseUnsuitable"/>.</exception>
    public static async Task RequireOneTablespaceAsync(NpgsqlConnection live, string place, CancellationToken cancellationToken)
    {
        if (await live.ScalarAsync(
            """
            SELECT string_agg(told, '; ') FROM (
              SELECT t.spcname || ': ' || string_agg(c.oid::regclass::text, ', ' ORDER BY c.oid) AS told
              FROM pg_class c JOIN pg_tablespace t ON t.oid = c.reltablespace
              WHERE t.spcname <> 'pg_global' GROUP BY t.spcname) AS spaces
            """,
            cancellationToken) is { } found)
        {
            throw new RollbackOpsException(ErrorId.DatabaseUnsuitable,
                $"'{place}' has objects in another tablespace ({Inert.Line(found)}): there is no telling whether there is room for them twice.",
                "Move them first (ALTER TABLE ALL IN TABLESPACE … SET TABLESPACE pg_default), or restore by hand.", place);
        }
    }

    private async Task RequireNothingLeftBehindAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync("SELECT string_agg(gid, ', ') FROM pg_prepared_xacts WHERE database = $1", cancellationToken) is { } prepared)
        {
            throw Unsuitable($"has prepared transactions ({prepared}): it cannot be renamed while they stand.",
                "End each: COMMIT PREPARED '…' or ROLLBACK PREPARED '…'.");
        }

        if (await FindAsync("SELECT string_agg(slot_name, ', ') FROM pg_replication_slots WHERE database = $1", cancellationToken) is { } slots)
        {
            throw Unsuitable($"has logical replication slots ({slots}): they would silently stay with the old database.",
                "Drop them (pg_drop_replication_slot) and set replication up anew after the restore.");
        }

        if (await FindAsync(
            "SELECT string_agg(s.subname, ', ') FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = $1",
            cancellationToken) is { } subscriptions)
        {
            throw Unsuitable($"has subscriptions ({subscriptions}): they would silently stay with the old database.",
                "Drop them (DROP SUBSCRIPTION) and set them up anew after the restore.");
        }

        if (await FindAsync(
            "SELECT t.spcname FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = $1 AND t.spcname <> 'pg_default'",
            cancellationToken) is { } space)
        {
            throw Unsuitable($"lies in the tablespace '{space}': what is restored beside it would not.",
                "Move it first (ALTER DATABASE … SET TABLESPACE pg_default), or restore it by hand.");
        }
    }

    private async Task RequireRightsAsync(FenceOptions options, CancellationToken cancellationToken)
    {
        var missing = await FindAsync(
            $"""
            SELECT string_agg(what, ', ') FROM (
              SELECT 'to own the database' AS what FROM pg_database WHERE datname = $1 AND NOT pg_has_role(datdba, 'MEMBER')
              UNION ALL SELECT 'CREATEDB' FROM pg_roles WHERE rolname = current_user AND NOT (rolcreatedb OR rolsuper)
              UNION ALL SELECT 'CREATEROLE, since roles have settings in this database' FROM pg_roles u
                WHERE u.rolname = current_user AND NOT (u.rolcreaterole OR u.rolsuper) AND EXISTS (
                  SELECT FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
                  WHERE d.datname = $1 AND s.setrole NOT IN (0, u.oid))
              UNION ALL SELECT 'pg_signal_backend, for -TerminateConnections' FROM pg_roles
                WHERE rolname = current_user AND {(options.TerminateConnections ? "NOT rolsuper AND NOT pg_has_role('pg_signal_backend', 'MEMBER')" : "false")}
            ) AS missing
            """,
            cancellationToken);
        if (missing is null)
        {
            return;
        }

        var services = await _maintenance.RowsAsync(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)", reader => reader.GetString(0), cancellationToken,
            (object)s_services.Select(service => service.Role).ToArray());
        var service = Array.Find(s_services, one => services.Contains(one.Role));
        throw new RollbackOpsException(ErrorId.DatabaseRightsMissing,
            $"The user lacks what a swap of '{_place}' takes: {missing}.",
            service.Role is null
                ? "GRANT them, or name another user as database.postgres.user. On a managed service restore into a new database or instance, and point the application to it."
                : $"GRANT them, or name another user as database.postgres.user. This looks like {service.Service}: there, {service.Instead}, and point the application to it.",
            _place);
    }

    private async Task<string?> FindAsync(string query, CancellationToken cancellationToken) =>
        await _maintenance.ScalarAsync(query, cancellationToken, _name) is { Length: > 0 } found ? Inert.Line(found) : null;

    private RollbackOpsException Unsuitable(string why, string nextStep) =>
        new(ErrorId.DatabaseUnsuitable, $"'{_place}' {why}", nextStep, _place);
}
