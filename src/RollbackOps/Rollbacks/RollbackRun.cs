using System.Text.Json.Serialization.Metadata;
using RollbackOps.Deployments;
using RollbackOps.Diagnostics;

namespace RollbackOps.Rollbacks;

/// <summary>One run of one plan under a lease: the steps, their records, and the end.</summary>
internal sealed class RollbackRun
{
    private readonly RollbackContext _context;
    private readonly RollbackPlan _plan;
    private readonly ILease _lease;
    private readonly Action<RollbackProgress> _tell;
    private readonly ServedVerifier _verifier;
    private readonly StepContext _stepContext;
    private readonly long _begun;
    private VerificationResult? _verification;
    private bool _hasUnrecordedEffect;
    private TimeSpan _stepBegun;

    public RollbackRun(RollbackContext context, RollbackPlan plan, ILease lease, Action<RollbackProgress> tell)
    {
        _context = context;
        _plan = plan;
        _lease = lease;
        _tell = tell;
        _begun = context.Clock.GetTimestamp();
        _verifier = new ServedVerifier(context, plan.BuildFiles, news => tell(news with { Elapsed = Elapsed }));
        _stepContext = new StepContext
        {
            RollbackId = plan.Id,
            UndoOf = plan.UndoOf,
            PinBefore = plan.PinBefore,
            From = plan.From,
            Target = plan.Target,
            Reason = plan.Reason,
            By = context.Actor,
            StartedAt = context.Clock.GetUtcNow(),
        };
    }

    private TimeSpan Elapsed => _context.Clock.GetElapsedTime(_begun);

