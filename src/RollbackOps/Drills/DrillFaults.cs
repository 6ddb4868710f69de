using RollbackOps.Rollbacks;

namespace RollbackOps.Drills;

/// <summary>
/// Makes the faults of a drill with chaos, one after the other, and answers each as the product's own next step says: wait, plan
/// again, run the activation command again, resume.
/// </summary>
internal sealed class DrillFaults
{
    private static readonly TimeSpan s_off = TimeSpan.FromHours(2);

    /// <summary>Those first that are over before anything is switched.</summary>
    private static readonly DrillChaosKind[] s_order =
    [
        DrillChaosKind.NewDeployment, DrillChaosKind.ClockJump, DrillChaosKind.Conflict, DrillChaosKind.RateLimited, DrillChaosKind.Killed,
        DrillChaosKind.ServerError, DrillChaosKind.TimedOut, DrillChaosKind.HalfMoved,
    ];

    private readonly TimeProvider _clock;
    private readonly object _gate = new();
    private readonly List<DrillChaosKind> _left;
    private readonly List<(DrillChaosKind Kind, DateTimeOffset At, string Detail)> _made = [];
    private string? _building;
    private DateTimeOffset? _over;

    /// <param name="wanted">The faults to make.</param>
    /// <param name="clock">The drill's clock.</param>
    public DrillFaults(IReadOnlyList<DrillChaosKind> wanted, TimeProvider clock)
    {
        _clock = clock;
        _left = [.. s_order.Where(wanted.Contains)];
        Clock = new ShiftedClock(clock);
    }

    /// <summary>The rollback's own clock.</summary>
    public ShiftedClock Clock { get; }

    /// <summary>What was made, and whether the rollback came to its end all the same.</summary>
    public IReadOnlyList<DrillChaos> Made
    {
        get
        {
            lock (_gate)
            {
                return
                [
                    .. _made.Select(one => new DrillChaos
                    {
                        Kind = one.Kind,
                        IsRecovered = _over is not null,
                        Recovery = _over - one.At,
                        Detail = one.Detail,
                    }),
                ];
            }
        }
    }

    /// <summary>The fault of a platform's effect, or null.</summary>
    /// <param name="step">The effect.</param>
    /// <param name="ground">Where a restart is made by halves.</param>
    public DrillChaosKind? Next(StepKind step, IDrillGround ground)
    {
        if (step == StepKind.Activate && Take(DrillChaosKind.HalfMoved, "at the restart"))
        {
            ground.HalveNextRestart();
            return null;
        }

        if (step == StepKind.Activate && Take(DrillChaosKind.TimedOut, "at the restart"))
        {
            // Behind an answer that never came, a restart that reached one address of two: what is served tells.
            if (Take(DrillChaosKind.HalfMoved, "at the restart"))
            {
                ground.HalveNextRestart();
            }

            return DrillChaosKind.TimedOut;
        }

        DrillChaosKind[] kinds = step == StepKind.Switch
            ? [DrillChaosKind.Conflict, DrillChaosKind.RateLimited, DrillChaosKind.ServerError, DrillChaosKind.TimedOut]
            : step is StepKind.Pin or StepKind.Activate ? [DrillChaosKind.ServerError] : [];
        foreach (var kind in kinds)
        {
            if (Take(kind, $"at {step}"))
            {
                return kind;
            }
        }

        return null;
    }

    /// <summary>Called between plan and act; makes what belongs there.</summary>
    public async Task BeforeAsync(IDrillGround ground, CancellationToken cancellationToken)
    {
        if (Take(DrillChaosKind.NewDeployment, "between plan and act"))
        {
            _building = await ground.BeginDeploymentAsync(cancellationToken);
        }
        else if (Take(DrillChaosKind.ClockJump, "between plan and act, two hours forward"))
        {
            Clock.Shift(s_off);
        }
    }

    /// <summary>Whether this rollback is to be run by another process, which is killed at the restart.</summary>
    public bool KillsNext() => Take(DrillChaosKind.Killed, "between the switch and the restart");

    /// <summary>Does what the refusal asks for; gives whether it comes of a fault that was made.</summary>
    public bool Mend(RollbackOpsException refusal, IDrillGround ground)
    {
        switch (refusal.Id)
        {
            case ErrorId.DeploymentInFlight when _building is { } building:
                ground.EndDeployment(building);
                _building = null;
                return true;
            case ErrorId.PlanExpired or ErrorId.LeaseHeld:
                Clock.Shift(TimeSpan.Zero);
                return true;
            case ErrorId.PlatformBusy or ErrorId.RateLimited or ErrorId.PlatformUnavailable or ErrorId.OutcomeUnknown or ErrorId.WorldChanged:
                return true;
            default:
                return false;
        }
    }

    /// <summary>Notes that the rollback came to its end.</summary>
    public void Settle(RollbackResult result)
    {
        if (result.Status == RollbackStatus.Succeeded)
        {
            _over = _clock.GetUtcNow();
        }
    }

    /// <summary>Whether it is a fault's turn; each is made once, in order.</summary>
    private bool Take(DrillChaosKind kind, string where)
    {
        lock (_gate)
        {
            if (_left.Count == 0 || _left[0] != kind)
            {
                return false;
            }

            _left.RemoveAt(0);
            _made.Add((kind, _clock.GetUtcNow(), where));
            return true;
        }
    }
}
