using RollbackOps.Decisions;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Watching;

/// <summary>What a watch does: it rolls back, tells and notes what came of it, keeps the logs, and verifies the later windows.</summary>
internal sealed class WatchActs
{
    private static readonly VerificationWindow[] s_later = [VerificationWindow.ShortTerm, VerificationWindow.LongTerm];

    private readonly RollbackContext _context;
    private readonly WatchRequest _request;
    private readonly WatchTeller _teller;
    private readonly WatchJournal _journal;
    private readonly IncidentKeeper? _keeper;
    private readonly AutomaticRollback _rollback;
    private readonly Action<RollbackProgress> _tell;
    private readonly Action<bool> _acting;
    private readonly List<(string RollbackId, VerificationWindow Window, DateTimeOffset At)> _due = [];
    private Task _keeping = Task.CompletedTask;

    public WatchActs(
        RollbackContext context, WatchRequest request, WatchTeller teller, WatchJournal journal, IncidentKeeper? keeper, Action<RollbackProgress> tell, Action<bool> acting)
    {
        (_context, _request, _teller, _journal, _keeper, _tell, _acting) = (context, request, teller, journal, keeper, tell, acting);
        _rollback = new AutomaticRollback(context, request, tell);
    }

    /// <summary>Goes on where a watch was killed: with the rollback it was in the midst of, and the windows of the last one.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        if (!_request.Writes)
        {
            return;
        }

        var ledger = _context.ReadLedger();
        if (ledger.LastStanding is { IsAutomatic: true } standing && ledger.Unfinished is null)
        {
            Await(standing);
        }

        if (ledger.Unfinished is not { IsAutomatic: true, Plan: { } plan })
        {
            return;
        }

        if (_context.Store.IsAutomaticOff)
        {
            NotRolledBack(plan.From, liveAt: null,
                $"The automatic rollback to {plan.Target.Id} was cut off, and automatic rollbacks are switched off. Resume-Rollback finishes it.");
            return;
        }

