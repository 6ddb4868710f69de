using RollbackOps.Configuration;
using RollbackOps.Deployments;

namespace RollbackOps.Signals;

/// <summary>Probes a service as its settings say: every address, every check, in rounds.</summary>
internal sealed class ServiceProbe
{
    private readonly RollbackSettings _settings;
    private readonly IHealthProber _prober;
    private readonly ISecretSource _secrets;
    private readonly TimeProvider _clock;

    public ServiceProbe(RollbackSettings settings, IHealthProber prober, ISecretSource secrets, TimeProvider clock)
    {
        _settings = settings;
        _prober = prober;
        _secrets = secrets;
        _clock = clock;
    }

    /// <summary>Whether a check writes: it may cost money, and is made once in a window.</summary>
    public static bool Writes(HealthCheckSettings check) => check.Method is not ("GET" or "HEAD");

    /// <summary>
    /// Whether there are checks that write beside others, so that they can be made once: where nothing else tells whether the
    /// service works, they are made like any check.
    /// </summary>
    public bool MakesWritingOnce => _settings.Health.Checks.Any(Writes) && !_settings.Health.Checks.All(Writes);

    /// <summary>The production addresses.</summary>
    public IReadOnlyList<Uri> Addresses => _settings.Health.Addresses;

    /// <summary>Makes every check at one address once.</summary>
    public Task<IReadOnlyList<HealthCheckResult>> ProbeAsync(
        Uri address, Deployment? expected, int round, CancellationToken cancellationToken) =>
        ProbeAsync(address, expected, [], round, cancellationToken);

    /// <summary>Makes every check at one address once, build files among them.</summary>
    public Task<IReadOnlyList<HealthCheckResult>> ProbeAsync(
        Uri address,
        Deployment? expected,
        IReadOnlyList<BuildFile> files,
        int round,
        CancellationToken cancellationToken) =>
        ProbeAsync(address, own: null, expected, files, round, cancellationToken);

    /// <summary>Makes at one address once the checks that write, or those that do not.</summary>
    public Task<IReadOnlyList<HealthCheckResult>> ProbeAsync(
        Uri address, Deployment? expected, IReadOnlyList<BuildFile> files, bool writes, CancellationToken cancellationToken) =>
        ProbeAsync(address, own: null, expected, writes ? [] : files, round: 1, cancellationToken, check => Writes(check) == writes);

    /// <summary>Makes every check once at a deployment's own address, as its platform wants to be asked there (S6).</summary>
    public Task<IReadOnlyList<HealthCheckResult>> ProbeAsync(
        ITargetAddress own, Deployment? expected, int round, CancellationToken cancellationToken) =>
        ProbeAsync(own.Address, own, expected, [], round, cancellationToken);

    private async Task<IReadOnlyList<HealthCheckResult>> ProbeAsync(
        Uri address,
        ITargetAddress? own,
        Deployment? expected,
        IReadOnlyList<BuildFile> files,
        int round,
        CancellationToken cancellationToken,
        Func<HealthCheckSettings, bool>? wanted = null)
    {
        var headers = await ResolveAsync(_settings.Health.Headers, cancellationToken);
        if (own is { Headers.Count: > 0 })
        {
            headers = new Dictionary<string, string>(headers.Where(one => !own.Headers.ContainsKey(one.Key)).Concat(own.Headers), StringComparer.OrdinalIgnoreCase);
        }

        var checks = new List<HealthCheckSettings>();
        foreach (var check in _settings.Health.Checks.Where(check => wanted?.Invoke(check) != false))
        {
            checks.Add(check with { Headers = await ResolveAsync(check.Headers, cancellationToken) });
        }

        return await _prober.ProbeAsync(
            new ProbeRequest
            {
                Address = address,
                Checks = checks,
                Headers = headers,
                IsBehindPlatform = own?.IsBehindPlatform ?? false,
                Timeout = _settings.Health.Timeout,
                Expected = expected,
                Files = files,
                Round = round,
            },
            cancellationToken);
    }

    /// <summary>Makes every check at every production address once, all at the same time.</summary>
    public async Task<IReadOnlyList<HealthCheckResult>> ProbeAllAsync(
        Deployment? expected, int round, CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(
            Addresses.Select(address => ProbeAsync(address, expected, round, cancellationToken)));
        return [.. results.SelectMany(result => result)];
    }

    /// <summary>
    /// Rounds of probes for a hard signal (decisions.md §1): as many as the policy asks for, at least its interval
    /// apart; stops early once a round passes in full, since no signal can come of it any more.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<HealthCheckResult>> ProbeRoundsAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var round = 1; round <= _settings.Policy.ProbeRounds; round++)
        {
            var begun = _clock.GetTimestamp();
            var results = await ProbeAllAsync(expected: null, round, cancellationToken);
            yield return results;
            if (round == _settings.Policy.ProbeRounds || results.All(result => result.Status == CheckStatus.Passed))
            {
                yield break;
            }

            var rest = _settings.Policy.ProbeInterval - _clock.GetElapsedTime(begun);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, _clock, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Whether this machine can reach anything at all (decisions.md §1): an answer of any status proves it, a service
    /// on this machine needs no network, and otherwise the control address tells.
    /// </summary>
    public async Task<bool?> IsOnlineAsync(
        IReadOnlyList<HealthCheckResult> results, CancellationToken cancellationToken)
    {
        if (results.Any(result => result.StatusCode is not null) || results.All(result => result.Address.IsLoopback))
        {
            return true;
        }

        return _settings.Health.Control is { } control
            ? await _prober.AnswersAsync(control, _settings.Health.Timeout, cancellationToken)
            : null;
    }

    private async Task<IReadOnlyDictionary<string, string>> ResolveAsync(
        IReadOnlyDictionary<string, string> headers, CancellationToken cancellationToken)
    {
        if (headers.Count == 0)
        {
            return headers;
        }

        var resolved = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, reference) in headers)
        {
            resolved[name] = await _secrets.ResolveAsync(reference, cancellationToken);
        }

        return resolved;
    }
}
