namespace RollbackOps.Decisions;

/// <summary>A look of a watch.</summary>
/// <param name="Decision">What it came to.</param>
/// <param name="Elapsed">Since the watch began.</param>
/// <param name="End">When the watch ends at the latest, from its begin.</param>
internal sealed record WatchLook(RollbackDecision Decision, TimeSpan Elapsed, TimeSpan End);

/// <summary>
/// Looks every 10 s for the tier's own window (the procedure: 30-60 s at Assess, 2-5 min at Monitor), and ends early when
/// the verdict is decisive. It judges and keeps; it never acts.
/// </summary>
internal sealed class VerdictWatch
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);

    private readonly RollbackContext _context;
    private readonly Func<CancellationToken, Task<RollbackDecision>> _look;
    private readonly Action<WatchLook> _tell;
    private readonly Action<string> _warn;

    public VerdictWatch(
        RollbackContext context,
        Func<CancellationToken, Task<RollbackDecision>> look,
        Action<WatchLook> tell,
        Action<string> warn)
    {
        _context = context;
        _look = look;
        _tell = tell;
        _warn = warn;
    }

    /// <summary>The verdict of the last look, or null before the first.</summary>
    public RollbackDecision? Last { get; private set; }

    /// <summary>Looks until the verdict is decisive or the time is over.</summary>
    /// <param name="length">How long to look at most; null for the window of the tier.</param>
    /// <param name="cancellationToken">Ends it at once; <see cref="Last"/> stays.</param>
    public async Task<RollbackDecision> RunAsync(TimeSpan? length, CancellationToken cancellationToken)
    {
        var begin = _context.Clock.GetTimestamp();
        var (tier, since) = (default(Verdict?), TimeSpan.Zero);
        while (true)
        {
            var decision = await _look(cancellationToken);
            var elapsed = _context.Clock.GetElapsedTime(begin);
            // Once is enough: a folder that cannot be written stays so.
            if (KeptVerdict.Keep(_context, decision) is { } failure && Last is null)
            {
                _warn(failure);
            }

            Last = decision;
            (tier, since) = decision.Verdict == tier ? (tier, since) : (decision.Verdict, elapsed);
            var end = length ?? since + Window(decision);
            _tell(new WatchLook(decision, elapsed, end));
            if (IsDecisive(decision, isTimed: length is not null) || elapsed >= end)
            {
                return decision;
            }

            var next = end - elapsed < s_pause ? end - elapsed : s_pause;
            await Task.Delay(next, _context.Clock, cancellationToken);
        }
    }

    /// <summary>Whether nothing more is to be awaited; who asks for a time wants to see it through while all is well.</summary>
    private static bool IsDecisive(RollbackDecision decision, bool isTimed) => decision.IsAutomatic || decision.Verdict switch
    {
        Verdict.RollBack or Verdict.RollbackWouldNotHelp => true,
        Verdict.FixForward => !isTimed,
        _ => false,
    };

    private TimeSpan Window(RollbackDecision decision) =>
        decision.TimeToDecide is { } time && time > TimeSpan.Zero ? time : _context.Settings.Policy.MonitorTimeToDecide;
}
