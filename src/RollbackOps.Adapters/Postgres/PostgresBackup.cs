using System.Globalization;
using Npgsql;
using RollbackOps.Adapters.Backups;
using RollbackOps.Configuration;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Postgres;

/// <summary>Dumps a database by pg_dump, and counts exactly what is in the dump.</summary>
internal sealed class PostgresBackup
{
    private readonly PostgresServer _server;
    private readonly PostgresTools _tools;
    private readonly DatabaseSettings _settings;

    public PostgresBackup(PostgresServer server, PostgresTools tools, DatabaseSettings settings)
    {
        _server = server;
        _tools = tools;
        _settings = settings;
    }

    /// <summary>The ending of what is written.</summary>
    public string Extension => IsFolder ? ".dir" : ".dump";

    private bool IsFolder => _server.Settings.BackupFormat == PostgresBackupFormat.Directory;

    /// <summary>Writes it.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.DatabaseUnreachable"/>, <see cref="ErrorId.DatabaseToolUnsuitable"/> or <see cref="ErrorId.BackupFailed"/>.
    /// </exception>
    public Task<BackupContent> WriteAsync(
        string database, string file, Action<ByteProgress> progress, CancellationToken cancellationToken) => _server.WorkAsync(
            database, (connection, token) => WriteAsync(connection, database, file, progress, token), cancellationToken);

    private async Task<BackupContent> WriteAsync(
        NpgsqlConnection connection, string database, string file, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        var version = (await connection.ScalarAsync("SELECT current_setting('server_version')", cancellationToken))!;
        var tool = await _tools.RequireAsync("pg_dump", version, cancellationToken);
        // What is counted is what is dumped, whoever writes meanwhile.
        await connection.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", cancellationToken);
        var snapshot = (await connection.ScalarAsync("SELECT pg_export_snapshot()", cancellationToken))!;
        if (IsFolder)
        {
            // pg_dump makes the folder itself.
            File.Delete(file);
        }

        var dumping = _tools.RunAsync(
            "pg_dump",
            [
                // More jobs than one is for folders only.
                IsFolder ? "--format=directory" : "--format=custom",
                string.Create(CultureInfo.InvariantCulture, $"--jobs={(IsFolder ? _server.Settings.Jobs : 1)}"),
                "--no-password", $"--snapshot={snapshot}", $"--file={file}", PostgresServer.ArgumentOf(database),
            ],
            input: null, cancellationToken);
        await FollowAsync(dumping, file, progress);
        var ended = await dumping;
        if (ended.ExitCode != 0)
        {
            throw new RollbackOpsException(ErrorId.BackupFailed,
                $"pg_dump could not dump '{_server.PlaceOf(database)}': {ended.FirstError}",
                "Check free space where the backup goes (df), and the rights on every table.", _server.PlaceOf(database));
        }

        return new BackupContent(
            IsFolder ? BackupFormat.PostgresDirectory : BackupFormat.PostgresCustom,
            $"PostgreSQL {version}",
            await ReadLevelAsync(connection, database, snapshot, cancellationToken),
            await PostgresDatabase.CountRowsAsync(connection, cancellationToken),
            new Dictionary<string, string> { ["pg_dump"] = tool });
    }

    /// <summary>The migration level of what is dumped; a configured query looks for its names where the database says.</summary>
    private async Task<string?> ReadLevelAsync(
        NpgsqlConnection connection, string database, string snapshot, CancellationToken cancellationToken)
    {
        if (_settings.MigrationQuery is not { } query)
        {
            return await PostgresDatabase.ReadMigrationLevelAsync(connection, query: null, cancellationToken);
        }

        await using var searched = await _server.OpenAsync(database, cancellationToken, isSearched: true);
        await searched.ExecuteAsync(
            $"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT {PostgresSql.Literal(snapshot)}", cancellationToken);
        return await PostgresDatabase.ReadMigrationLevelAsync(searched, query, cancellationToken);
    }

    /// <summary>Tells how much a program has written so far; how much it will be is not known.</summary>
    private static async Task FollowAsync(Task writing, string file, Action<ByteProgress> progress)
    {
        while (await Task.WhenAny(writing, Task.Delay(TimeSpan.FromMilliseconds(200))) != writing)
        {
            try
            {
                progress(new ByteProgress(BackupContentPath.Size(file), null));
            }
            catch (IOException)
            {
                // A file of it came or went between two looks.
            }
        }
    }
}