        _teller.Tell(WatchPhase.RollingBack, plan.From, $"The automatic rollback to {plan.Target.Id} was cut off; going on with it.",
            state => state with { Plan = plan });
        try
        {
            if (await ActAsync(() => _rollback.ResumeAsync(cancellationToken)) is { } result)
            {
                Done(plan.From, result, decision: null, liveAt: null, cancellationToken);
            }
        }
        catch (RollbackOpsException busy)
        {
            NotRolledBack(plan.From, liveAt: null, $"The automatic rollback to {plan.Target.Id} was cut off and is not gone on with: {busy.Message} {busy.NextStep}");
        }
    }

    /// <summary>Rolls away from what is live, and tells and notes what came of it.</summary>
    public async Task<ActOutcome> RollBackAsync(
        Deployment bad, string reason, RollbackDecision? decision, DateTimeOffset? liveAt, Func<string, bool> isKnown, CancellationToken cancellationToken)
    {
        var outcome = await ActAsync(() => _rollback.RollBackAsync(bad, reason, decision, isKnown,
            plan => _teller.Tell(_request.IsPreview ? WatchPhase.Planned : WatchPhase.RollingBack, bad, $"From {bad.Id} to {plan.Target.Id}: {reason}",
                state => state with { Plan = plan, Decision = decision }),
            cancellationToken));
        if (outcome.Refusal is { } refusal)
        {
            if (!isKnown(refusal.Key))
            {
                // While it bakes, it is tried again.
                NotRolledBack(bad, liveAt, $"It is not rolled back: {refusal.Message}", decision, isFinal: decision is null);
            }
        }
        else if (outcome.Result is { } result)
        {
            Done(bad, result, decision, liveAt, cancellationToken);
        }

        return outcome;
    }

    /// <summary>Verifies what is live after a deployment failed that never went live.</summary>
    public async Task<ActOutcome> VerifyAsync(Deployment failed, string currentId, string reason, CancellationToken cancellationToken)
    {
        var outcome = await ActAsync(() => _rollback.VerifyAsync(failed, currentId, reason, cancellationToken));
        if (outcome.Plan is { } plan)
        {
            _teller.Tell(WatchPhase.Planned, failed, $"{currentId} is live still, and would be verified.", state => state with { Plan = plan });
        }
        else if (outcome.IsGood)
        {
            var detail = $"{currentId} is live still, served and healthy.";
            _journal.Note(WatchPhase.Unharmed, failed, liveAt: null, detail);
            _teller.Tell(WatchPhase.Unharmed, failed, detail, state => state with { Result = outcome.Result });
            Keep(failed, outcome.Result, decision: null, cancellationToken);
        }
        else
        {
            NotRolledBack(failed, liveAt: null,
                $"It never went live, but {currentId}, which is, is not proven to be well: {outcome.Result?.Message ?? outcome.Refusal?.Message}", decision: null, outcome.Result);
            Keep(failed, outcome.Result, decision: null, cancellationToken);
        }

        return outcome;
    }

    /// <summary>Verifies each later window of an automatic rollback once it has begun (S25, S26).</summary>
    public async Task VerifyDueAsync(CancellationToken cancellationToken)
    {
        foreach (var due in _due.Where(due => due.At <= _context.Clock.GetUtcNow()).ToList())
        {
            _due.Remove(due);
            try
            {
                var verified = await new WindowVerifier(_context, _tell).VerifyAsync(
                    new WindowRequest { RollbackId = due.RollbackId, Window = due.Window }, cancellationToken);
                _teller.Tell(WatchPhase.Verified, _context.ReadLedger().Find(due.RollbackId)?.Plan?.Target,
                    $"{due.Window} window of {due.RollbackId}: {verified.Status}", state => state with { Verification = verified });
            }
            catch (RollbackOpsException unable)
            {
                _teller.Tell(WatchPhase.Verified, deployment: null, $"The {due.Window} window of {due.RollbackId} could not be verified: {unable.Message}");
            }
        }
    }

    /// <summary>Waits until everything is kept.</summary>
    public Task EndAsync() => _keeping;

    private async Task<T> ActAsync<T>(Func<Task<T>> act)
    {
        _acting(true);
        try
        {
            return await act();
        }
        finally
        {
            _acting(false);
        }
    }

    private void Done(
        Deployment bad, RollbackResult result, RollbackDecision? decision, DateTimeOffset? liveAt, CancellationToken cancellationToken)
    {
        if (result.Status is RollbackStatus.Succeeded or RollbackStatus.AlreadyCurrent)
        {
            var detail = $"{result.Target!.Id} is live again, served and healthy.";
            _journal.Note(WatchPhase.RolledBack, bad, liveAt, detail);
            _teller.Tell(WatchPhase.RolledBack, bad, detail, state => state with { Result = result, Decision = decision });
        }
        else
        {
            NotRolledBack(bad, liveAt, $"{result.Status}: {result.Message} {result.NextStep}".TrimEnd(), decision, result);
        }

        if (!cancellationToken.IsCancellationRequested)
        {
            Keep(bad, result, decision, cancellationToken);
        }

        if (result.RollbackId is { } id && _context.ReadLedger().Find(id) is { } attempt)
        {
            Await(attempt);
        }
    }

    private void NotRolledBack(
        Deployment bad, DateTimeOffset? liveAt, string detail, RollbackDecision? decision = null, RollbackResult? result = null, bool isFinal = true)
    {
        _journal.Note(isFinal ? WatchPhase.NotRolledBack : WatchPhase.Condemned, bad, liveAt, detail);
        _teller.Tell(WatchPhase.NotRolledBack, bad, detail, state => state with { Decision = decision, Result = result });
    }

    private void Await(RollbackAttempt attempt)
    {
        if (attempt is { RollbackId: { } id, SwitchedAt: { } switchedAt })
        {
            _due.AddRange(s_later
                .Select(window => (id, window, switchedAt + WindowVerifier.BeginOf(window)))
                .Where(due => due.Item3 > _context.Clock.GetUtcNow()));
        }
    }

    /// <summary>Beside the watch, one after the other: a slow store must not make it blind.</summary>
    private void Keep(Deployment bad, RollbackResult? result, RollbackDecision? decision, CancellationToken cancellationToken)
    {
        if (_keeper is not null)
        {
            _keeping = KeepAsync(_keeping, bad, result, decision, cancellationToken);
        }
    }

    private async Task KeepAsync(
        Task before, Deployment bad, RollbackResult? result, RollbackDecision? decision, CancellationToken cancellationToken)
    {
        await before;
        KeptIncident kept;
        try
        {
            kept = await Task.Run(() => _keeper!.KeepAsync(bad.Id, result, decision, cancellationToken), CancellationToken.None);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }

        _teller.Tell(WatchPhase.Kept, bad,
            kept.Problem is { } problem ? $"Not everything could be kept: {problem}"
                : $"The logs are in {kept.Evidence!.Location}{(kept.Report is { } report ? $", the report in {report.Files[0]}" : string.Empty)}.",
            state => state with { Evidence = kept.Evidence, Report = kept.Report, Result = result });
    }
}
