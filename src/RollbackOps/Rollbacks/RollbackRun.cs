using System.Text.Json.Serialization.Metadata;
using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>One run of one plan under a lease: the steps, their records, and the end.</summary>
internal sealed class RollbackRun
{
    private readonly RollbackContext _context;
    private readonly RollbackPlan _plan;
    private readonly ILease _lease;
    private readonly RunRecorder _recorder;
    private readonly ServedVerifier _verifier;
    private readonly StepEffects _effects;
    private VerificationResult? _verification;

    public RollbackRun(RollbackContext context, RollbackPlan plan, ILease lease, Action<RollbackProgress> tell)
    {
        _context = context;
        _plan = plan;
        _lease = lease;
        _recorder = new RunRecorder(context, plan, tell);
        _verifier = new ServedVerifier(context, plan.BuildFiles, news => tell(news with { Elapsed = _recorder.Elapsed }));
        _effects = new StepEffects(context, plan, lease, _recorder, _verifier);
    }

    /// <summary>Does every step that is not done, then says how it came out.</summary>
    /// <param name="done">The steps as an earlier run left them.</param>
    /// <param name="cancellationToken">Stops waiting and leaves the rollback resumable (S20).</param>
    public async Task<RollbackResult> CarryOutAsync(
        IReadOnlyDictionary<int, StepResult> done, CancellationToken cancellationToken)
    {
        PlannedStep? at = null;
        // The rung that was reached is gone on with; those before it were left.
        var rung = _plan.Steps.Where(step => done.ContainsKey(step.Number)).Select(step => step.Rung).DefaultIfEmpty().Max();
        rung = Math.Max(rung, 1);
        try
        {
            foreach (var step in _plan.Steps)
            {
                if (step.Rung != 0 && step.Rung != rung)
                {
                    continue;
                }

                at = step;
                done.TryGetValue(step.Number, out var before);
                // A pin that was lifted again has another kind than planned, and is set anew.
                if (before is { Status: StepStatus.Done } && before.Kind == step.Kind
                    && step.Kind is not (StepKind.Verify or StepKind.AwaitDeployment))
                {
                    continue;
                }

                cancellationToken.ThrowIfCancellationRequested();
                _recorder.Begin(step);
                try
                {
                    await DoAsync(step, isRepeated: before is not null, cancellationToken);
                }
                catch (RollbackOpsException failure) when (PlanSteps.IsAfterwards(step.Kind)
                    && failure.Id is not (ErrorId.LeaseLost or ErrorId.JournalUnwritable))
                {
                    _recorder.Warn(step, $"{step.Description}: {failure.Message} {failure.NextStep}");
                }
                catch (RollbackOpsException failure) when (IsLeft(step, failure))
                {
                    await LeaveAsync(step, failure, cancellationToken);
                    rung++;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Journal(JournalKind.Interrupted,
                new NoteData { By = _context.Actor, Note = $"stopped waiting during step {at?.Number}: {at?.Description}" },
                RollbackJson.Compact.NoteData);
            return _recorder.ReadBack() with { Status = RollbackStatus.Interrupted, NextStep = "Resume-Rollback" };
        }
        catch (RollbackOpsException failure)
        {
            var after = StatusAfter(failure);
            return after != RollbackStatus.Failed ? End(after, failure)
                : await FindSwitchedAsync() is { } live ? End(RollbackStatus.Unknown, SwitchedAllTheSame(failure, live))
                : await EndUnswitchedAsync(failure);
        }

        var (status, error, message, nextStep) = RollbackOutcome.Of(_verification!);
        return Finish(status, error, message, nextStep);
    }

    /// <summary>
    /// What a workflow that was started switched to before it failed: its failing does not say that it changed nothing. Null
    /// when what was live still is.
    /// </summary>
    private async Task<string?> FindSwitchedAsync()
    {
        if (!_recorder.ReadBack().Steps.Any(step => step is { Kind: StepKind.Dispatch, Status: StepStatus.Done }))
        {
            return null;
        }

        try
        {
            var current = await _context.Platform.ReadCurrentAsync(CancellationToken.None);
            return current == _plan.From.Id ? null : current;
        }
        catch (RollbackOpsException)
        {
            return "something that cannot be read now";
        }
    }

    private RollbackOpsException SwitchedAllTheSame(RollbackOpsException failure, string live) => new(failure.Id,
        $"{failure.Message} What is live is {live} now, and no longer {_plan.From.Id}.",
        $"{failure.NextStep} Look at what is served; then run Resume-Rollback.", _plan.Id, failure);

    /// <summary>Ends a rollback whose plan expired before anything was switched.</summary>
    public async Task<RollbackResult> StopExpiredAsync(RollbackAttempt attempt, CancellationToken cancellationToken)
    {
        var current = await _context.Platform.ReadCurrentAsync(cancellationToken);
        if (current == _plan.Target.Id || await _effects.MayBePushedAsync(attempt.Steps, cancellationToken))
        {
            // It was made and its outcome not recorded, or what comes of it is not there yet: there is something to finish.
            return await CarryOutAsync(attempt.Steps, cancellationToken);
        }

        return await EndUnswitchedAsync(new RollbackOpsException(ErrorId.PlanExpired,
            $"The rollback was cut off before anything was switched, and its plan expired at {_plan.ExpiresAt:u}. What is live is {current}.",
            "Plan again: Invoke-Rollback.", _plan.Id));
    }

    /// <summary>What is to be served: the target, or what was deployed in its place.</summary>
    private Deployment Serving => _effects.Deployed ?? _plan.Target;

    /// <summary>Records the begin.</summary>
    public void Started(RollbackStartedData data) => _recorder.Append(data);

    /// <summary>Appends a record of this rollback.</summary>
    public void Journal<T>(JournalKind kind, T data, JsonTypeInfo<T> type) => _recorder.Append(kind, data, type);

    private async Task DoAsync(PlannedStep step, bool isRepeated, CancellationToken cancellationToken)
    {
        switch (step.Kind)
        {
            case StepKind.AwaitDeployment:
                await AwaitDeploymentAsync(step, cancellationToken);
                break;
            case StepKind.AwaitServed:
                await AwaitServedAsync(step, cancellationToken);
                break;
            case StepKind.Verify:
                _lease.Renew(step.Kind.ToString(), step.Deadline);
                _verification = await _verifier.VerifyAsync(_plan.Id, Serving, cancellationToken);
                _verification = _verification with { Checklist = VerificationChecklist.Of(_verification, _context.ReadLedger()) };
                Journal(JournalKind.Verified, new VerifiedData { Verification = _verification }, RollbackJson.Compact.VerifiedData);
                _recorder.Completed(step, _verification.ToString());
                break;
            case StepKind.Mark:
                Mark(step);
                break;
            case StepKind.Unmark:
                Unmark(step);
                break;
            default:
                await _effects.BringAboutAsync(step, isRepeated, cancellationToken);
                break;
        }
    }

    /// <summary>
    /// Whether a rung is left for the next one (S21): it failed for certain, there is another, and none of its effects
    /// that production sees is in place.
    /// </summary>
    private bool IsLeft(PlannedStep step, RollbackOpsException failure) =>
        step.Rung != 0
        && _plan.Steps.Any(other => other.Rung == step.Rung + 1)
        && failure.Id is not (ErrorId.OutcomeUnknown or ErrorId.WorldChanged or ErrorId.LeaseLost or ErrorId.JournalUnwritable
            or ErrorId.PartiallyRolledBack or ErrorId.PlatformBusy)
        && failure.IsInPlace != true
        && !_recorder.ReadBack().Steps.Any(result => result.Status == StepStatus.Done
            && result.Kind is StepKind.Switch or StepKind.Push or StepKind.Dispatch or StepKind.AwaitDeployment
            && _plan.Steps.Any(planned => planned.Number == result.Number && planned.Rung == step.Rung));

    /// <summary>Before the next rung the world is looked at: two are never under way at once (S21).</summary>
    private async Task LeaveAsync(PlannedStep step, RollbackOpsException failure, CancellationToken cancellationToken)
    {
        var current = await _context.Platform.ReadCurrentAsync(cancellationToken);
        if (current != _plan.From.Id)
        {
            throw RollbackPlanner.WorldChanged(_plan.From.Id, current);
        }

        await _effects.LiftEarlyPinAsync();
        Journal(JournalKind.RungLeft,
            new NoteData { By = _context.Actor, Note = $"{step.Strategy} changed nothing and is left: {failure.Message}" },
            RollbackJson.Compact.NoteData);
        _recorder.Warn(step, $"{step.Strategy} changed nothing and is left for the next strategy: {failure.Message}");
    }

    private async Task AwaitDeploymentAsync(PlannedStep step, CancellationToken cancellationToken)
    {
        try
        {
            var deployed = await _effects.AwaitDeploymentAsync(step, cancellationToken);
            _effects.Deployed = deployed;
            _recorder.Completed(step, $"{deployed.Id} is deployed", deployed.Id);
        }
        catch (RollbackOpsException failure)
        {
            _recorder.Failed(step, failure);
            throw;
        }
    }

    private async Task AwaitServedAsync(PlannedStep step, CancellationToken cancellationToken)
    {
        _lease.Renew(step.Kind.ToString(), step.Deadline);
        await using var sideBySide = new SideBySide(cancellationToken);
        var reading = sideBySide.Begin(_context.Platform.ReadCurrentAsync);
        var flying = sideBySide.Begin(_context.Platform.ReadInFlightAsync);
        var looking = sideBySide.Begin(token => _verifier.AwaitAsync(Serving, token));
        var current = await reading;
        if (current != Serving.Id)
        {
            throw RollbackPlanner.WorldChanged(Serving.Id, current);
        }

        // Right after the switch (S9): whatever began to deploy in between may switch it away again.
        foreach (var inFlight in await flying)
        {
            _recorder.Warn(step,
                $"{inFlight.Id} is {inFlight.State}; promotion is {(_context.Platform.CanPin ? "pinned" : "not pinned, and it may go live")}.");
        }

        var (isServed, detail) = await looking;
        if (isServed)
        {
            _recorder.Completed(step, detail);
            return;
        }

        var notServed = new RollbackOpsException(ErrorId.NotServed,
            $"Production is switched to {Serving.Id}, but that is not what is served. {detail}",
            "Look at what starts the service (platform.activate), then run Resume-Rollback.", _plan.Id);
        _recorder.Failed(step, notServed);
        throw notServed;
    }

    /// <summary>Marks what was left. A confirmed rollback says more than a suspicion; another's finding stands.</summary>
    private void Mark(PlannedStep step)
    {
        var before = _context.ReadLedger().Marks.GetValueOrDefault(_plan.From.Id);
        if (before is not { Kind: MarkKind.KnownBad })
        {
            Mark(new DeploymentMark
            {
                Kind = MarkKind.KnownBad,
                DeploymentId = _plan.From.Id,
                Reason = _plan.Reason,
                By = _context.Actor,
                At = _context.Clock.GetUtcNow(),
                RollbackId = _plan.Id,
            }, before);
        }

        _recorder.Completed(step, $"{_plan.From.Id} is known bad");
    }

    /// <summary>Lifts the mark only if the undone rollback set it, and puts back what that replaced (S2).</summary>
    private void Unmark(PlannedStep step)
    {
        var ledger = _context.ReadLedger();
        var mark = ledger.Marks.GetValueOrDefault(_plan.Target.Id);
        var replaced = ledger.ReplacedBy(_plan.UndoOf!);
        if (mark is null || mark.RollbackId != _plan.UndoOf)
        {
            _recorder.Completed(step, mark is null ? "there is none" : mark == replaced ? "put back" : "left: another set it");
            return;
        }

        if (replaced is not null)
        {
            Mark(replaced, replaced: null);
        }
        else
        {
            Journal(JournalKind.DeploymentUnmarked,
                new DeploymentUnmarkedData { DeploymentId = _plan.Target.Id, By = _context.Actor, Reason = _plan.Reason },
                RollbackJson.Compact.DeploymentUnmarkedData);
        }

        _recorder.Completed(step, replaced is null ? "lifted" : $"put back: {replaced}");
    }

    private void Mark(DeploymentMark mark, DeploymentMark? replaced) => Journal(JournalKind.DeploymentMarked,
        new DeploymentMarkedData { Mark = mark, Replaced = replaced }, RollbackJson.Compact.DeploymentMarkedData);

    /// <summary>What a failure means depends on whether production was switched.</summary>
    private RollbackStatus StatusAfter(RollbackOpsException failure)
    {
        var isSwitched = _context.ReadLedger().Find(_plan.Id)?.SwitchedAt is not null;
        return failure.Id switch
        {
            ErrorId.OutcomeUnknown or ErrorId.LeaseLost => RollbackStatus.Unknown,
            ErrorId.PartiallyRolledBack => RollbackStatus.PartiallyRolledBack,
            // The target is live, and something that the plan did not see was replaced (S10).
            _ when failure.IsInPlace == true => RollbackStatus.Unknown,
            // Without a record nobody can say how far it came; before the first effect there is nothing to say.
            ErrorId.JournalUnwritable when _effects.HasUnrecorded || isSwitched => RollbackStatus.Unknown,
            _ => isSwitched ? RollbackStatus.NotServed : IsUnderWay(failure) ? RollbackStatus.Unknown : RollbackStatus.Failed,
        };
    }

    /// <summary>
    /// Whether what was pushed or started may still go live: only its own end says that it does not, and not that somebody
    /// who looked for it failed to see (S17).
    /// </summary>
    private bool IsUnderWay(RollbackOpsException failure) =>
        failure.Id is not (ErrorId.StepFailed or ErrorId.RunFailed or ErrorId.RunCanceled or ErrorId.RunSkipped or ErrorId.RunReplaced)
        && _recorder.ReadBack().Steps.Any(step => step is { Kind: StepKind.Push or StepKind.Dispatch, Status: StepStatus.Done });

    /// <summary>
    /// Nothing was switched, so a pin that was set beforehand (S9) holds nothing: it is lifted. As long as it cannot be,
    /// the rollback stays open for a resume.
    /// </summary>
    private async Task<RollbackResult> EndUnswitchedAsync(RollbackOpsException failure)
    {
        try
        {
            await _effects.LiftEarlyPinAsync();
            return End(RollbackStatus.Failed, failure);
        }
        catch (RollbackOpsException standing)
        {
            return End(RollbackStatus.Unknown, new RollbackOpsException(failure.Id,
                $"{failure.Message} Nothing was switched, but the pin that was set beforehand could not be lifted: {standing.Message}",
                $"{standing.NextStep} Until then deploy scripts do not switch. Resume-Rollback tries again.",
                _plan.Id, failure));
        }
    }

    private RollbackResult End(RollbackStatus status, RollbackOpsException failure)
    {
        try
        {
            return Finish(status, failure.Id, failure.Message, failure.NextStep);
        }
        catch (RollbackOpsException unwritable) when (unwritable.Id == ErrorId.JournalUnwritable)
        {
            return _recorder.ReadBack() with
            {
                Status = status,
                Error = failure.Id,
                Message = $"{failure.Message} The end could not be recorded either: {unwritable.Message}",
                NextStep = $"{unwritable.NextStep} Then run Resume-Rollback: it looks at the world and goes on.",
                Duration = _recorder.Elapsed,
            };
        }
    }

    private RollbackResult Finish(RollbackStatus status, ErrorId? error, string? message, string? nextStep)
    {
        Journal(JournalKind.RollbackFinished,
            new RollbackFinishedData
            {
                Status = status,
                Error = error,
                Message = message,
                NextStep = nextStep,
                DurationMilliseconds = _recorder.Elapsed.TotalMilliseconds,
            },
            RollbackJson.Compact.RollbackFinishedData);
        return _recorder.ReadBack();
    }
}
