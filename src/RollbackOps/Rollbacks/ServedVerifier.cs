using System.Globalization;
using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Rollbacks;

/// <summary>
/// Looks at what is served, from outside (S23): waits for the first sight of a deployment, then confirms it with
/// repeated reads of every address over new connections.
/// </summary>
internal sealed class ServedVerifier
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(200);

    private readonly RollbackContext _context;
    private readonly Action<RollbackProgress> _tell;
    private readonly IReadOnlyList<BuildFile> _files;

    /// <summary>Makes one.</summary>
    /// <param name="context">Where to look.</param>
    /// <param name="files">The build files that may tell what is served, from the plan.</param>
    /// <param name="tell">Is told of each reading.</param>
    public ServedVerifier(RollbackContext context, IReadOnlyList<BuildFile> files, Action<RollbackProgress> tell)
    {
        _context = context;
        _files = files;
        _tell = tell;
    }

    /// <summary>
    /// Waits until every address states the deployment's version; where none states any, until the checks pass.
    /// </summary>
    /// <returns>What was seen, and whether it is the deployment.</returns>
    public async Task<(bool IsServed, string Detail)> AwaitAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        if (_context.Probe.Addresses.Count == 0)
        {
            return (true, "No address is configured; what is served cannot be seen from outside.");
        }

        var begun = _context.Clock.GetTimestamp();
        while (true)
        {
            var readings = await ReadAsync(deployment, cancellationToken);
            if (readings.All(reading => reading.IsExpectedVersion ?? reading.IsHealthy))
            {
                return (true, $"Seen at {Join(readings)}.");
            }

            if (_context.Clock.GetElapsedTime(begun) >= _context.Settings.Platform.ServedTimeout)
            {
                return (false, string.Create(CultureInfo.InvariantCulture,
                    $"After {_context.Settings.Platform.ServedTimeout.TotalSeconds:0} s: {Join(readings)}."));
            }

            await Task.Delay(s_poll, _context.Clock, cancellationToken);
        }
    }

    /// <summary>Whether every address states the deployment's version right now.</summary>
    public async Task<bool> IsServedNowAsync(Deployment deployment, CancellationToken cancellationToken) =>
        _context.Probe.Addresses.Count > 0
        && (await ReadAsync(deployment, cancellationToken)).All(reading => reading.IsExpectedVersion == true);

    /// <summary>
    /// Verifies the immediate window: confirming reads until enough in a row agree, or one disagrees after twice their
    /// time.
    /// </summary>
    /// <param name="rollbackId">The rollback, or null.</param>
    /// <param name="deployment">What should be served.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <param name="window">The window, in which checks that write are made once.</param>
    public async Task<VerificationResult> VerifyAsync(
        string? rollbackId, Deployment deployment, CancellationToken cancellationToken,
        VerificationWindow window = VerificationWindow.Immediate)
    {
        var synthetic = new SyntheticChecks(_context, rollbackId, window);
        var policy = _context.Settings.Policy;
        var clock = _context.Clock;
        var begun = clock.GetTimestamp();
        var pause = policy.ConfirmingReads > 1 ? policy.ConfirmingTime / (policy.ConfirmingReads - 1) : TimeSpan.Zero;
        var rounds = new List<IReadOnlyList<ServedReading>>();
        var row = new List<IReadOnlyList<ServedReading>>();
        var firstOfRow = begun;
        while (_context.Probe.Addresses.Count > 0)
        {
            var readings = await ReadAsync(deployment, cancellationToken, synthetic);
            rounds.Add(readings);
            var agrees = readings.All(reading => reading.IsHealthy && reading.IsExpectedVersion != false);
            // What a cache answered neither confirms nor contradicts (S23).
            var counts = !readings.Any(reading => reading.IsFromCache);
            if (!agrees)
            {
                row.Clear();
            }
            else if (counts)
            {
                firstOfRow = row.Count == 0 ? clock.GetTimestamp() : firstOfRow;
                row.Add(readings);
            }

            Tell(ProgressKind.Detail, $"Read {rounds.Count}: {Join(readings)}", begun);
            var enough = row.Count >= policy.ConfirmingReads && clock.GetElapsedTime(firstOfRow) >= policy.ConfirmingTime;
            // While reads agree, only their number ends it: slow answers on a busy machine are not bad ones.
            if (enough || ((!agrees || !counts) && clock.GetElapsedTime(begun) >= policy.ConfirmingTime * 2))
            {
                break;
            }

            await Task.Delay(pause, clock, cancellationToken);
        }

        return Conclude(rollbackId, deployment, rounds, row, clock.GetElapsedTime(begun));
    }

    private VerificationResult Conclude(
        string? rollbackId,
        Deployment deployment,
        List<IReadOnlyList<ServedReading>> rounds,
        List<IReadOnlyList<ServedReading>> row,
        TimeSpan duration)
    {
        var last = rounds.Count == 0 ? [] : rounds[^1];
        var identity = IdentityOf(last, row);
        var confirmed = row.Count >= _context.Settings.Policy.ConfirmingReads;
        var checks = new List<VerificationCheck>();
        foreach (var address in last)
        {
            checks.Add(new VerificationCheck
            {
                Name = "Served version",
                Address = address.Address,
                Status = address.IsExpectedVersion switch
                {
                    true => VerificationStatus.Passed,
                    false => VerificationStatus.Failed,
                    null => VerificationStatus.Unverified,
                },
                Detail = $"{address.Address} {Stated(address, deployment)}",
            });
            checks.AddRange(address.Results.Select(result => new VerificationCheck
            {
                Name = $"Check {result.Name}",
                Address = result.Address,
                Status = result.Status switch
                {
                    CheckStatus.Passed => VerificationStatus.Passed,
                    CheckStatus.Failed => VerificationStatus.Failed,
                    _ => VerificationStatus.Unverified,
                },
                Detail = string.Create(CultureInfo.InvariantCulture,
                    $"{result.StatusCode?.ToString(CultureInfo.InvariantCulture) ?? "no answer"} in {result.Duration.TotalMilliseconds:0} ms, {Passed(rounds, result)}{(result.Reason is null ? "" : "; " + result.Reason)}"),
            }));
        }

        checks.Add(new VerificationCheck
        {
            Name = "Confirming reads",
            Status = rounds.Count == 0 ? VerificationStatus.Unverified
                : confirmed ? VerificationStatus.Passed : VerificationStatus.Failed,
            Detail = rounds.Count == 0
                ? "no address is configured"
                : string.Create(CultureInfo.InvariantCulture,
                    $"{row.Count} in a row of {rounds.Count} reads per address in {duration.TotalSeconds:0.0} s; {_context.Settings.Policy.ConfirmingReads} are needed"),
        });
        var status = rounds.Count == 0 || (last.Any(reading => reading.IsFromCache) && last.All(reading => reading.IsHealthy))
            ? VerificationStatus.Unverified
            : !confirmed || identity is ServedIdentity.Other or ServedIdentity.Partial ? VerificationStatus.Failed
            : identity == ServedIdentity.Unproven ? VerificationStatus.Unverified
            : VerificationStatus.Passed;
        return new VerificationResult
        {
            RollbackId = rollbackId,
            Project = _context.Settings.Project,
            Environment = _context.Settings.Environment,
            DeploymentId = deployment.Id,
            Window = VerificationWindow.Immediate,
            Status = status,
            Identity = identity,
            At = _context.Clock.GetUtcNow(),
            Duration = duration,
            ServedSince = last.Select(reading => reading.ServedSince).FirstOrDefault(since => since is not null),
            Checks = checks,
        };
    }

    private string Stated(ServedReading reading, Deployment deployment) => reading switch
    {
        { IsExpectedVersion: not null } => $"states {reading.ServedVersion}; expected {deployment.Id}",
        { ServedVersion: { } neither } when _files.Any(file => file.ProvesNothingBecause is null) =>
            $"serves {neither}, which is neither {deployment.Id}'s own nor the one before's",
        _ => string.Join("; ", _files
            .Where(file => file.ProvesNothingBecause is not null)
            .Select(file => file.ToString())
            .Prepend("states no version in a fresh answer")),
    };

    /// <summary>
    /// An address that states no version, even once in the confirming row, makes the whole unproven; only one that
    /// states another is evidence against it.
    /// </summary>
    private static ServedIdentity IdentityOf(
        IReadOnlyList<ServedReading> last, List<IReadOnlyList<ServedReading>> row)
    {
        var expected = last.Count(reading => reading.IsExpectedVersion == true);
        return last.Any(reading => reading.IsExpectedVersion == false)
            ? expected > 0 ? ServedIdentity.Partial : ServedIdentity.Other
            : expected > 0 && row.Count > 0 && row.All(readings => readings.All(reading => reading.IsExpectedVersion == true))
                ? ServedIdentity.Proven
                : ServedIdentity.Unproven;
    }

    private static string Passed(List<IReadOnlyList<ServedReading>> rounds, HealthCheckResult check)
    {
        var same = rounds
            .SelectMany(round => round.SelectMany(reading => reading.Results))
            .Where(result => result.Name == check.Name && result.Address == check.Address)
            .ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"passed {same.Count(result => result.Status == CheckStatus.Passed)} of {same.Count}");
    }

    private async Task<IReadOnlyList<ServedReading>> ReadAsync(
        Deployment deployment, CancellationToken cancellationToken, SyntheticChecks? synthetic = null) =>
        await Task.WhenAll(_context.Probe.Addresses.Select(async address =>
        {
            if (!_context.Probe.MakesWritingOnce)
            {
                return new ServedReading(address, await _context.Probe.ProbeAsync(address, deployment, _files, round: 1, cancellationToken));
            }

            var reading = new ServedReading(
                address, await _context.Probe.ProbeAsync(address, deployment, _files, writes: false, cancellationToken));
            // Only what looks well is worth a request that costs something.
            return synthetic is not null && reading.IsHealthy
                ? reading with { Results = [.. reading.Results, .. await synthetic.OfAsync(address, deployment, cancellationToken)] }
                : reading;
        }));

    private static string Join(IReadOnlyList<ServedReading> readings) => string.Join(", ", readings.Select(reading =>
        $"{reading.Address.Authority} {reading.ServedVersion ?? "(no version)"} {(reading.IsHealthy ? "healthy" : reading.Failures)}"));

    private void Tell(ProgressKind kind, string text, long begun) =>
        _tell(new RollbackProgress(kind, text, 0, 0, _context.Clock.GetElapsedTime(begun)));
}
