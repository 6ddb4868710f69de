using RollbackOps.Decisions;
using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Watching;

/// <summary>
/// The first time of a deployment that is live: its health checks are made every few seconds, and the whole verdict every ten
/// (decisions.md §1), or at once when a check fails.
/// </summary>
internal sealed class Bake : IAsyncDisposable
{
    private static readonly TimeSpan s_betweenVerdicts = TimeSpan.FromSeconds(10);

    private readonly RollbackContext _context;
    private readonly WatchRequest _request;
    private readonly IReadOnlyList<IMeasurementSource> _sources;
    private readonly Judge _judge;
    private bool _wasSerious;
    private long? _judgedAt;
    private long? _restsSince;

    /// <param name="context">The project.</param>
    /// <param name="request">What is watched.</param>
    /// <param name="deployment">What is live.</param>
    /// <param name="target">What a rollback would choose, or null.</param>
    /// <param name="liveAt">Since when it is live.</param>
    /// <param name="say">Told what goes on.</param>
    public Bake(
        RollbackContext context, WatchRequest request, Deployment deployment, Deployment? target, DateTimeOffset liveAt, Action<string> say)
    {
        (_context, _request, Deployment, Target, LiveAt) = (context, request, deployment with { IsCurrent = true }, target, liveAt);
        // Opened for this deployment alone: a live tail is one deployment's, and what it gathered ends with it.
        _sources = [.. request.Sources.Select(source => MeasurementSources.Open(source, context))];
        _judge = new Judge(context, _ => { }) { GoLive = liveAt, Say = say, Sources = _sources, ProbesAlways = true };
    }

    public Deployment Deployment { get; }

    /// <summary>What a rollback would choose, as far as it could be read.</summary>
    public Deployment? Target { get; set; }

    public DateTimeOffset LiveAt { get; }

    public DateTimeOffset Until => LiveAt + _request.Bake;

    /// <summary>The last verdict, or null before the first.</summary>
    public RollbackDecision? Last { get; private set; }

    /// <summary>
    /// Whether it was measured to be well, and never anything serious: a sample that carries "not worse" (S1). Passing probes
    /// alone prove nothing.
    /// </summary>
    public bool IsProven => Last?.Verdict == Verdict.FixForward && !_wasSerious;

    /// <summary>What was refused last of it, so that the same is not told again at every look.</summary>
    public string? Refused { get; set; }

    /// <summary>Makes the next look wait as long as a verdict does.</summary>
    public void Rest() => _restsSince = _context.Clock.GetTimestamp();

    /// <summary>Looks.</summary>
    /// <param name="isLast">Whether it is the last look, which is a verdict in any case.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A new verdict, or null where there is nothing new.</returns>
    public async Task<RollbackDecision?> LookAsync(bool isLast, CancellationToken cancellationToken)
    {
        var isDue = isLast || IsOver(_judgedAt);
        if (!isDue && (!IsOver(_restsSince) || await PassesAsync(cancellationToken)))
        {
            return null;
        }

        _judgedAt = _context.Clock.GetTimestamp();
        var measured = _request.Measure is null ? [] : await _request.Measure(cancellationToken);
        Last = await _judge.JudgeAsync(
            Target is { } target ? [Deployment, target] : [Deployment], measured, [], prior: null, cancellationToken);
        _wasSerious |= Last.Severity is Severity.P1 or Severity.P2;
        if (_request.Writes)
        {
            // What the next look after a restart is to know; where it cannot be kept, that look begins anew.
            KeptVerdict.Keep(_context, Last);
        }

        return Last;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
        {
            await source.DisposeAsync();
        }
    }

    private bool IsOver(long? since) => since is not { } moment || _context.Clock.GetElapsedTime(moment) >= s_betweenVerdicts;

    /// <summary>One round; a check that writes is left to the verdict's own.</summary>
    private async Task<bool> PassesAsync(CancellationToken cancellationToken)
    {
        var probe = _context.Probe;
        var results = await Task.WhenAll(probe.Addresses.Select(address => probe.MakesWritingOnce
            ? probe.ProbeAsync(address, expected: null, files: [], writes: false, cancellationToken)
            : probe.ProbeAsync(address, expected: null, round: 1, cancellationToken)));
        return results.All(round => round.All(result => result.Status != CheckStatus.Failed));
    }
}
