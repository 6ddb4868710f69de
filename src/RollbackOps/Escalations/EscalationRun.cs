using System.Collections.Concurrent;
using RollbackOps.Rollbacks;

namespace RollbackOps.Escalations;

/// <summary>Stays with an escalation: looks, calls, listens, and says what is new.</summary>
internal sealed class EscalationRun
{
    /// <summary>Between two looks at the clock and the journal: a timer is exact to less than a second.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan s_renewal = TimeSpan.FromSeconds(30);

    private readonly RollbackContext _context;
    private readonly EscalationSession _session;
    private readonly ILease? _lease;
    private readonly EscalationCalls? _calls;
    private readonly AcknowledgementWatch? _watch;

    /// <param name="context">The project.</param>
    /// <param name="session">The escalation.</param>
    /// <param name="lease">That this process alone runs it; null where it could not be written.</param>
    /// <param name="calls">Makes the calls; null where no channel is configured.</param>
    /// <param name="watch">Listens; null where no channel is configured.</param>
    public EscalationRun(RollbackContext context, EscalationSession session, ILease? lease, EscalationCalls? calls, AcknowledgementWatch? watch) =>
        (_context, _session, _lease, _calls, _watch) = (context, session, lease, calls, watch);

    /// <summary>What a person at the prompt said, to be recorded.</summary>
    public ConcurrentQueue<EscalationStep> Said { get; } = new();

    /// <summary>Runs until its end.</summary>
    /// <param name="emit">Is given each step; must return at once.</param>
    /// <param name="show">Is called about four times a second, to show how it stands; must return at once.</param>
    /// <param name="end">How long to stay.</param>
    /// <param name="cancellationToken">Leaves it as it is; it can be taken up.</param>
    public async Task RunAsync(Action<EscalationStep> emit, Action<EscalationSession> show, EscalationEnd end, CancellationToken cancellationToken)
    {
        var renewAt = _context.Clock.GetUtcNow() + s_renewal;
        TakeUp();
        if (_watch is not null && _session.State.IsAccepted)
        {
            // PagerDuty calls, and this process has nothing to wait for unless somebody acknowledged there.
            await _watch.LookOnceAsync(_session.State);
        }

        while (true)
        {
            await LookAsync(emit);
            show(_session);
            if (IsAtItsEnd(end))
            {
                break;
            }

            if (_context.Clock.GetUtcNow() >= renewAt)
            {
                Renew();
                renewAt += s_renewal;
            }

            await Task.Delay(Pause(), _context.Clock, cancellationToken);
        }

        if (_calls is not null)
        {
            await _calls.SettleAsync(end == EscalationEnd.Now ? _context.Settings.Notifications.Budget : TimeSpan.Zero, cancellationToken);
            await LookAsync(emit);
        }
    }

    /// <summary>The operating system's lock is what guards on this machine; a lease that has no room to be renewed stops no call.</summary>
    private void Renew()
    {
        try
        {
            _lease?.Renew("Escalate", s_renewal);
        }
        catch (RollbackOpsException full) when (full.Id == ErrorId.StateUnusable)
        {
        }
    }

    private async Task LookAsync(Action<EscalationStep> emit)
    {
        Record();
        var news = _session.Look();
        foreach (var step in news)
        {
            emit(step);
        }

        if (_watch is not null)
        {
            _watch.State = _session.State;
        }

        if (_calls is null)
        {
            return;
        }

        if (_session.State.IsOver || _session.State.Acknowledged is not null)
        {
            await _calls.StopAsync();
            return;
        }

        foreach (var call in news.Where(step => step.Kind is EscalationStepKind.Called or EscalationStepKind.HandedOver))
        {
            _calls.Make(_session.State, call, UntilOf(call), mayHaveArrived: false);
        }
    }

    /// <summary>Writes down what happened beside the chain; what comes too late to matter is left out.</summary>
    private void Record()
    {
        while (_calls?.Outcomes.TryDequeue(out var outcome) == true)
        {
            _session.Append(outcome);
        }

        while (Said.TryDequeue(out var said))
        {
            _session.Append(said);
        }

        while (_watch?.Seen.TryDequeue(out var seen) == true)
        {
            if (_session.State.Acknowledged is null)
            {
                _session.Append(seen);
                _session.Refresh();
            }
        }
    }

    /// <summary>The calls of the turn that is under way may not have been made: the process that recorded them died.</summary>
    private void TakeUp()
    {
        var state = _session.State;
        if (state.IsOver || state.Acknowledged is not null)
        {
            return;
        }

        var turn = state.OpenCalls.LastOrDefault();
        foreach (var call in state.OpenCalls.Where(call => call.Round == turn!.Round && call.DueAt == turn.DueAt))
        {
            var settled = state.Steps.Where(step => step.Call == call.Call && step.Kind is EscalationStepKind.Reached or EscalationStepKind.Unreached)
                .SelectMany(step => step.Channels);
            if (call.Channels.Except(settled, StringComparer.OrdinalIgnoreCase).Any()
                && (UntilOf(call) is not { } until || until > _context.Clock.GetUtcNow()))
            {
                _calls?.Make(state, call, UntilOf(call), mayHaveArrived: true);
            }
        }
    }

    /// <summary>How long a call is of use: until the next one is due. What is handed over is, as long as it takes.</summary>
    private DateTimeOffset? UntilOf(EscalationStep call) => call.Kind == EscalationStepKind.HandedOver
        ? null
        : _session.Chain.Following(new ChainSlot(call.Round, _session.Chain.PlaceOf(call.Level), call.DueAt ?? call.At)).At;

    private bool IsAtItsEnd(EscalationEnd end) => _session.State.IsOver || _session.Next is null
        || (end == EscalationEnd.Acknowledged && _session.State.Acknowledged is not null)
        || end == EscalationEnd.Now;

    private TimeSpan Pause() => _session.Next is { } next && next.At - _context.Clock.GetUtcNow() is var left && left < s_pause
        ? left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1)
        : s_pause;
}
