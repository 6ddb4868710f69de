using RollbackOps.Decisions;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Watching;

/// <summary>What became of an automatic act: exactly one of the three is there.</summary>
/// <param name="Plan">What would be done; nothing was.</param>
/// <param name="Result">What was done.</param>
/// <param name="Refusal">Why nothing may be done now.</param>
internal sealed record ActOutcome(RollbackPlan? Plan, RollbackResult? Result, ActRefusal? Refusal)
{
    /// <summary>Whether the good version is proven to be live.</summary>
    public bool IsGood => Result?.Status is RollbackStatus.Succeeded or RollbackStatus.AlreadyCurrent;
}

/// <summary>Why an automatic act may not be done now.</summary>
/// <param name="Key">What makes it the same as another: a message may hold times.</param>
/// <param name="Message">Why, in a sentence.</param>
internal sealed record ActRefusal(string Key, string Message);

/// <summary>
/// Rolls back with nobody there, the way Invoke-Rollback goes: the same gates, the same plan, the same steps. What is special is
/// that it is marked as automatic and held back by S27's guard.
/// </summary>
internal sealed class AutomaticRollback
{
    private readonly RollbackContext _context;
    private readonly WatchRequest _request;
    private readonly RollbackProcedure _procedure;
    private readonly Action<RollbackProgress> _tell;

    public AutomaticRollback(RollbackContext context, WatchRequest request, Action<RollbackProgress> tell)
    {
        (_context, _request, _tell) = (context, request, tell);
        _procedure = new RollbackProcedure(context, tell);
    }

    /// <summary>Rolls away from what is live.</summary>
    /// <param name="bad">What is live.</param>
    /// <param name="reason">Why.</param>
    /// <param name="decision">The verdict it follows; null where the platform itself calls it failed.</param>
    /// <param name="isKnown">Whether a refusal was recorded already: the same is not recorded at every look.</param>
    /// <param name="planned">Told before anything is changed.</param>
    /// <param name="cancellationToken">Stops waiting; leaves it resumable (S20).</param>
    public async Task<ActOutcome> RollBackAsync(
        Deployment bad, string reason, RollbackDecision? decision, Func<string, bool> isKnown, Action<RollbackPlan> planned,
        CancellationToken cancellationToken)
    {
        if (!_request.IsPreview && AutomaticGuard.Read(_context, bad.Id).Forbids(_context.Clock.GetUtcNow()) is { } why)
        {
            return new ActOutcome(null, null, new ActRefusal(why, why));
        }

        var ledger = _context.ReadLedger();
        var request = new PlanRequest
        {
            Reason = reason,
            IsAutomatic = true,
            // What went live after the last rollback is no second way back from the same incident: S27's pause has passed.
            Further = ledger.LastStanding is { } last && last.LiveId != bad.Id,
        };
        return await ActAsync(request, bad, decision, isKnown, planned, cancellationToken);
    }

    /// <summary>Verifies that what is live still is, after a deployment that never went live failed. Changes nothing.</summary>
    public Task<ActOutcome> VerifyAsync(Deployment failed, string currentId, string reason, CancellationToken cancellationToken) => ActAsync(
        new PlanRequest { Reason = reason, IsAutomatic = true, TargetId = currentId }, failed, decision: null, _ => false, _ => { }, cancellationToken);

    /// <summary>Finishes an automatic rollback whose process died; null where there is none.</summary>
    /// <exception cref="RollbackOpsException">Somebody else is at it.</exception>
    public async Task<RollbackResult?> ResumeAsync(CancellationToken cancellationToken)
    {
        if (_context.ReadLedger().Unfinished is not { IsAutomatic: true, RollbackId: { } id })
        {
            return null;
        }

        _tell(new RollbackProgress(ProgressKind.Detail, $"The automatic rollback {id} was cut off; going on with it.", 0, 0, TimeSpan.Zero));
        return await new RollbackRunner(_context, _tell).ResumeAsync(id, cancellationToken);
    }

    private async Task<ActOutcome> ActAsync(
        PlanRequest request, Deployment bad, RollbackDecision? decision, Func<string, bool> isKnown, Action<RollbackPlan> planned,
        CancellationToken cancellationToken)
    {
        RollbackPlan? plan = null;
        try
        {
            (plan, _) = await _procedure.PrepareAsync(
                new RollbackOrder { Decision = decision, Request = request }, isAsked: false, cancellationToken);
            if (plan is null)
            {
                // Judged again since it was too old, and nothing speaks against it any more.
                return new ActOutcome(null, null, new ActRefusal("eased", "the verdict holds no longer"));
            }

            planned(plan);
            return _request.IsPreview
                ? new ActOutcome(plan, null, null)
                : new ActOutcome(null, await _procedure.CarryOutAsync(plan, decision, cancellationToken), null);
        }
        catch (RollbackOpsException refusal)
        {
            if (!_request.IsPreview && !isKnown(refusal.Id.ToString()))
            {
                _procedure.Refused(refusal, request.Reason, bad, plan?.Target, isAutomatic: true);
            }

            return new ActOutcome(null, null, new ActRefusal(refusal.Id.ToString(), $"{refusal.Message} {refusal.NextStep}"));
        }
    }
}
