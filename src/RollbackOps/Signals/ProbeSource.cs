namespace RollbackOps.Signals;

/// <summary>
/// The configured health checks as a series: a round every probe interval, each check at each address a request. They are
/// our own and stand beside the users' traffic, never in it (decisions.md §1).
/// </summary>
internal sealed class ProbeSource(RollbackContext context) : LiveSource(context)
{
    private readonly List<IReadOnlyList<HealthCheckResult>> _last = [];
    private int _rounds;
    private int _offline;
    private int _notProbed;

    public override string Name => "health checks";

    protected override Task BeginAsync(CancellationToken cancellationToken) => Context.Probe.Addresses.Count > 0
        ? Task.CompletedTask
        : throw new RollbackOpsException(ErrorId.InvalidArgument,
            "No address is configured that could be probed.", "Set health.addresses in rollback.json.");

    protected override async Task GatherAsync(CancellationToken cancellationToken)
    {
        var policy = Context.Settings.Policy;
        for (var round = 1; ; round++)
        {
            var begun = Context.Clock.GetTimestamp();
            var results = await Context.Probe.ProbeAllAsync(expected: null, round, cancellationToken);
            // Nothing answers, and it may be this machine that is cut off: that is no outage of the service's.
            var isOffline = results.All(result => result.StatusCode is null)
                && await Context.Probe.IsOnlineAsync(results, cancellationToken) != true;
            Take(isOffline ? [] : results.Where(result => result.Status != CheckStatus.NotProbed).Select(Seen), () =>
            {
                _rounds++;
                _offline += isOffline ? 1 : 0;
                _notProbed += results.Count(result => result.Status == CheckStatus.NotProbed);
                _last.Add(results);
                if (_last.Count > policy.ProbeRounds)
                {
                    _last.RemoveAt(0);
                }
            });
            var rest = policy.ProbeInterval - Context.Clock.GetElapsedTime(begun);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, Context.Clock, cancellationToken);
            }
        }
    }

    protected override SourceReading Complete(Measurement measurement)
    {
        var notes = new List<string> { $"{_rounds} rounds of our own probes; users' requests are not in it" };
        if (_offline > 0)
        {
            notes.Add($"{_offline} rounds without any answer are left out: this machine may be offline, health.control tells");
        }

        if (_notProbed > 0)
        {
            notes.Add($"{_notProbed} checks could not be made and are left out");
        }

        return new SourceReading
        {
            Measurements = [measurement with { Notes = notes }],
            Probes = [.. _last.SelectMany(round => round)],
        };
    }

    /// <summary>A check that fails is an error, whatever the status it fails with.</summary>
    private static SeenRequest Seen(HealthCheckResult result) => new(
        result.At,
        result.Status == CheckStatus.Passed ? 200 : result.StatusCode is null ? 0 : 500,
        (long)result.Duration.TotalMicroseconds,
        result.Address.AbsolutePath);
}
