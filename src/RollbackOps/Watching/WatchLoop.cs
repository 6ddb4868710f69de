using System.Globalization;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Watching;

/// <summary>
/// Follows deployments: one to its end, or one after the other. It composes what judges, plans, rolls back and verifies
/// elsewhere, and keeps no state that the platform and the journal do not have.
/// </summary>
/// <remarks>
/// <code>
/// platform ─► Queued ─ Building ─┬─ Ready ─► Baking ─┬─► BakeOver | Superseded
///                                └─► Failed          └─► Condemned ─► rolled back, or not ─► kept
/// </code>
/// </remarks>
internal sealed class WatchLoop
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(100);

    private readonly RollbackContext _context;
    private readonly WatchRequest _request;
    private readonly WatchTeller _teller;
    private readonly WatchActs _acts;
    private readonly WatchJournal _journal;
    private readonly WatchPace _pace;
    private readonly WatchBaking _baking;
    private readonly Action<WatchTick> _tick;
    private readonly HashSet<string> _over = new(StringComparer.Ordinal);
    private string? _subject;
    private string? _currentId;
    private DateTimeOffset? _seenAt;
    private bool _isOver;

    public WatchLoop(
        RollbackContext context, WatchRequest request, WatchTeller teller, WatchActs acts, WatchJournal journal, WatchBaking baking, Action<WatchTick> tick)
    {
        (_context, _request, _teller, _acts, _journal, _baking, _tick) = (context, request, teller, acts, journal, baking, tick);
        _pace = new WatchPace(context.Clock);
        _subject = request.DeploymentId;
    }

    /// <summary>Whether a platform's failing passes by itself.</summary>
    private static bool IsPassing(RollbackOpsException failure) =>
        failure.Kind is ErrorKind.ResourceUnavailable or ErrorKind.Busy or ErrorKind.Timeout;

    /// <summary>Watches until it is over, or it is stopped.</summary>
    /// <exception cref="RollbackOpsException">What is to be watched cannot be.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _acts.ResumeAsync(cancellationToken);
        while (true)
        {
            if (_pace.Rest == TimeSpan.Zero)
            {
                await SeeAsync(cancellationToken);
            }

            if (_baking.Now is { } bake && !_isOver && await _baking.LookAsync(cancellationToken) is (true, var liveId))
            {
                _currentId = liveId ?? _currentId;
                Finish(bake.Deployment.Id);
            }

            // What a stopped rollback came to is told; nothing more is begun.
            cancellationToken.ThrowIfCancellationRequested();
            if (_request.IsContinuous)
            {
                await _acts.VerifyDueAsync(cancellationToken);
            }

            if (_isOver)
            {
                await _acts.EndAsync();
                return;
            }

            Tick();
            await RestAsync(cancellationToken);
        }
    }

    private Task RestAsync(CancellationToken cancellationToken)
    {
        var rest = _pace.Rest;
        if (_baking.Now is { } bake)
        {
            var left = bake.Until - _context.Clock.GetUtcNow();
            rest = new[] { rest, _context.Settings.Policy.ProbeInterval, left > TimeSpan.Zero ? left : TimeSpan.Zero }.Min();
        }

        return Task.Delay(rest > s_shortest ? rest : s_shortest, _context.Clock, cancellationToken);
    }

    private void Tick() => _tick(_baking.Now is { } bake
        ? new WatchTick(_baking.Status, _context.Clock.GetUtcNow() - bake.LiveAt, _request.Bake)
        : new WatchTick(_baking.Status, _teller.Elapsed, End: null));

    /// <summary>Reads the platform, and goes through what is new.</summary>
    private async Task SeeAsync(CancellationToken cancellationToken)
    {
        _pace.Ask();
        try
        {
            var sight = await WatchSight.ReadAsync(_context.Platform, _subject, cancellationToken);
            if (_seenAt is null)
            {
                Begin(sight);
            }

            await FollowAsync(sight, cancellationToken);
            _seenAt = _context.Clock.GetUtcNow();
            _pace.Answered();
            _teller.Seen();
        }
        catch (RollbackOpsException blind) when (_seenAt is not null || IsPassing(blind))
        {
            // A deployment that was followed and is gone is no passing trouble.
            if (blind.Id == ErrorId.DeploymentNotFound && _subject is not null)
            {
                throw;
            }

            _pace.Failed(blind);
            _teller.Tell(WatchPhase.Unseen, _baking.Now?.Deployment, string.Create(CultureInfo.InvariantCulture,
                $"{blind.Message} {(_baking.Now is null ? "Nothing new is seen" : "What is live is looked at all the same")}; the platform is asked again in {_pace.Pause.TotalSeconds:0} s."),
                key: blind.Id.ToString());
        }
    }

    /// <summary>What was there before is past: the newest counts, and what an earlier watch had not finished.</summary>
    private void Begin(WatchSight sight)
    {
        if (!_request.IsContinuous)
        {
            _subject ??= sight.Newest.Count == 0 ? null : sight.Newest[0].Id;
            return;
        }

        _over.UnionWith(sight.PastOf(
            _request.Writes ? _context.ReadLedger().Watch : new WatchLedger(), _context.Settings.Policy.InFlightMaxAge));
    }

    private async Task FollowAsync(WatchSight sight, CancellationToken cancellationToken)
    {
        if (_request.IsContinuous)
        {
            _over.IntersectWith([.. sight.Newest.Select(one => one.Id), sight.CurrentId ?? string.Empty]);
        }
        else if (_subject is null && sight.Newest.Count > 0)
        {
            _subject = sight.Newest[0].Id;
        }

        if (sight.Newest.Count == 0)
        {
            _teller.Tell(WatchPhase.Waiting, deployment: null, "There is no deployment yet.");
        }

        if (sight.CurrentId != _currentId)
        {
            await ChangeAsync(sight, cancellationToken);
        }

        foreach (var deployment in sight.Newest.Reverse().Where(one => !_over.Contains(one.Id) && (_request.IsContinuous || one.Id == _subject)).ToList())
        {
            if (sight.IsLeftBehind(deployment))
            {
                _over.Add(deployment.Id);
                continue;
            }

            await FollowAsync(deployment, sight.CurrentId, cancellationToken);
            if (_isOver)
            {
                return;
            }
        }

        if (_request.IsContinuous && _baking.Now is null && sight.Newest.All(one => _over.Contains(one.Id)))
        {
            _teller.Tell(WatchPhase.Waiting, deployment: null, "Waiting for the next deployment.");
        }
    }

    private async Task FollowAsync(Deployment deployment, string? currentId, CancellationToken cancellationToken)
    {
        switch (deployment.State)
        {
            case DeploymentState.Failed:
                await FailAsync(deployment, currentId, cancellationToken);
                break;
            case DeploymentState.Canceled:
                End(deployment, WatchPhase.Canceled, "It was cancelled.");
                break;
            case DeploymentState.Queued:
                _teller.Tell(WatchPhase.Queued, deployment, "It waits to be built.");
                break;
            case DeploymentState.Building:
                _teller.Tell(WatchPhase.Building, deployment, "It is being built or put in place.");
                break;
            case DeploymentState.Ready when deployment.Id != currentId && _context.ReadLedger().Marks.GetValueOrDefault(deployment.Id)?.Kind == MarkKind.KnownBad:
                End(deployment, WatchPhase.Superseded, $"It is known bad, and {currentId ?? "something else"} is live.");
                break;
            case DeploymentState.Ready when deployment.Id != currentId:
                _teller.Tell(WatchPhase.Ready, deployment, $"It can serve; {currentId ?? "nothing"} is live.");
                break;
        }
    }

    /// <summary>Something else is live than before.</summary>
    private async Task ChangeAsync(WatchSight sight, CancellationToken cancellationToken)
    {
        if (_baking.Now is { } before && before.Deployment.Id != sight.CurrentId)
        {
            await _baking.EndAsync(WatchPhase.Superseded, $"{sight.CurrentId ?? "Nothing"} is live in its place.");
            Finish(before.Deployment.Id);
        }

        if (sight.CurrentId is { } id && (_request.IsContinuous || id == _subject) && !_isOver)
        {
            var ledger = _context.ReadLedger();
            var history = await _context.OpenHistoryAsync(ledger, cancellationToken);
            var current = await history.RequireCurrentAsync();
            var isBack = ledger.LastStanding is { } last && last.LiveId == id;
            var isNew = _seenAt is not null && _currentId is not null;
            // What is failed is seen to as such; what a rollback made live is verified by its windows.
            if (current.State != DeploymentState.Failed && (!isBack || !_request.IsContinuous) && (isNew || !_over.Contains(id)))
            {
                if (await _baking.BeginAsync(history, current, LiveAt(current, ledger, isNew), cancellationToken))
                {
                    _over.Remove(id);
                }
                else
                {
                    Finish(id);
                }
            }
        }

        _currentId = sight.CurrentId;
    }

    /// <summary>Since when it is live: as it was noted or seen; a platform may record only when it was made.</summary>
    private DateTimeOffset LiveAt(Deployment current, RollbackLedger ledger, bool isNew)
    {
        var now = _context.Clock.GetUtcNow();
        if (isNew)
        {
            return current.LastServedAt is { } stated && stated > _seenAt && stated <= now ? stated : now;
        }

        var noted = ledger.Watch.Of(current.Id)?.LiveAt;
        return noted > current.LastServedAt ? noted.Value : current.LastServedAt ?? noted ?? now;
    }

    /// <summary>It failed to build or to deploy: what is live is verified, or rolled away from where that is it.</summary>
    private async Task FailAsync(Deployment failed, string? currentId, CancellationToken cancellationToken)
    {
        var why = $"It failed to {(failed.Id == currentId ? "deploy" : "build or to deploy")}{(failed.Error is { Length: > 0 } error ? $": {error}" : ".")}";
        if (_context.ReadLedger().Watch.Of(failed.Id)?.Phase != WatchPhase.Failed)
        {
            _journal.Note(WatchPhase.Failed, failed, liveAt: null, why);
        }

        _teller.Tell(WatchPhase.Failed, failed, why);
        if (_request.RollbackOnFailure && currentId is not null)
        {
            var outcome = failed.Id == currentId
                ? await _acts.RollBackAsync(failed, $"{failed.Id}: {why}", decision: null, liveAt: null, _ => false, cancellationToken)
                : await _acts.VerifyAsync(failed, currentId, $"{failed.Id}: {why}", cancellationToken);
            _currentId = outcome.IsGood ? outcome.Result!.Target!.Id : _currentId;
        }

        if (_baking.Now?.Deployment.Id == failed.Id)
        {
            await _baking.EndAsync(phase: null, why);
        }

        Finish(failed.Id);
    }

    /// <summary>A deployment's end that needs no act.</summary>
    private void End(Deployment deployment, WatchPhase phase, string detail)
    {
        _journal.Note(phase, deployment, liveAt: null, detail);
        _teller.Tell(phase, deployment, detail);
        Finish(deployment.Id);
    }

    private void Finish(string id)
    {
        _over.Add(id);
        _isOver |= !_request.IsContinuous && id == _subject;
    }
}
