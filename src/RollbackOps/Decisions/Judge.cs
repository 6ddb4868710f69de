using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Decisions;

/// <summary>Gathers what a verdict needs and judges.</summary>
internal sealed class Judge
{
    private readonly RollbackContext _context;
    private readonly Action<IReadOnlyList<HealthCheckResult>> _tell;

    public Judge(RollbackContext context, Action<IReadOnlyList<HealthCheckResult>> tell)
    {
        _context = context;
        _tell = tell;
    }

    /// <summary>When what is live went live, where it was stated; otherwise what the platform says.</summary>
    public DateTimeOffset? GoLive { get; init; }

    /// <summary>Judges one project and environment.</summary>
    /// <param name="deployments">The current one and the candidates, as far as given; with none, the history is read.</param>
    /// <param name="measurements">What was measured.</param>
    /// <param name="signals">Hard signals that are stated.</param>
    /// <param name="prior">What was decided before, or null.</param>
    /// <param name="cancellationToken">Stops probing.</param>
    public async Task<RollbackDecision> JudgeAsync(
        IReadOnlyList<Deployment> deployments,
        IReadOnlyList<Measurement> measurements,
        IReadOnlyList<HardSignal> signals,
        PriorState? prior,
        CancellationToken cancellationToken)
    {
        var (current, target) = deployments.Count > 0
            ? await ChooseAsync(deployments, cancellationToken)
            : await ReadAsync(cancellationToken);
        var probes = new List<HealthCheckResult>();
        // With nothing given, the environment's configured signals are read: its health checks.
        var isProbed = measurements.Count == 0 && signals.Count == 0 && _context.Probe.Addresses.Count > 0;
        if (isProbed)
        {
            await foreach (var round in _context.Probe.ProbeRoundsAsync(cancellationToken))
            {
                probes.AddRange(round);
                _tell(round);
            }
        }

        var inputs = new DecisionInputs
        {
            At = _context.Clock.GetUtcNow(),
            Policy = _context.Settings.Policy,
            Current = current,
            Target = target,
            GoLive = GoLive ?? current?.LastServedAt,
            Measurements = measurements,
            Probes = probes,
            IsProberOnline = isProbed ? await _context.Probe.IsOnlineAsync(probes, cancellationToken) : null,
            Signals = signals,
            Prior = prior,
        };
        return DecisionRule.Decide(_context.Settings.Project, _context.Settings.Environment, inputs);
    }

    /// <summary>Judges a decision again that has become too old: what was stated stands, what was measured is read anew.</summary>
    public Task<RollbackDecision> JudgeAgainAsync(RollbackDecision decision, CancellationToken cancellationToken) =>
        JudgeAsync([], [], decision.Inputs.Signals, decision.Inputs.Prior, cancellationToken);

    private static async Task<(Deployment? Current, Deployment? Target)> ChooseAsync(
        IReadOnlyList<Deployment> deployments, CancellationToken cancellationToken)
    {
        if (deployments.FirstOrDefault(deployment => deployment.IsCurrent) is not { } current)
        {
            return (null, null);
        }

        var newestFirst = deployments.OrderByDescending(deployment => deployment.CreatedAt);
        return (current, await TargetSelection.ChooseAsync(Given(newestFirst), current, cancellationToken));
    }

    private async Task<(Deployment? Current, Deployment? Target)> ReadAsync(CancellationToken cancellationToken)
    {
        var history = await _context.OpenHistoryAsync(_context.ReadLedger(), cancellationToken);
        return await history.FindCurrentAsync() is { } current
            ? (current, await history.ChooseTargetAsync(cancellationToken))
            : (null, null);
    }

    private static async IAsyncEnumerable<Deployment> Given(IEnumerable<Deployment> deployments)
    {
        foreach (var deployment in deployments)
        {
            yield return deployment;
        }

        await Task.CompletedTask;
    }
}
