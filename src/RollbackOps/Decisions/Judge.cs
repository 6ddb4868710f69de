using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Decisions;

/// <summary>Gathers what a verdict needs and judges. One judge for all looks of a watch.</summary>
internal sealed class Judge
{
    private readonly RollbackContext _context;
    private readonly Action<IReadOnlyList<HealthCheckResult>> _tell;
    private (string Id, TargetProbe Probe)? _probed;
    private RollbackDecision? _last;

    public Judge(RollbackContext context, Action<IReadOnlyList<HealthCheckResult>> tell)
    {
        _context = context;
        _tell = tell;
    }

    /// <summary>When what is live went live, where it was stated; otherwise what the platform says.</summary>
    public DateTimeOffset? GoLive { get; init; }

    /// <summary>Is told what goes on.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>Sources that are read for every look, beside what was given.</summary>
    public IReadOnlyList<IMeasurementSource> Sources { get; init; } = [];

    /// <summary>Whether the health checks are made for every look, whatever else is measured.</summary>
    public bool ProbesAlways { get; init; }

    /// <summary>Judges one project and environment.</summary>
    /// <param name="deployments">The current one and the candidates, as far as given; with none, the history is read.</param>
    /// <param name="measurements">What was measured.</param>
    /// <param name="signals">Hard signals that are stated.</param>
    /// <param name="prior">What was decided before, or null for what this judge or a watch came to last.</param>
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
        var goLive = GoLive ?? current?.LastServedAt;
        // With nothing given, the environment's configured signals are read: its health checks and its metrics.
        var isConfigured = measurements.Count == 0 && signals.Count == 0 && Sources.Count == 0;
        var sources = isConfigured && _context.Metrics is not null ? [new MetricsSource(_context)] : Sources;
        await using var sideBySide = new SideBySide(cancellationToken);
        var reading = sideBySide.Begin(token => SourceReading.OfAsync(sources, goLive, token));
        var probes = isConfigured || ProbesAlways ? await ProbeAsync(cancellationToken) : [];
        var read = await reading;
        List<Measurement> measured = [.. measurements, .. read.Measurements];
        // Its traffic is the deployment before's: a fix that went live a moment ago is not to be judged by what it mends.
        bool IsOfBefore(Measurement one) => one.Cells.Count > 0 && one.To <= goLive;
        var guard = AutomaticGuard.Read(_context, current?.Id);
        var inputs = new DecisionInputs
        {
            At = _context.Clock.GetUtcNow(),
            Policy = _context.Settings.Policy,
            Current = current,
            Target = target,
            GoLive = goLive,
            Baseline = read.Baseline,
            Measurements = [.. measured.Where(one => !IsOfBefore(one))],
            Unreadable = [.. read.Unreadable, .. measured.Where(IsOfBefore).Select(one => $"{one.Source} ends before {goLive:HH:mm:ss} UTC, when what is live went live")],
            Probes = [.. probes, .. read.Probes],
            IsProberOnline = await IsOnlineAsync([.. probes, .. read.Probes], cancellationToken),
            IsAutomaticOff = guard.IsOff,
            IsLastRollbackFutile = guard.IsFutile,
            IsIncidentSpent = guard.IsSpent,
            Signals = signals,
            Prior = (prior ?? Prior(current)) is var before && (before is not null || guard.LastAct is not null)
                ? (before ?? new PriorState()) with { LastAutomaticAct = guard.LastAct ?? before?.LastAutomaticAct }
                : null,
        };
        return _last = await WeighAsync(inputs, cancellationToken);
    }

    /// <summary>Judges a decision again that has become too old: what was stated stands, what was measured is read anew.</summary>
    public Task<RollbackDecision> JudgeAgainAsync(RollbackDecision decision, CancellationToken cancellationToken) =>
        JudgeAsync([], [], decision.Inputs.Signals, decision.Inputs.Prior, cancellationToken);

    /// <summary>
    /// Judges, and where it is serious, asks what only then is worth its time: the service, for traffic that may be one
    /// client's (decisions.md §5 (d)), and the target at its own address (S6).
    /// </summary>
    private async Task<RollbackDecision> WeighAsync(DecisionInputs inputs, CancellationToken cancellationToken)
    {
        var decision = Decide(inputs);
        if (decision.Severity is not (Severity.P1 or Severity.P2))
        {
            return decision;
        }

        var isMeasured = inputs.Probes.Count == 0 && inputs.Measurements.Any(measurement => measurement.Cells.Count > 0);
        if (isMeasured && await ProbeAsync(cancellationToken) is { Count: > 0 } probes)
        {
            inputs = inputs with { Probes = probes, IsProberOnline = await IsOnlineAsync(probes, cancellationToken) };
        }

        if (inputs.Target is { } target)
        {
            var probe = await ProbeTargetAsync(target, cancellationToken);
            inputs = inputs with { TargetProbe = probe.Status, TargetProbeDetail = probe.Detail };
        }

        return Decide(inputs);
    }

    private RollbackDecision Decide(DecisionInputs inputs) =>
        DecisionRule.Decide(_context.Settings.Project, _context.Settings.Environment, inputs);

    private async Task<List<HealthCheckResult>> ProbeAsync(CancellationToken cancellationToken)
    {
        var probes = new List<HealthCheckResult>();
        if (_context.Probe.Addresses.Count > 0)
        {
            await foreach (var round in _context.Probe.ProbeRoundsAsync(cancellationToken))
            {
                probes.AddRange(round);
                _tell(round);
            }
        }

        return probes;
    }

    private async Task<bool?> IsOnlineAsync(List<HealthCheckResult> probes, CancellationToken cancellationToken) =>
        probes.Count > 0 ? await _context.Probe.IsOnlineAsync(probes, cancellationToken) : null;

    /// <summary>Once for a target: starting it at each look of a watch would be a load of its own.</summary>
    private async Task<TargetProbe> ProbeTargetAsync(Deployment target, CancellationToken cancellationToken)
    {
        if (_probed is not { } known || known.Id != target.Id)
        {
            try
            {
                known = (target.Id, await new TargetProber(_context, Say).ProbeAsync(target, cancellationToken, readsContents: false));
            }
            catch (RollbackOpsException unable)
            {
                known = (target.Id, TargetProber.NotProbed(unable.Message));
            }

            _probed = known;
        }

        return known.Probe;
    }

    private PriorState? Prior(Deployment? current) => _last is { } last && last.Current?.Id == current?.Id
        ? last.Next
        : KeptVerdict.Prior(_context, current?.Id);

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
