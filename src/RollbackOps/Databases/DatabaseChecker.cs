using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Signals;

namespace RollbackOps.Databases;

/// <summary>Makes the checks of a database, live or restored aside, side by side.</summary>
internal sealed class DatabaseChecker
{
    /// <summary>The procedure's name of the first check.</summary>
    public const string ConnectivityName = "health-check";

    private const int SampleSize = 5;

    private readonly IDatabase _database;
    private readonly DatabaseSettings _settings;
    private readonly TimeProvider _clock;

    public DatabaseChecker(IDatabase database, DatabaseSettings settings, TimeProvider clock)
    {
        _database = database;
        _settings = settings;
        _clock = clock;
    }

    /// <summary>The names of all checks, in the order they are shown.</summary>
    public IReadOnlyList<string> Names =>
        [ConnectivityName, .. _database.IntegrityChecks, .. _settings.Audits.Select(audit => audit.Name)];

    /// <summary>Makes them. One that cannot be made has failed: no check is silently left out.</summary>
    /// <param name="wanted">Which, by name.</param>
    /// <param name="emit">Is given each outcome, in the order of <see cref="Names"/>.</param>
    /// <param name="cancellationToken">Stops them.</param>
    public async Task RunAsync(
        Func<string, bool> wanted, Func<DatabaseCheckResult, Task> emit, CancellationToken cancellationToken)
    {
        // A database that does not answer would make each of the others wait for its own time-out.
        if (wanted(ConnectivityName) || _database is not ISideDatabase)
        {
            var answers = await MakeAsync(ConnectivityName, DatabaseCheckKind.Connectivity, PingAsync, cancellationToken);
            if (wanted(ConnectivityName) || answers.Status == CheckStatus.Failed)
            {
                await emit(answers);
            }

            if (answers.Status == CheckStatus.Failed)
            {
                foreach (var name in Names.Skip(1).Where(wanted))
                {
                    await emit(Result(name, KindOf(name), CheckStatus.NotProbed, TimeSpan.Zero,
                        new Finding(CheckStatus.NotProbed, "the database does not answer", [])));
                }

                return;
            }
        }

        var running = Names.Skip(1).Where(wanted)
            .Select(name => Task.Run(() => MakeAsync(name, KindOf(name), Check(name), cancellationToken), cancellationToken))
            .ToList();
        foreach (var check in running)
        {
            await emit(await check);
        }
    }

    /// <summary>Makes all of them, and holds the rows of every table against a manifest's.</summary>
    public async Task<IReadOnlyList<DatabaseCheckResult>> RunAllAsync(
        IReadOnlyDictionary<string, long>? rows, CancellationToken cancellationToken)
    {
        var results = new List<DatabaseCheckResult>();
        var counting = rows is null
            ? null
            : Task.Run(() => MakeAsync("row-counts", DatabaseCheckKind.RowCount, token => CompareRowsAsync(rows, token), cancellationToken),
                cancellationToken);
        await RunAsync(
            _ => true,
            result =>
            {
                results.Add(result);
                return Task.CompletedTask;
            },
            cancellationToken);
        if (counting is not null)
        {
            results.Add(await counting);
        }

        return results;
    }

    private DatabaseCheckKind KindOf(string name) => _database.IntegrityChecks.Contains(name)
        ? DatabaseCheckKind.Integrity
        : DatabaseCheckKind.Audit;

    private Func<CancellationToken, Task<Finding>> Check(string name) => KindOf(name) == DatabaseCheckKind.Integrity
        ? token => CheckIntegrityAsync(name, token)
        : token => AuditAsync(_settings.Audits.First(audit => audit.Name == name), token);

