using System.Globalization;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Postgres;

/// <summary>
/// The PgBouncer before the live database, by its admin console: paused before the swap and resumed after it, its clients
/// wait instead of failing (S30).
/// </summary>
/// <remarks>
/// The console answers the simple protocol only, which Npgsql does not speak; psql does. A pause outlives the connection
/// that asked for it: it ends by <c>RESUME</c> alone.
/// </remarks>
internal sealed class PgBouncer
{
    private const string Console = "pgbouncer";
    private const string Separator = "\u001f";

    // What a transaction gets to end by itself where it may be ended anyway.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    private readonly PostgresServer _server;
    private readonly PostgresTools _tools;
    private readonly PgBouncerSettings _settings;

    public PgBouncer(PostgresServer server, PostgresTools tools, PgBouncerSettings settings)
    {
        _server = server;
        _tools = tools;
        _settings = settings;
    }

    /// <summary>It as people know it.</summary>
    public string Place => string.Create(CultureInfo.InvariantCulture, $"{_settings.Host}:{_settings.Port}/{Database}");

    private string Database => _settings.Database ?? _server.Settings.Name;

    /// <summary>Refuses one that cannot be paused, or leads elsewhere; it changes nothing.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.DatabaseUnreachable"/> or <see cref="ErrorId.DatabaseUnsuitable"/>.
    /// </exception>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        var lines = (await AskAsync("SHOW DATABASES", _server.Patience, cancellationToken))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Trim('\r').Split(Separator))
            .ToList();
        var columns = lines.Count > 0 ? lines[0] : [];
        // One that no client has used yet may be unknown still (its '*' entry): then it holds no connection either.
        if (lines.Find(line => Value(line, "name") == Database) is not { } known)
        {
            return;
        }

        if (Value(known, "database") is { } leads && leads != _server.Settings.Name)
        {
            throw new RollbackOpsException(ErrorId.DatabaseUnsuitable,
                $"'{Inert.Line(Database)}' of the PgBouncer at {Place} leads to the database '{Inert.Line(leads)}', and not to '{_server.Settings.Name}'.",
                "Name the one that leads to it as database.postgres.pgBouncer.database.", Place);
        }

        if (Value(known, "paused") == "1")
        {
            throw new RollbackOpsException(ErrorId.DatabaseUnsuitable,
                $"The PgBouncer at {Place} is paused already: somebody else is at it.",
                $"Find out who, then in its admin console: RESUME {PostgresSql.Quote(Database)};", Place);
        }

        string? Value(string[] line, string column) =>
            Array.IndexOf(columns, column) is >= 0 and var at && at < line.Length ? line[at] : null;
    }

    /// <summary>Has its clients wait, and its connections to the server closed once their transactions have ended.</summary>
    /// <param name="mayEnd">Whether those that do not end are ended by the caller: then they get a second.</param>
    /// <param name="cancellationToken">Stops waiting; it may be paused all the same.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseInUse"/> or <see cref="ErrorId.DatabaseUnreachable"/>.</exception>
    public async Task PauseAsync(bool mayEnd, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync($"PAUSE {PostgresSql.Quote(Database)}", mayEnd ? s_grace : _server.Patience, cancellationToken);
        }
        catch (TimeoutException) when (mayEnd)
        {
            // It stays paused and opens no connection; those that are left are ended now.
        }
        catch (TimeoutException late)
        {
            throw new RollbackOpsException(ErrorId.DatabaseInUse,
                string.Create(CultureInfo.InvariantCulture, $"Clients of the PgBouncer at {Place} did not end their transactions within {_server.Patience.TotalSeconds:0.#} s (database.timeout); where it pools sessions, they would have to disconnect."),
                "Stop what uses it; the command database.stop of rollback.json does so by itself. Or go on with -TerminateConnections -Reason.",
                Place, late);
        }
    }

    /// <summary>Lets its clients go on. One that is not paused is no error.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseUnreachable"/>.</exception>
    public async Task ResumeAsync()
    {
        try
        {
            await AskAsync($"RESUME {PostgresSql.Quote(Database)}", _server.Patience, CancellationToken.None);
        }
        catch (RollbackOpsException refused) when (refused.Message.Contains("is not paused", StringComparison.Ordinal))
        {
            // What was wanted.
        }
        catch (TimeoutException late)
        {
            throw Unavailable("it does not answer", late);
        }
    }

    private async Task<string> AskAsync(string statement, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var ended = await _tools.RunAsync(
                "psql",
                [
                    "--no-psqlrc", "--no-password", "--no-align", $"--field-separator={Separator}", "--pset=footer=off",
                    $"--dbname={Console}", $"--command={statement}",
                ],
                input: null, either.Token, await VariablesAsync(cancellationToken));
            return ended.ExitCode == 0 ? ended.Output : throw Unavailable(ended.FirstError, inner: null);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{statement} took too long.", late);
        }
    }

    private async Task<IReadOnlyDictionary<string, string?>> VariablesAsync(CancellationToken cancellationToken) =>
        new Dictionary<string, string?>(await _server.VariablesAsync(cancellationToken))
        {
            ["PGHOST"] = _settings.Host,
            ["PGPORT"] = _settings.Port.ToString(CultureInfo.InvariantCulture),
            ["PGUSER"] = _settings.User ?? _server.Settings.User,
            ["PGPASSWORD"] = await _server.ResolveAsync(_settings.Password, cancellationToken),
            // It refuses the parameter.
            ["PGOPTIONS"] = null,
        };

    private RollbackOpsException Unavailable(string why, Exception? inner) => new(ErrorId.DatabaseUnreachable,
        $"The PgBouncer at {Place} cannot be paused and resumed: {why}",
        $"Check database.postgres.pgBouncer in rollback.json: its user has to be among admin_users. Where it is still paused: psql -h {_settings.Host} -p {_settings.Port} pgbouncer -c 'RESUME {PostgresSql.Quote(Database)}'",
        Place, inner);
}
