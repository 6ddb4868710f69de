using System.Net.Sockets;
using Npgsql;

namespace RollbackOps.Adapters.Postgres;

/// <summary>What PostgreSQL says, as errors of ours, in one place.</summary>
internal static class PostgresErrors
{
    /// <summary>Whether a failure is the database's, and not a stop.</summary>
    public static bool IsOurs(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        NpgsqlException or SocketException or TimeoutException or IOException => true,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => false,
    };

    /// <summary>It in our words.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="place">The database.</param>
    /// <param name="otherwise">What it is where its own code says nothing better.</param>
    public static RollbackOpsException Translate(
        Exception failure, string place, ErrorId otherwise = ErrorId.DatabaseUnreachable) => failure switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } refused =>
                new RollbackOpsException(ErrorId.DatabaseUnreachable,
                    $"The server does not let us in to '{place}': {Said(refused)}",
                    "Check database.postgres.user and the password it refers to, and pg_hba.conf.", place, failure),
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } missing =>
                new RollbackOpsException(ErrorId.DatabaseUnreachable,
                    $"There is no such database: {Said(missing)}",
                    "Check database.postgres.name in rollback.json.", place, failure),
            PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } full =>
                new RollbackOpsException(ErrorId.DatabaseUnreachable,
                    $"The server lets nobody else in to '{place}': {Said(full)}",
                    "End connections, or raise the limit: ALTER DATABASE … CONNECTION LIMIT, ALTER ROLE … CONNECTION LIMIT, or max_connections. A restore holds up to three at a time beside those of its jobs.",
                    place, failure),
            PostgresException { SqlState: PostgresErrorCodes.ObjectNotInPrerequisiteState } closed when
                closed.MessageText.Contains("not currently accepting connections", StringComparison.Ordinal) =>
                new RollbackOpsException(ErrorId.DatabaseUnreachable,
                    $"The database '{place}' is closed to connections: {Said(closed)}",
                    "Where no restore of it runs (Get-RollbackLog), open it: ALTER DATABASE … ALLOW_CONNECTIONS true;", place, failure),
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } forbidden =>
                new RollbackOpsException(ErrorId.DatabaseRightsMissing,
                    $"The user may not do that in '{place}': {Said(forbidden)}",
                    "Use the database's owner with CREATEDB and pg_signal_backend, or a superuser.", place, failure),
            PostgresException { SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted } damaged =>
                new RollbackOpsException(ErrorId.DatabaseUnreadable,
                    $"The database '{place}' is damaged: {Said(damaged)}",
                    "Choose a backup that is whole: Get-DatabaseBackup, Test-DatabaseBackup.", place, failure),
            PostgresException { SqlState: PostgresErrorCodes.DiskFull } full =>
                new RollbackOpsException(ErrorId.SpaceMissing,
                    $"The server has no space left: {Said(full)}", "Free some space on its volume (df).", place, failure),
            // The class of an operator's intervention: the server is going down, or has crashed.
            PostgresException ended when ended.SqlState.StartsWith("57P", StringComparison.Ordinal) =>
                new RollbackOpsException(ErrorId.DatabaseUnreachable,
                    $"The server ended the session in '{place}': {Said(ended)}", "Look at the server's log.", place, failure),
            PostgresException other => new RollbackOpsException(otherwise,
                $"'{place}': {Said(other)}", "Look at the server's log.", place, failure),
            _ => new RollbackOpsException(otherwise,
                $"The database '{place}' does not answer: {Inert.Line((failure.InnerException ?? failure).Message)}",
                "Check that the server runs, database.postgres.host and port in rollback.json, and the network.", place, failure),
        };

    /// <summary>What the server said, on one line, made inert (S43).</summary>
    public static string Said(PostgresException failure) => Inert.Line(
        failure.Detail is { Length: > 0 } detail ? $"{failure.MessageText} ({detail})" : failure.MessageText);
}
