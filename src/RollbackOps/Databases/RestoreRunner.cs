using RollbackOps.Rollbacks;

namespace RollbackOps.Databases;

/// <summary>Runs restores, one at a time with rollbacks (S8), and takes up what a crash left.</summary>
internal sealed class RestoreRunner
{
    private static readonly TimeSpan s_planLifetime = TimeSpan.FromMinutes(10);

    private readonly DatabaseContext _context;
    private readonly Action<RollbackProgress> _tell;

    public RestoreRunner(DatabaseContext context, Action<RollbackProgress> tell)
    {
        _context = context;
        _tell = tell;
    }

    /// <summary>The restore that was cut off and is to be taken up first, or null.</summary>
    public RestoreAttempt? Unfinished => RestoreLedger.From(_context.Journal.Read()).Unfinished;

    /// <summary>Runs a plan.</summary>
    /// <exception cref="RollbackOpsException">A rule forbids it; nothing was changed.</exception>
    public async Task<DatabaseRestoreResult> RunAsync(DatabaseRestorePlan plan, CancellationToken cancellationToken)
    {
        using var lease = _context.Context.TakeLease(plan.Id, "preflight", _tell);
        if (_context.Clock.GetUtcNow() > plan.CreatedAt + s_planLifetime)
        {
            throw new RollbackOpsException(ErrorId.PlanExpired,
                $"The plan was made at {plan.CreatedAt:u} and is older than {s_planLifetime.TotalMinutes:0} minutes.",
                "Call it again; the world may have changed.", plan);
        }

        // Between the plan and the lease somebody else may have been at it (S10).
        if (RestoreLedger.From(_context.Journal.Read()).Attempts is [.., var last] && (last.StartedAt > plan.CreatedAt || last.Finished is null))
        {
            throw new RollbackOpsException(ErrorId.WorldChanged,
                $"{last.Owner} began {last.Plan.Id} after this was planned.", "Look at what became of it, then call it again.", plan);
        }

        var recorder = new RestoreRecorder(_context, plan, lease, _tell);
        recorder.Started();
        await using var run = new RestoreRun(_context, plan, recorder);
        return await run.CarryOutAsync(cancellationToken);
    }

    /// <summary>
    /// Takes up a restore that was cut off: after its swap it is finished, before it everything is put back (S16).
    /// </summary>
    /// <exception cref="RollbackOpsException">Somebody else is at it.</exception>
    public async Task<DatabaseRestoreResult> TakeUpAsync(RestoreAttempt attempt)
    {
        using var lease = _context.Context.TakeLease(attempt.Plan.Id, "take up", _tell);
        // Its own process may have finished it between the look and the lease.
        attempt = RestoreLedger.From(_context.Journal.Read()).Find(attempt.Plan.Id)!;
        if (attempt.Finished is not null)
        {
            return attempt.ToResult();
        }

        var recorder = new RestoreRecorder(_context, attempt.Plan, lease, _tell);
        await using var run = new RestoreRun(_context, attempt.Plan, recorder);
        return attempt.HasBegun(RestoreStepKind.SwapBack) ? await run.FinishSwapBackAsync()
            : await IsSwappedAsync(attempt) ? await run.FinishCutOffAsync(attempt)
            : await run.AbandonCutOffAsync(attempt);
    }

    /// <summary>Looked at, and not remembered: the crash may have come between the swap and its record.</summary>
    private async Task<bool> IsSwappedAsync(RestoreAttempt attempt) => attempt.HasBegun(RestoreStepKind.Swap)
        && await _context.Engine.IsSwappedAsync(attempt.Plan.Side, attempt.Plan.Kept, attempt.Plan.InPlace, CancellationToken.None);
}
