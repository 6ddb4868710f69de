using RollbackOps.Decisions;
using RollbackOps.Deployments;

namespace RollbackOps.Watching;

/// <summary>Tells each change once.</summary>
internal sealed class WatchTeller
{
    // More deployments than are ever followed at a time.
    private const int Most = 100;
    private const string Platform = "the platform";

    private readonly RollbackContext _context;
    private readonly WatchRequest _request;
    private readonly Action<WatchState> _give;
    private readonly long _begun;
    private readonly object _gate = new();
    private readonly Dictionary<string, string> _last = new(StringComparer.Ordinal);

    public WatchTeller(RollbackContext context, WatchRequest request, Action<WatchState> give)
    {
        (_context, _request, _give) = (context, request, give);
        _begun = context.Clock.GetTimestamp();
    }

    /// <summary>Since the watch began.</summary>
    public TimeSpan Elapsed => _context.Clock.GetElapsedTime(_begun);

    /// <summary>Tells a change.</summary>
    /// <param name="phase">How far it came.</param>
    /// <param name="deployment">The deployment, or null.</param>
    /// <param name="detail">What happened, in a sentence.</param>
    /// <param name="fill">Adds what else is to be told, or null.</param>
    /// <param name="key">What makes it another one than the one before; by default the sentence.</param>
    public void Tell(WatchPhase phase, Deployment? deployment, string detail, Func<WatchState, WatchState>? fill = null, string? key = null)
    {
        lock (_gate)
        {
            var about = phase == WatchPhase.Unseen ? Platform : deployment?.Id ?? string.Empty;
            var now = $"{phase} {key ?? detail}";
            if (_last.GetValueOrDefault(about) == now)
            {
                return;
            }

            if (_last.Count > Most)
            {
                _last.Clear();
            }

            _last[about] = now;
            var state = new WatchState
            {
                At = _context.Clock.GetUtcNow(),
                Elapsed = Elapsed,
                Project = _context.Settings.Project,
                Environment = _context.Settings.Environment,
                Phase = phase,
                Deployment = deployment,
                Detail = _context.Redactor.Redact(Inert.Text(detail)),
                Automatic = Automatic(deployment),
            };
            _give(fill is null ? state : fill(state));
        }
    }

    /// <summary>The platform is seen again: if it is not, later, that is told anew.</summary>
    public void Seen()
    {
        lock (_gate)
        {
            _last.Remove(Platform);
        }
    }

    /// <summary>Whether it would act now, whatever it saw.</summary>
    private string Automatic(Deployment? deployment) =>
        !_request.RollbackOnFailure ? "no: it only looks"
        : _request.IsPreview ? "no: nothing is written (-WhatIf)"
        : AutomaticGuard.Read(_context, deployment?.Id).Forbids(_context.Clock.GetUtcNow()) is { } why ? $"no: {why}"
        : "yes";
}