    private async Task<DatabaseCheckResult> MakeAsync(
        string name, DatabaseCheckKind kind, Func<CancellationToken, Task<Finding>> check, CancellationToken cancellationToken)
    {
        var begun = _clock.GetTimestamp();
        using var deadline = new CancellationTokenSource(_settings.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        Finding finding;
        try
        {
            // An integrity check takes as long as the database is large.
            finding = await check(kind is DatabaseCheckKind.Integrity or DatabaseCheckKind.RowCount ? cancellationToken : either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            finding = new Finding(CheckStatus.Failed, string.Create(CultureInfo.InvariantCulture,
                $"it took longer than {_settings.Timeout.TotalSeconds:0.#} s (database.timeout)"), []);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A damaged database may answer with what no query ever gives.
            finding = new Finding(CheckStatus.Failed, UnforeseenFailure.Of(failure, $"The check '{name}'").Message, []);
        }

        return Result(name, kind, finding.Status, _clock.GetElapsedTime(begun), finding);
    }

    private async Task<Finding> PingAsync(CancellationToken cancellationToken)
    {
        var begun = _clock.GetTimestamp();
        var version = await _database.PingAsync(cancellationToken);
        return new Finding(CheckStatus.Passed, string.Create(CultureInfo.InvariantCulture,
            $"{version} answered in {_clock.GetElapsedTime(begun).TotalMilliseconds:0.0} ms"), []);
    }

    private async Task<Finding> CheckIntegrityAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await _database.CheckIntegrityAsync(name, cancellationToken);
        var found = answer.Findings;
        return found.Count > 0
            ? new Finding(CheckStatus.Failed, $"{found.Count} findings, the first: {found[0]}", [.. found.Take(SampleSize)])
            : new Finding(answer.IsMade ? CheckStatus.Passed : CheckStatus.NotProbed, answer.Detail, []);
    }

    private async Task<Finding> AuditAsync(AuditSettings audit, CancellationToken cancellationToken)
    {
        var answer = await _database.QueryAsync(audit.Query, SampleSize, cancellationToken);
        var count = answer.IsWhole ? $"{answer.Count}" : $"more than {answer.Count}";
        return audit.Expect == AuditExpectation.NoRows
            ? answer.Count == 0
                ? new Finding(CheckStatus.Passed, "no offending row", [])
                : new Finding(CheckStatus.Failed, $"{count} offending rows", answer.Rows)
            : answer.Count > 0
                ? new Finding(CheckStatus.Passed, $"{count} rows", [])
                : new Finding(CheckStatus.Failed, "no row, where at least one is expected", []);
    }

    private async Task<Finding> CompareRowsAsync(
        IReadOnlyDictionary<string, long> expected, CancellationToken cancellationToken)
    {
        var actual = await _database.CountRowsAsync(cancellationToken);
        var differing = expected.Keys.Union(actual.Keys)
            .Where(table => !expected.TryGetValue(table, out var stated) || !actual.TryGetValue(table, out var counted) || stated != counted)
            .Order(StringComparer.Ordinal)
            .Select(table => Inert.Line($"{table}: {Count(actual, table)} rows, the manifest states {Count(expected, table)}"))
            .ToList();
        return differing.Count == 0
            ? new Finding(CheckStatus.Passed, $"{actual.Count} tables, {actual.Values.Sum()} rows, as the manifest states", [])
            : new Finding(CheckStatus.Failed, $"{differing.Count} tables differ, the first: {differing[0]}", [.. differing.Take(SampleSize)]);
    }

    private static string Count(IReadOnlyDictionary<string, long> counts, string table) =>
        counts.TryGetValue(table, out var count) ? count.ToString(CultureInfo.InvariantCulture) : "no such table, hence no";

    private DatabaseCheckResult Result(
        string name, DatabaseCheckKind kind, CheckStatus status, TimeSpan duration, Finding finding) => new()
        {
            Database = _database.Place,
            Name = name,
            Kind = kind,
            Status = status,
            Duration = duration,
            Detail = finding.Detail,
            Sample = finding.Sample,
        };

    private sealed record Finding(CheckStatus Status, string Detail, IReadOnlyList<string> Sample);
}
