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
            Take(isOffline ? [] : results.Where(result => result.Status != CheckStatus.NotProbed).Select(SeenRequest.Of), () =>
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
        var notes = Notes(_rounds, "rounds of probes", _notProbed);
        if (_offline > 0)
        {
            notes.Add($"{_offline} rounds without any answer are left out: this machine may be offline, health.control tells");
        }

        return new SourceReading
        {
            Measurements = [measurement with { Notes = notes }],
            Probes = [.. _last.SelectMany(round => round)],
        };
    }

    /// <summary>
    /// Probes that somebody made as one series: from the first to the end of the last; those that could not be made are left
    /// out.
    /// </summary>
    /// <param name="results">The probes; at least one.</param>
    /// <param name="slowLimit">An answer that takes longer is slow.</param>
    public static Measurement Measure(IReadOnlyList<HealthCheckResult> results, TimeSpan slowLimit)
    {
        var made = results.Where(result => result.Status != CheckStatus.NotProbed).ToList();
        var end = results.Max(result => result.At + result.Duration) + TimeSpan.FromTicks(1);
        var measured = SeenRequest.Measure(
            made.Select(SeenRequest.Of), "health checks", results.Min(result => result.At), end, slowLimit);
        return measured with { Notes = Notes(results.Count, "probes", results.Count - made.Count) };
    }

    private static List<string> Notes(int count, string what, int notProbed)
    {
        var notes = new List<string> { $"{count} {what} of our own; users' requests are not in it" };
        if (notProbed > 0)
        {
            notes.Add($"{notProbed} checks could not be made and are left out");
        }

        return notes;
    }
}
