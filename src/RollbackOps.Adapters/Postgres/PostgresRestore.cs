using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using RollbackOps.Adapters.Backups;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Postgres;

/// <summary>Fills a database beside the live one from a backup, by pg_restore or psql, and makes it like the live one.</summary>
internal sealed partial class PostgresRestore
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
        var (tool, failures) = await ReadAsync(maintenance.ServerVersion, progress, cancellationToken);
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

    /// <summary>The database that an archive was dumped from, where it is another than the live one; or null.</summary>
    public async Task<string?> ReadForeignNameAsync(CancellationToken cancellationToken)
    {
        if (!IsArchive)
        {
            return null;
        }

        // One that cannot be listed is found so, and explained, when it is restored.
        var contents = await _tools.RunAsync("pg_restore", ["--list", _source.Path], input: null, cancellationToken);
        return DumpedDatabase().Match(contents.Output) is { Success: true } from && from.Groups["name"].Value != _server.Settings.Name
            ? Inert.Line(from.Groups["name"].Value)
            : null;
    }

    [GeneratedRegex(@"^;\s+dbname: (?<name>[^\r\n]+)", RegexOptions.Multiline)]
    private static partial Regex DumpedDatabase();

    /// <summary>Whether it is whole and can be read at all is seen before anything is made of it.</summary>
    private async Task<(string Tool, RestoreFailures Failures)> ReadAsync(
        string version, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        var program = IsArchive ? "pg_restore" : "psql";
        var tool = _tools.RequireAsync(program, version, cancellationToken);
        var contents = IsArchive ? _tools.RunAsync("pg_restore", ["--list", _source.Path], input: null, cancellationToken) : null;
        await Task.WhenAll(RequireWholeAsync(progress, cancellationToken), tool, contents ?? Task.CompletedTask);
        var failures = new RestoreFailures(_source, $"{program} {await tool}", version);
        if (contents is not null)
        {
            failures.Require(await contents);
        }

        failures.RequireNotNewer(contents is null ? await PostgresDump.HeadAsync(_source, cancellationToken) : (await contents).Output);
        return (await tool, failures);
    }

    private async Task RequireWholeAsync(Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            BackupIdentity.RequireHash(_source, _source.Sha256 is null
                ? string.Empty
                : await BackupContentPath.HashAsync(_source.Path, progress, cancellationToken));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw BackupIdentity.Unreadable(_source, failure);
        }
    }

    private List<string> Arguments(string name) =>
    [
        // A subscription of what is restored aside would be one of the server's, and keep it from being dropped again.
        "--exit-on-error", "--no-password", "--no-subscriptions", PostgresServer.ArgumentOf(name),
        // A tar archive can be read from its begin to its end only.
        .. _source.Format == BackupFormat.PostgresTar
            ? []
            : new[] { string.Create(CultureInfo.InvariantCulture, $"--jobs={_server.Settings.Jobs}") },
        _source.Path,
    ];
}
