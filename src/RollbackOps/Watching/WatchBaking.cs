using RollbackOps.Decisions;
using RollbackOps.Deployments;

namespace RollbackOps.Watching;

/// <summary>The deployment that is live for its first time, if any: from its going live to whatever ends that time.</summary>
internal sealed class WatchBaking : IAsyncDisposable
{
    private readonly RollbackContext _context;
    private readonly WatchRequest _request;
    private readonly WatchTeller _teller;
    private readonly WatchActs _acts;
    private readonly WatchJournal _journal;
    private readonly Action<string> _say;

    public WatchBaking(
        RollbackContext context, WatchRequest request, WatchTeller teller, WatchActs acts, WatchJournal journal, Action<string> say)
    {
        (_context, _request, _teller, _acts, _journal, _say) = (context, request, teller, acts, journal, say);
    }

    /// <summary>What bakes now, or null.</summary>
    public Bake? Now { get; private set; }

    /// <summary>How it stands, in a few words.</summary>
    public string Status => Now is not { } bake ? "Waiting for a deployment"
        : $"{bake.Deployment.Id}: {(bake.Last is { } last ? $"{last.Verdict} ({last.Severity}): {last.Reasons[0]}" : "live")}";

    /// <summary>Begins, where its time is not over already.</summary>
    /// <param name="history">The history.</param>
    /// <param name="current">What is live.</param>
    /// <param name="liveAt">Since when.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>Whether it began; if not, that was told.</returns>
    public async Task<bool> BeginAsync(DeploymentHistory history, Deployment current, DateTimeOffset liveAt, CancellationToken cancellationToken)
    {
        var until = liveAt + _request.Bake;
        if (_context.Clock.GetUtcNow() >= until)
        {
            _teller.Tell(WatchPhase.BakeOver, current, $"It has been live since {liveAt:u}: longer than it is looked at.");
            return false;
        }

        var target = await history.ChooseTargetAsync(cancellationToken);
        Now = new Bake(_context, _request, current, target, liveAt, _say);
        var detail = $"It is live, and is looked at until {until:HH:mm:ss} UTC. {(target is null ? "There is no deployment to go back to." : $"{target.Id} is what a rollback would go to.")}";
        _journal.Note(WatchPhase.Baking, current, liveAt, detail);
        _teller.Tell(WatchPhase.Baking, current, detail, state => state with { BakesUntil = until });
        return true;
    }

    /// <summary>Looks, and acts where it may and has to.</summary>
    /// <returns>Whether its time is over, and what is live now where a rollback made it so.</returns>
    public async Task<(bool IsOver, string? LiveId)> LookAsync(CancellationToken cancellationToken)
    {
        var bake = Now!;
        var isLast = _context.Clock.GetUtcNow() >= bake.Until;
        if (await TryLookAsync(bake, isLast, cancellationToken) is { } decision)
        {
            _journal.Judged(decision);
            if (!decision.IsAutomatic)
            {
                TellVerdict(bake, decision);
            }
            else if (await CondemnAsync(bake, decision, cancellationToken) is { } outcome)
            {
                await EndAsync(phase: null, "It was rolled away from.");
                return (true, outcome.IsGood ? outcome.Result!.Target!.Id : null);
            }
        }

        if (isLast)
        {
            await EndAsync(bake.Last?.Severity is Severity.P1 or Severity.P2 ? WatchPhase.NotRolledBack : WatchPhase.BakeOver,
                $"It was looked at for {_request.Bake.TotalMinutes:0.#} min; the last verdict is {Said(bake.Last)}");
        }

        return (isLast, null);
    }

    /// <summary>Ends its time.</summary>
    /// <param name="phase">What it came to; null where that was told.</param>
    /// <param name="detail">What it came to, in a sentence.</param>
    public async Task EndAsync(WatchPhase? phase, string detail)
    {
        if (Now is not { } bake)
        {
            return;
        }

        Now = null;
        _journal.Eased(detail);
        if (phase is { } told)
        {
            _journal.Note(told, bake.Deployment, bake.LiveAt, detail, isProven: told == WatchPhase.BakeOver && bake.IsProven);
            _teller.Tell(told, bake.Deployment, detail, state => state with { Decision = bake.Last });
        }

        await bake.DisposeAsync();
    }

    public ValueTask DisposeAsync() => Now?.DisposeAsync() ?? default;

    /// <summary>What cannot be looked at is said, and tried again: a watch ends for no such reason.</summary>
    private async Task<RollbackDecision?> TryLookAsync(Bake bake, bool isLast, CancellationToken cancellationToken)
    {
        try
        {
            return await bake.LookAsync(isLast, cancellationToken);
        }
        catch (RollbackOpsException blind)
        {
            bake.Rest();
            _teller.Tell(WatchPhase.Unseen, bake.Deployment, $"It cannot be judged now: {blind.Message} {blind.NextStep}", key: blind.Id.ToString());
            return null;
        }
    }

    private void TellVerdict(Bake bake, RollbackDecision decision)
    {
        // Nobody is to think that it is seen to: what a person has to do now is said (S27).
        var isForbidden = _request.RollbackOnFailure && decision.Severity == Severity.P1;
        var detail = $"{Said(decision)} Automatic: {decision.Automatic}.";
        if (isForbidden && bake.Refused != decision.Automatic)
        {
            bake.Refused = decision.Automatic;
            _journal.Note(WatchPhase.Condemned, bake.Deployment, bake.LiveAt, detail);
        }

        _teller.Tell(isForbidden ? WatchPhase.NotRolledBack : WatchPhase.Baking, bake.Deployment, detail,
            state => state with { Decision = decision, BakesUntil = bake.Until }, key: $"{decision.Verdict} {decision.Severity} {decision.Automatic}");
    }

    /// <summary>It is bad, and may be rolled away from with nobody there.</summary>
    /// <returns>What was done, or with a preview would be; null where nothing may be done now.</returns>
    private async Task<ActOutcome?> CondemnAsync(Bake bake, RollbackDecision decision, CancellationToken cancellationToken)
    {
        _teller.Tell(WatchPhase.Condemned, bake.Deployment, Said(decision), state => state with { Decision = decision, BakesUntil = bake.Until },
            key: decision.Verdict.ToString());
        if (!_request.RollbackOnFailure)
        {
            return null;
        }

        var outcome = await _acts.RollBackAsync(
            bake.Deployment, VerdictGate.ReasonOf(decision), decision, bake.LiveAt, refusal => bake.Refused == refusal, cancellationToken);
        if (outcome.Refusal is not { } refusal)
        {
            return outcome;
        }

        bake.Refused = refusal.Key;
        bake.Rest();
        return null;
    }

    private static string Said(RollbackDecision? decision) => decision is null ? "none."
        : $"{decision.Verdict} ({decision.Severity}): {string.Join("; ", decision.Reasons)}.";
}
