using System.Data;
using System.Globalization;
using Npgsql;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Postgres;

/// <summary>Whether a database is whole: amcheck, which is what the program pg_amcheck calls, and the server's checksums.</summary>
internal sealed class PostgresIntegrity
{
    private const int MostFindings = 100;
    private const string Own = "rollbackops_check";

    private readonly NpgsqlConnection _connection;
    private readonly bool _mayInstall;

    private PostgresIntegrity(NpgsqlConnection connection, bool mayInstall) => (_connection, _mayInstall) = (connection, mayInstall);

    /// <summary>
    /// Every B-tree index and every table by amcheck, where it can be called; otherwise every row of every table is read,
    /// and it is said what was not looked at.
    /// </summary>
    /// <param name="connection">Outside of a transaction; the one that is begun is the caller's to roll back.</param>
    /// <param name="mayInstall">
    /// Whether the extension may be made in that transaction, where it is missing: in a database of ours, never in the live
    /// one.
    /// </param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<IntegrityAnswer> CheckStructureAsync(
        NpgsqlConnection connection, bool mayInstall, CancellationToken cancellationToken)
    {
        var integrity = new PostgresIntegrity(connection, mayInstall);
        var (schema, missing) = await integrity.BeginAsync(cancellationToken);
        if (schema is not null)
        {
            return await integrity.CheckAsync(schema, cancellationToken);
        }

        var rows = await PostgresDatabase.CountRowsAsync(connection, cancellationToken);
        return new IntegrityAnswer([],
            string.Create(CultureInfo.InvariantCulture, $"every row of {rows.Count} tables was read; indexes were not checked: {missing}"));
    }

    /// <summary>What the server itself found whenever it read a page of this database.</summary>
    public static async Task<IntegrityAnswer> CheckChecksumsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await connection.ScalarAsync("SELECT current_setting('data_checksums')", cancellationToken) != "on")
        {
            return IntegrityAnswer.NotMade("the server keeps no checksums of its pages (pg_checksums --enable, while it is stopped)");
        }

        var failures = await connection.ScalarAsync(
            "SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()", cancellationToken);
        return failures is null or "0"
            ? new IntegrityAnswer([], "the server has found no wrong checksum among the pages that it read")
            : new IntegrityAnswer([$"the server has counted {failures} pages with a wrong checksum"], string.Empty);
    }

    /// <summary>Begins the transaction; gives the schema of amcheck, or why it cannot be called.</summary>
    private async Task<(string? Schema, string? Missing)> BeginAsync(CancellationToken cancellationToken)
    {
        await _connection.ExecuteAsync(_mayInstall ? "BEGIN" : "BEGIN READ ONLY", cancellationToken);
        var found = await FindAsync(_connection, cancellationToken);
        return found.Schema is null && _mayInstall ? await InstallAsync(_connection, cancellationToken) : found;
    }

    private static async Task<(string? Schema, string? Missing)> FindAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var schema = await connection.ScalarAsync(
            "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'amcheck'",
            cancellationToken);
        if (schema is null)
        {
            return (null, "the extension amcheck is not installed in this database (CREATE EXTENSION amcheck)");
        }

        var right = await connection.ScalarAsync(
            "SELECT has_function_privilege(to_regprocedure($1), 'EXECUTE')", cancellationToken, $"{schema}.bt_index_check(regclass, boolean)");
        return right switch
        {
            "True" => (schema, null),
            null => (null, "the extension amcheck is too old (ALTER EXTENSION amcheck UPDATE)"),
            _ => (null, "the user may not call amcheck (GRANT EXECUTE ON FUNCTION bt_index_check(regclass, boolean), verify_heapam)"),
        };
    }

    private static async Task<(string? Schema, string? Missing)> InstallAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync("SAVEPOINT own", cancellationToken);
        try
        {
            // Rolled back with the rest.
            await PostgresEventTriggers.SwitchOffAsync(connection, cancellationToken);
            await connection.ExecuteAsync($"CREATE SCHEMA {Own}; CREATE EXTENSION amcheck SCHEMA {Own}", cancellationToken);
            return (Own, null);
        }
        catch (PostgresException refused) when (!IsTheServers(refused))
        {
            await connection.ExecuteAsync("ROLLBACK TO own", cancellationToken);
            return (null, $"the extension amcheck cannot be made: {PostgresErrors.Said(refused)}");
        }
    }

    private async Task<IntegrityAnswer> CheckAsync(string schema, CancellationToken cancellationToken)
    {
        // Before PostgreSQL 14 amcheck looks at indexes only.
        var hasTables = await _connection.ScalarAsync(
            "SELECT to_regproc($1) IS NOT NULL", cancellationToken, $"{schema}.verify_heapam") == "True";
        var relations = await _connection.RowsAsync(
            """
            SELECT c.oid::regclass::text, c.relkind = 'i', c.oid::bigint,
              CASE WHEN c.relkind = 'i' THEN a.amname = 'btree' AND i.indisready AND i.indisvalid ELSE a.amname = 'heap' END, a.amname
            FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_am a ON a.oid = c.relam
            WHERE c.relpersistence <> 't' AND c.relkind IN ('i', 'r', 'm', 't') ORDER BY c.relkind <> 'i', c.relpages
            """,
            reader => (Name: reader.GetString(0), IsIndex: reader.GetBoolean(1), Oid: reader.GetInt64(2), IsKnown: reader.GetBoolean(3), Kind: reader.GetString(4)),
            cancellationToken);
        var found = new List<string>();
        foreach (var (name, isIndex, oid, isKnown, _) in relations)
        {
            if (isKnown && (isIndex || hasTables))
            {
                found.AddRange(await CheckOneAsync(
                    name,
                    isIndex
                        ? $"SELECT {schema}.bt_index_check({oid}::regclass, heapallindexed => true)"
                        : $"SELECT 'block ' || blkno || ': ' || msg FROM {schema}.verify_heapam({oid}::regclass, check_toast => true)",
                    cancellationToken));
                if (found.Count >= MostFindings)
                {
                    break;
                }
            }
        }

        var indexes = relations.Count(one => one is { IsKnown: true, IsIndex: true });
        var tables = relations.Count(one => one is { IsKnown: true, IsIndex: false });
        var others = relations.Where(one => !one.IsKnown).ToList();
        var detail = string.Create(CultureInfo.InvariantCulture, $"amcheck: {indexes} indexes{(hasTables ? $" and {tables} tables" : "")}, nothing found");
        if (!hasTables)
        {
            await PostgresDatabase.CountRowsAsync(_connection, cancellationToken);
            detail += "; every row of every table was read, tables are checked from PostgreSQL 14 on";
        }

        return new IntegrityAnswer(found, others.Count == 0
            ? detail
            : string.Create(CultureInfo.InvariantCulture, $"{detail}; not checked: {others.Count} of other kinds ({Inert.Line(string.Join(", ", others.Select(one => one.Kind).Distinct()))}) or invalid"));
    }

    private async Task<List<string>> CheckOneAsync(string name, string query, CancellationToken cancellationToken)
    {
        await _connection.ExecuteAsync("SAVEPOINT one", cancellationToken);
        try
        {
            var found = await _connection.RowsAsync(
                query, reader => reader.GetValue(0) is string text ? $"{Inert.Line(name)} {Inert.Line(text)}" : null, cancellationToken);
            await _connection.ExecuteAsync("RELEASE one", cancellationToken);
            return [.. found.OfType<string>()];
        }
        catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // Dropped since it was listed.
            await _connection.ExecuteAsync("ROLLBACK TO one", cancellationToken);
            return [];
        }
        catch (PostgresException damaged) when (!IsTheServers(damaged))
        {
            if (_connection.State == ConnectionState.Open)
            {
                await _connection.ExecuteAsync("ROLLBACK TO one", cancellationToken);
            }
            else
            {
                // Npgsql gives a connection up for errors of the class XX, which is that of damage.
                await _connection.CloseAsync();
                await _connection.OpenAsync(cancellationToken);
                await BeginAsync(cancellationToken);
            }

            return [$"{Inert.Line(name)}: {PostgresErrors.Said(damaged)}"];
        }
    }

    /// <summary>Whether it says nothing of what was looked at: the session ends, or was stopped.</summary>
    private static bool IsTheServers(PostgresException failure) =>
        failure.SqlState.StartsWith("57", StringComparison.Ordinal) || failure.SqlState.StartsWith("53", StringComparison.Ordinal);
}
