using RollbackOps.Configuration;
using RollbackOps.Readiness;

namespace RollbackOps.Adapters.Postgres;

/// <summary>Who we are on the PostgreSQL server. The rights that a restore needs are looked for by its own preflight.</summary>
internal sealed class PostgresAccess : IServiceAccess
{
    private readonly PostgresServer _server;
    private readonly TimeProvider _clock;

    public PostgresAccess(DatabaseSettings settings, ISecretSource secrets, TimeProvider clock)
    {
        _server = new PostgresServer(settings.Postgres!, settings.Timeout, secrets);
        _clock = clock;
    }

    public string Name => "database";

    public string Place => $"PostgreSQL ({_server.PlaceOf(_server.Settings.Name)})";

    public Task<ServiceReading> ReadAsync(CancellationToken cancellationToken) => _server.WorkAsync(
        _server.Settings.Name,
        async (connection, token) =>
        {
            var (who, version, at) = (await connection.RowsAsync(
                "SELECT current_user::text, current_setting('server_version'), clock_timestamp()",
                reader => (reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTime>(2)), token))[0];
            return new ServiceReading
            {
                Detail = $"'{Inert.Line(who)}' is let in, server version {Inert.Line(version)}",
                NextStep = "Look at database.postgres.user and password in rollback.json, and at the server's pg_hba.conf.",
                ServerTime = new DateTimeOffset(at.ToUniversalTime()),
                LocalTime = _clock.GetUtcNow(),
            };
        },
        cancellationToken);

    public void Dispose()
    {
    }
}
