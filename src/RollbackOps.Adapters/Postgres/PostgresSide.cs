using RollbackOps.Configuration;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Postgres;

/// <summary>A database restored beside the live one, on the same server.</summary>
internal sealed class PostgresSide : PostgresDatabase, ISideDatabase
{
    public PostgresSide(PostgresServer server, string name, DatabaseSettings settings)
        : base(server, name, settings)
    {
    }

    public long Size { get; private set; }

    /// <summary>Asks how large it is.</summary>
    public async Task MeasureAsync(CancellationToken cancellationToken) => Size = await Server.WorkAsync(
        Server.Settings.Maintenance,
        async (connection, token) => long.Parse(
            await connection.ScalarAsync("SELECT pg_database_size($1)", token, Name) ?? "0",
            System.Globalization.CultureInfo.InvariantCulture),
        cancellationToken);

    /// <summary>It is ours: amcheck is made in it for the check where it is missing, and gone with the transaction.</summary>
    protected override bool MayInstall => true;

    /// <summary>
    /// Gives its space back before it is dropped. Dropping a database begins with a checkpoint, and a server that has not a
    /// byte left for that ends itself, with the live database; a table's space is free as soon as it is dropped.
    /// </summary>
    public async Task MakeRoomAsync()
    {
        try
        {
            await Server.WorkAsync(
                Name,
                async (connection, token) =>
                {
                    foreach (var table in await connection.RowsAsync(
                        $"SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND {PostgresTable.Own} ORDER BY c.relpages DESC",
                        reader => reader.GetString(0), token))
                    {
                        await connection.ExecuteAsync($"DROP TABLE IF EXISTS {table} CASCADE", token);
                    }

                    return true;
                },
                CancellationToken.None);
        }
        catch (RollbackOpsException)
        {
            // Then dropping it tells.
        }
    }

    public async Task DropAsync()
    {
        try
        {
            await using var connection = await Server.OpenMaintenanceAsync(CancellationToken.None);
            await connection.ExecuteAsync($"DROP DATABASE IF EXISTS {PostgresSql.Quote(Name)} WITH (FORCE)", CancellationToken.None);
        }
        catch (Exception failure) when (failure is RollbackOpsException || PostgresErrors.IsOurs(failure, CancellationToken.None))
        {
            throw new RollbackOpsException(
                failure is RollbackOpsException { Id: ErrorId.DatabaseUnreachable } ? ErrorId.DatabaseUnreachable : ErrorId.RestoreFailed,
                $"What was restored aside cannot be removed: {Inert.Line(failure.Message)}",
                $"Remove it by hand: DROP DATABASE {PostgresSql.Quote(Name)};", Place, failure);
        }
    }
}