    /// <summary>Does every step that is not done, then says how it came out.</summary>
    /// <param name="done">The steps as an earlier run left them.</param>
    /// <param name="cancellationToken">Stops waiting and leaves the rollback resumable (S20).</param>
    public async Task<RollbackResult> CarryOutAsync(
        IReadOnlyDictionary<int, StepResult> done, CancellationToken cancellationToken)
    {
        PlannedStep? at = null;
        try
        {
            foreach (var step in _plan.Steps)
            {
                at = step;
                var before = done.TryGetValue(step.Number, out var result) ? result.Status : StepStatus.Pending;
                if (before == StepStatus.Done && step.Kind != StepKind.Verify)
                {
                    continue;
                }

                cancellationToken.ThrowIfCancellationRequested();
                _stepBegun = Elapsed;
                _tell(new RollbackProgress(ProgressKind.Step, step.Description, step.Number, _plan.Steps.Count, Elapsed));
                await DoAsync(step, isRepeated: before != StepStatus.Pending, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Journal(JournalKind.Interrupted,
                new NoteData { By = _context.Actor, Note = $"stopped waiting during step {at?.Number}: {at?.Description}" },
                RollbackJson.Compact.NoteData);
            return ReadBack() with { Status = RollbackStatus.Interrupted, NextStep = "Resume-Rollback" };
        }
        catch (RollbackOpsException failure)
        {
            return End(StatusAfter(failure), failure);
        }

        var (status, error, message, nextStep) = RollbackOutcome.Of(_verification!);
        return Finish(status, error, message, nextStep);
    }

    /// <summary>Ends a rollback whose plan expired before anything was switched.</summary>
    public async Task<RollbackResult> StopExpiredAsync(RollbackAttempt attempt, CancellationToken cancellationToken)
    {
        var current = await _context.Platform.ReadCurrentAsync(cancellationToken);
        if (current == _plan.Target.Id)
        {
            // The switch was made and its outcome not recorded: there is something to finish.
            return await CarryOutAsync(attempt.Steps, cancellationToken);
        }

        return Finish(RollbackStatus.Failed, ErrorId.PlanExpired,
            $"The rollback was cut off before anything was switched, and its plan expired at {_plan.ExpiresAt:u}. What is live is {current}.",
            "Plan again: Invoke-Rollback.");
    }

    /// <summary>Appends a record of this rollback.</summary>
    public void Journal<T>(JournalKind kind, T data, JsonTypeInfo<T> type) =>
        _context.Journal.Append(kind, _plan.Id, data, type);

    private async Task DoAsync(PlannedStep step, bool isRepeated, CancellationToken cancellationToken)
    {
        switch (step.Kind)
        {
            case StepKind.AwaitServed:
                await AwaitServedAsync(step, cancellationToken);
                break;
            case StepKind.Verify:
                _lease.Renew(step.Kind.ToString(), step.Deadline);
                _verification = await _verifier.VerifyAsync(_plan.Id, _plan.Target, cancellationToken);
                _verification = _verification with { Checklist = VerificationChecklist.Of(_verification, _context.ReadLedger()) };
                Journal(JournalKind.Verified, new VerifiedData { Verification = _verification }, RollbackJson.Compact.VerifiedData);
                Completed(step, _verification.ToString());
                break;
            case StepKind.Mark:
                Mark(step);
                break;
            case StepKind.Unmark:
                Unmark(step);
                break;
            default:
                await BringAboutAsync(step, isRepeated, cancellationToken);
                break;
        }
    }

    /// <summary>An effect of the platform: look, write the intent, act, read back, write the outcome.</summary>
    private async Task BringAboutAsync(PlannedStep step, bool isRepeated, CancellationToken cancellationToken)
    {
        if (await ObserveAsync(step, isRepeated, cancellationToken) is { State: EffectState.Present } seen)
        {
            Completed(step, seen.Detail);
            return;
        }

        _lease.Renew(step.Kind.ToString(), step.Deadline);
        Journal(JournalKind.StepIntended, Data(step, detail: null), RollbackJson.Compact.StepData);
        try
        {
            RollbackEvents.Boundary("Effect.Before", step.Kind.ToString());
            _hasUnrecordedEffect = true;
            var detail = await _context.Platform.ApplyAsync(step.Kind, _stepContext, cancellationToken);
            RollbackEvents.Boundary("Effect.After", step.Kind.ToString());
            if (step.Kind != StepKind.Activate)
            {
                await ReadBackAsync(step, cancellationToken);
            }

            Completed(step, detail);
            _hasUnrecordedEffect = false;
        }
        catch (RollbackOpsException failure) when (failure.Id != ErrorId.JournalUnwritable)
        {
            var told = await LookAfterAsync(step, failure, cancellationToken);
            if (told is null)
            {
                Completed(step, $"in place, although: {failure.Message}");
                _hasUnrecordedEffect = false;
                return;
            }

            _hasUnrecordedEffect = false;
            RecordFailure(step, told);
            throw told;
        }
    }

    /// <summary>
    /// What a failed effect left (S16, S17): an error proves neither that it took effect nor that it did not, so the
    /// world is looked at. Null when the effect is in place.
    /// </summary>
    private async Task<RollbackOpsException?> LookAfterAsync(
        PlannedStep step, RollbackOpsException failure, CancellationToken cancellationToken)
    {
        if (step.Kind == StepKind.Activate || failure.Id == ErrorId.OutcomeUnknown)
        {
            return failure;
        }

        string detail;
        try
        {
            var seen = await _context.Platform.ObserveAsync(step.Kind, _stepContext, cancellationToken);
            if (seen.State is EffectState.Present or EffectState.Absent)
            {
                return seen.State == EffectState.Present ? null : failure;
            }

            detail = seen.Detail;
        }
        catch (RollbackOpsException unseen)
        {
            detail = unseen.Message;
        }

        return new RollbackOpsException(ErrorId.OutcomeUnknown,
            $"Step {step.Number} failed ({failure.Message}), and whether it took effect cannot be told: {detail}.",
            "Look at the platform itself; then run Resume-Rollback.", _plan.Id, failure);
    }

    /// <summary>The failure itself matters more than its record: where that cannot be written, the end says so.</summary>
    private void RecordFailure(PlannedStep step, RollbackOpsException failure)
    {
        try
        {
            Journal(JournalKind.StepFailed, Data(step, failure.Message) with { Error = failure.Id }, RollbackJson.Compact.StepData);
        }
        catch (RollbackOpsException unwritable) when (unwritable.Id == ErrorId.JournalUnwritable)
        {
            _tell(new RollbackProgress(ProgressKind.Warning,
                $"The failure of step {step.Number} could not be recorded: {unwritable.Message}",
                step.Number, _plan.Steps.Count, Elapsed));
        }
    }

    /// <summary>Whether the effect is in place already. A restart is looked for by what is served, and only after a crash.</summary>
    private async Task<EffectObservation> ObserveAsync(
        PlannedStep step, bool isRepeated, CancellationToken cancellationToken)
    {
        if (step.Kind == StepKind.Activate)
        {
            var isServed = isRepeated && await _verifier.IsServedNowAsync(_plan.Target, cancellationToken);
            return new EffectObservation
            {
                State = isServed ? EffectState.Present : EffectState.Absent,
                Detail = isServed ? $"{_plan.Target.Id} is what is served" : "not looked for",
            };
        }

        var seen = await _context.Platform.ObserveAsync(step.Kind, _stepContext, cancellationToken);
        return seen.State switch
        {
            EffectState.Conflicting => throw new RollbackOpsException(ErrorId.WorldChanged,
                $"Step {step.Number} finds neither the state before nor the one intended: {seen.Detail}. Nothing was overwritten.",
                "Look at Get-DeploymentHistory and Get-RollbackLog, then plan again.", _plan.Id),
            EffectState.Unknown when isRepeated && !seen.IsRepeatable => throw new RollbackOpsException(
                ErrorId.OutcomeUnknown, $"Whether step {step.Number} took effect cannot be told: {seen.Detail}.",
                "Look at the platform itself before anything is repeated.", _plan.Id),
            _ => seen,
        };
    }

    private async Task ReadBackAsync(PlannedStep step, CancellationToken cancellationToken)
    {
        var seen = await _context.Platform.ObserveAsync(step.Kind, _stepContext, cancellationToken);
        if (seen.State != EffectState.Present)
        {
            throw new RollbackOpsException(ErrorId.OutcomeUnknown,
                $"Step {step.Number} was carried out, but is not seen in place: {seen.Detail}.",
                "Look at the platform itself; then run Resume-Rollback.", _plan.Id);
        }
    }

    private async Task AwaitServedAsync(PlannedStep step, CancellationToken cancellationToken)
    {
        _lease.Renew(step.Kind.ToString(), step.Deadline);
        var current = await _context.Platform.ReadCurrentAsync(cancellationToken);
        if (current != _plan.Target.Id)
        {
            throw RollbackPlanner.WorldChanged(_plan.Target.Id, current);
        }

        // Right after the switch (S9): whatever began to deploy in between may switch it away again.
        foreach (var inFlight in await _context.Platform.ReadInFlightAsync(cancellationToken))
        {
            _tell(new RollbackProgress(ProgressKind.Warning,
                $"{inFlight.Id} is {inFlight.State}; promotion is {(_context.Platform.CanPin ? "pinned" : "not pinned, and it may go live")}.",
                step.Number, _plan.Steps.Count, Elapsed));
        }

        var (isServed, detail) = await _verifier.AwaitAsync(_plan.Target, cancellationToken);
        if (isServed)
        {
            Completed(step, detail);
            return;
        }

        var notServed = new RollbackOpsException(ErrorId.NotServed,
            $"Production is switched to {_plan.Target.Id}, but that is not what is served. {detail}",
            "Look at what starts the service (platform.activate), then run Resume-Rollback.", _plan.Id);
        RecordFailure(step, notServed);
        throw notServed;
    }

    private void Mark(PlannedStep step)
    {
        if (!_context.ReadLedger().Marks.ContainsKey(_plan.From.Id))
        {
            var mark = new DeploymentMark
            {
                Kind = MarkKind.KnownBad,
                DeploymentId = _plan.From.Id,
                Reason = _plan.Reason,
                By = _context.Actor,
                At = _context.Clock.GetUtcNow(),
                RollbackId = _plan.Id,
            };
            Journal(JournalKind.DeploymentMarked, new DeploymentMarkedData { Mark = mark }, RollbackJson.Compact.DeploymentMarkedData);
        }

        Completed(step, $"{_plan.From.Id} is known bad");
    }

    /// <summary>Lifts the mark only if the undone rollback set it (S2).</summary>
    private void Unmark(PlannedStep step)
    {
        var isOurs = _context.ReadLedger().Marks.TryGetValue(_plan.Target.Id, out var mark)
            && mark.RollbackId == _plan.UndoOf;
        if (isOurs)
        {
            Journal(JournalKind.DeploymentUnmarked,
                new DeploymentUnmarkedData { DeploymentId = _plan.Target.Id, By = _context.Actor, Reason = _plan.Reason },
                RollbackJson.Compact.DeploymentUnmarkedData);
        }

        Completed(step, isOurs ? "lifted" : mark is null ? "there was none" : "left: another set it");
    }

    private void Completed(PlannedStep step, string detail)
    {
        Journal(JournalKind.StepCompleted, Data(step, detail), RollbackJson.Compact.StepData);
        _tell(new RollbackProgress(ProgressKind.Detail, $"{step.Description}: {detail}", step.Number, _plan.Steps.Count, Elapsed));
    }

    private StepData Data(PlannedStep step, string? detail) => new()
    {
        Step = step.Number,
        Kind = step.Kind,
        Detail = detail is null ? null : Inert.Text(detail),
        ElapsedMilliseconds = Elapsed.TotalMilliseconds,
        DurationMilliseconds = (Elapsed - _stepBegun).TotalMilliseconds,
        Key = $"{_plan.Id}/{step.Number}",
    };

    /// <summary>What a failure means depends on whether production was switched.</summary>
    private RollbackStatus StatusAfter(RollbackOpsException failure)
    {
        var isSwitched = ReadBack().Steps.Any(step => step is { Kind: StepKind.Switch, Status: StepStatus.Done });
        return failure.Id switch
        {
            ErrorId.OutcomeUnknown or ErrorId.LeaseLost => RollbackStatus.Unknown,
            // Without a record nobody can say how far it came; before the first effect there is nothing to say.
            ErrorId.JournalUnwritable when _hasUnrecordedEffect || isSwitched => RollbackStatus.Unknown,
            _ => isSwitched ? RollbackStatus.NotServed : RollbackStatus.Failed,
        };
    }

    private RollbackResult End(RollbackStatus status, RollbackOpsException failure)
    {
        try
        {
            return Finish(status, failure.Id, failure.Message, failure.NextStep);
        }
        catch (RollbackOpsException unwritable) when (unwritable.Id == ErrorId.JournalUnwritable)
        {
            return ReadBack() with
            {
                Status = status,
                Error = failure.Id,
                Message = $"{failure.Message} The end could not be recorded either: {unwritable.Message}",
                NextStep = $"{unwritable.NextStep} Then run Resume-Rollback: it looks at the world and goes on.",
                Duration = Elapsed,
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
                DurationMilliseconds = Elapsed.TotalMilliseconds,
            },
            RollbackJson.Compact.RollbackFinishedData);
        return ReadBack();
    }

    /// <summary>The result as the journal tells it: there is one source.</summary>
    private RollbackResult ReadBack() => _context.ReadLedger().Find(_plan.Id)!
        .ToResult(_plan.Project, _plan.Environment, _context.Store.Location);
}
