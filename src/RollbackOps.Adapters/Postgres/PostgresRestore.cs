using System.Globalization;
using Npgsql;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Postgres;

/// <summary>Fills a database beside the live one from a backup, by pg_restore or psql, and makes it like the live one.</summary>
internal sealed class PostgresRestore
{
    private readonly PostgresServer _server;
    private readonly PostgresTools _tools;
    private readonly BackupSource _source;

    public PostgresRestore(PostgresServer server, PostgresTools tools, BackupSource source)
    {
        _server = server;
        _tools = tools;
        _source = source;
    }

    private bool IsArchive => _source.Format is BackupFormat.PostgresCustom or BackupFormat.PostgresDirectory or BackupFormat.PostgresTar;

    /// <summary>Makes and fills it.</summary>
    /// <param name="maintenance">A session in neither of the two.</param>
    /// <param name="live">A session in the live database, which nothing in a backup can drop or rename meanwhile.</param>
    /// <param name="name">The name of the database to make.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Stops it; what was begun is left.</param>
    /// <exception cref="RollbackOpsException">It cannot be; what was begun is left.</exception>
    public async Task FillAsync(
        NpgsqlConnection maintenance, NpgsqlConnection live, string name, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        var version = (await maintenance.ScalarAsync("SELECT current_setting('server_version')", cancellationToken))!;
        var program = IsArchive ? "pg_restore" : "psql";
        var tool = await _tools.RequireAsync(program, version, cancellationToken);
        var failures = new RestoreFailures(_source, $"{program} {tool}", version);
        if (IsArchive)
        {
            // Whether it can be read at all is seen before anything is made of it.
            var contents = await _tools.RunAsync("pg_restore", ["--list", _source.Path], input: null, cancellationToken);
            failures.Require(contents);
            failures.RequireNotNewer(contents.Output);
        }
        else
        {
            failures.RequireNotNewer(await PostgresDump.HeadAsync(_source, cancellationToken));
        }

        var properties = new PostgresProperties(maintenance);
        await maintenance.ExecuteAsync(
            await properties.CreateStatementAsync(_server.Settings.Name, name, cancellationToken), cancellationToken);
        // Nobody but us has any business in it until it is swapped in.
        await maintenance.ExecuteAsync($"REVOKE ALL ON DATABASE {PostgresSql.Quote(name)} FROM PUBLIC", cancellationToken);
        await using (var side = await _server.OpenAsync(name, cancellationToken))
        {
            await PostgresProperties.PrepareExtensionsAsync(live, side, cancellationToken);
        }

        failures.Require(IsArchive
            ? await _tools.RunAsync("pg_restore", Arguments(name), input: null, cancellationToken)
            : await new PostgresDump(_tools, _source, tool).RestoreAsync(name, progress, cancellationToken));
        await using (var side = await _server.OpenAsync(name, cancellationToken))
        {
            await PostgresProperties.AlignExtensionsAsync(live, side, cancellationToken);
            await side.ExecuteAsync("ANALYZE", cancellationToken);
        }

        await properties.CopyAsync(_server.Settings.Name, name, cancellationToken);
    }

    private List<string> Arguments(string name) =>
    [
        "--exit-on-error", "--no-password", $"--dbname={name}",
        // A tar archive can be read from its begin to its end only.
        .. _source.Format == BackupFormat.PostgresTar
            ? []
            : new[] { string.Create(CultureInfo.InvariantCulture, $"--jobs={_server.Settings.Jobs}") },
        _source.Path,
    ];
}
