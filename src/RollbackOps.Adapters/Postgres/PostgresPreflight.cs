using Npgsql;

namespace RollbackOps.Adapters.Postgres;

/// <summary>What would make a swap fail, or lose something, is found before anything is stopped (S30).</summary>
internal static class PostgresPreflight
{
    /// <summary>Refuses by name.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.DatabaseUnsuitable"/> or <see cref="ErrorId.DatabaseRightsMissing"/>.
    /// </exception>
    public static async Task RequireAsync(NpgsqlConnection maintenance, PostgresServer server, CancellationToken cancellationToken)
    {
        var (name, place) = (server.Settings.Name, server.PlaceOf(server.Settings.Name));
        if (name == server.Settings.Maintenance)
        {
            throw new RollbackOpsException(ErrorId.DatabaseUnsuitable,
                $"'{place}' is the database that is connected to while the live one is swapped.",
                "Name another as database.postgres.maintenance, for example postgres.", place);
        }

        await RefuseAsync(
            "SELECT string_agg(gid, ', ') FROM pg_prepared_xacts WHERE database = $1",
            found => new RollbackOpsException(ErrorId.DatabaseUnsuitable,
                $"'{place}' has prepared transactions ({found}): it cannot be renamed while they stand.",
                "End each: COMMIT PREPARED '…' or ROLLBACK PREPARED '…'.", place));
        await RefuseAsync(
            "SELECT string_agg(slot_name, ', ') FROM pg_replication_slots WHERE database = $1",
            found => new RollbackOpsException(ErrorId.DatabaseUnsuitable,
                $"'{place}' has logical replication slots ({found}): they would silently stay with the old database.",
                "Drop them (pg_drop_replication_slot) and set replication up anew after the restore.", place));
        await RefuseAsync(
            "SELECT string_agg(s.subname, ', ') FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = $1",
            found => new RollbackOpsException(ErrorId.DatabaseUnsuitable,
                $"'{place}' has subscriptions ({found}): they would silently stay with the old database.",
                "Drop them (DROP SUBSCRIPTION) and set them up anew after the restore.", place));
        await RefuseAsync(
            "SELECT t.spcname FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = $1 AND t.spcname <> 'pg_default'",
            found => new RollbackOpsException(ErrorId.DatabaseUnsuitable,
                $"'{place}' lies in the tablespace '{found}': what is restored beside it would not.",
                "Move it first (ALTER DATABASE … SET TABLESPACE pg_default), or restore it by hand.", place));
        await RefuseAsync(
            """
            SELECT string_agg(what, ', ') FROM (
              SELECT 'own the database' AS what FROM pg_database WHERE datname = $1 AND NOT pg_has_role(datdba, 'MEMBER')
              UNION ALL SELECT 'CREATEDB' FROM pg_roles WHERE rolname = current_user AND NOT (rolcreatedb OR rolsuper)
              UNION ALL SELECT 'pg_signal_backend' FROM pg_roles WHERE rolname = current_user AND NOT rolsuper AND NOT pg_has_role('pg_signal_backend', 'MEMBER')
            ) AS missing
            """,
            found => new RollbackOpsException(ErrorId.DatabaseRightsMissing,
                $"The user lacks what a swap of '{place}' takes: {found}.",
                "GRANT them, or name another user as database.postgres.user. On a managed service restore into a new database or instance, and point the application to it.",
                place));

        async Task RefuseAsync(string query, Func<string, RollbackOpsException> refusal)
        {
            if (await maintenance.ScalarAsync(query, cancellationToken, query.Contains("$1", StringComparison.Ordinal) ? [name] : []) is { Length: > 0 } found)
            {
                throw refusal(Inert.Line(found));
            }
        }
    }
}
