using Npgsql;
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

    public async Task DropAsync()
    {
        try
        {
            await using var connection = await Server.OpenMaintenanceAsync(CancellationToken.None);
            await connection.ExecuteAsync($"DROP DATABASE IF EXISTS {PostgresSql.Quote(Name)} WITH (FORCE)", CancellationToken.None);
        }
        catch (Exception failure) when (failure is NpgsqlException or RollbackOpsException)
        {
            throw new RollbackOpsException(ErrorId.RestoreFailed,
                $"What was restored aside cannot be removed: {Inert.Line(failure.Message)}",
                $"Remove it by hand: DROP DATABASE {PostgresSql.Quote(Name)};", Place, failure);
        }
    }
}
