using RollbackOps.Deployments;
using RollbackOps.Diagnostics;

namespace RollbackOps.Rollbacks;

/// <summary>Brings the platform's effects about, each seen, recorded and read back (S16).</summary>
internal sealed class StepEffects
{
    private readonly RollbackContext _context;
    private readonly RollbackPlan _plan;
    private readonly ILease _lease;
    private readonly RunRecorder _recorder;
    private readonly ServedVerifier _verifier;
    private readonly StepContext _stepContext;

    public StepEffects(
        RollbackContext context, RollbackPlan plan, ILease lease, RunRecorder recorder, ServedVerifier verifier)
    {
        _context = context;
        _plan = plan;
        _lease = lease;
        _recorder = recorder;
        _verifier = verifier;
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

    /// <summary>What was deployed in the target's place, once it is known.</summary>
    public Deployment? Deployed { get; set; }

    /// <summary>Whether something was brought about, or may have been, of which the journal does not know the outcome.</summary>
    public bool HasUnrecorded { get; private set; }

    /// <summary>
    /// Lifts the pin that was set before the switch (S9), where it stands: exactly that one, and a pin that it replaced
    /// is put back. Its records carry the number of the step that set it. A stop does not end it: it is short, and what
    /// it leaves would keep every deployment out.
    /// </summary>
    public async Task LiftEarlyPinAsync()
    {
        var pin = _plan.Steps.TakeWhile(step => step.Kind != StepKind.Switch).FirstOrDefault(step => step.Kind == StepKind.Pin);
        if (pin is null)
        {
            return;
        }

        var lift = pin with { Kind = StepKind.Unpin, Description = PlannedStep.LiftedAgain(pin) };
        if (await ObserveAsync(lift, isRepeated: false, CancellationToken.None) is not { State: EffectState.Present })
        {
            _recorder.Begin(lift);
            await BringAboutAsync(lift, isRepeated: false, CancellationToken.None);
        }
    }

    /// <summary>An effect of the platform: look, write the intent, act, read back, write the outcome.</summary>
    public async Task BringAboutAsync(PlannedStep step, bool isRepeated, CancellationToken cancellationToken)
    {
        if (await ObserveAsync(step, isRepeated, cancellationToken) is { State: EffectState.Present } seen)
        {
            _recorder.Completed(step, seen.Detail, Deployed?.Id);
            return;
        }

        _lease.Renew(step.Kind.ToString(), step.Deadline);
        _recorder.Intended(step);
        try
        {
            RollbackEvents.Boundary("Effect.Before", step.Kind.ToString());
            HasUnrecorded = true;
            var detail = await StrategyOf(step).ApplyAsync(step.Kind, ContextOf(step), cancellationToken);
            RollbackEvents.Boundary("Effect.After", step.Kind.ToString());
            if (step.Kind != StepKind.Activate)
            {
                await ReadBackAsync(step, cancellationToken);
            }

            _recorder.Completed(step, detail, Deployed?.Id);
            HasUnrecorded = false;
        }
        catch (RollbackOpsException failure) when (failure.Id != ErrorId.JournalUnwritable)
        {
            var told = await LookAfterAsync(step, failure, cancellationToken);
            if (told is null)
            {
                _recorder.Completed(step, $"in place, although: {failure.Message}", Deployed?.Id);
                HasUnrecorded = false;
                return;
            }

            HasUnrecorded = false;
            _recorder.Failed(step, told);
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
        if (step.Kind == StepKind.Activate || failure.Id == ErrorId.OutcomeUnknown
            || failure.IsInPlace is not null)
        {
            return failure;
        }

        string detail;
        try
        {
            var seen = await StrategyOf(step).ObserveAsync(step.Kind, ContextOf(step), cancellationToken);
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

    /// <summary>Whether the effect is in place already. A restart is looked for by what is served, and only after a crash.</summary>
    private async Task<EffectObservation> ObserveAsync(
        PlannedStep step, bool isRepeated, CancellationToken cancellationToken)
    {
        if (step.Kind == StepKind.Activate)
        {
            var isServed = isRepeated && await _verifier.IsServedNowAsync(Deployed ?? _plan.Target, cancellationToken);
            return new EffectObservation
            {
                State = isServed ? EffectState.Present : EffectState.Absent,
                Detail = isServed ? $"{_plan.Target.Id} is what is served" : "not looked for",
            };
        }

        EffectObservation seen;
        try
        {
            seen = await StrategyOf(step).ObserveAsync(step.Kind, ContextOf(step), cancellationToken);
        }
        catch (RollbackOpsException unseen) when (isRepeated)
        {
            throw new RollbackOpsException(ErrorId.OutcomeUnknown,
                $"Whether step {step.Number} took effect cannot be told: {unseen.Message}",
                $"{unseen.NextStep} Then run Resume-Rollback.", _plan.Id, unseen);
        }

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

    /// <summary>Whether something was pushed or started, or may have been, that ends in a deployment.</summary>
    public async Task<bool> MayBePushedAsync(
        IReadOnlyDictionary<int, StepResult> done, CancellationToken cancellationToken)
    {
        foreach (var step in _plan.Steps.Where(step => step.Kind is StepKind.Push or StepKind.Dispatch && done.ContainsKey(step.Number)))
        {
            var seen = await StrategyOf(step).ObserveAsync(step.Kind, _stepContext, cancellationToken);
            if (seen.State != EffectState.Absent)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Waits for what a strategy has deployed.</summary>
    public async Task<Deployment> AwaitDeploymentAsync(PlannedStep step, CancellationToken cancellationToken)
    {
        _lease.Renew(step.Kind.ToString(), step.Deadline);
        return await new DeploymentAwaiter(_context, _plan).AwaitAsync(
            new RollbackLadder(_context).Find(step.Strategy!.Value), _stepContext, cancellationToken);
    }

    /// <summary>The pin that a rollback itself lifts again is its own; what was deployed takes the target's place.</summary>
    private StepContext ContextOf(PlannedStep step) => step.Kind switch
    {
        StepKind.Unpin when _plan.Kind == PlanKind.Rollback => _stepContext with { UndoOf = _plan.Id },
        StepKind.Switch or StepKind.Activate when Deployed is not null => _stepContext with { Target = Deployed },
        _ => _stepContext,
    };

    /// <summary>Who brings a step about. Switching and pinning are the platform's, on every rung.</summary>
    private IRollbackStrategy StrategyOf(PlannedStep step) => new RollbackLadder(_context).Find(
        step.Kind is StepKind.Switch or StepKind.Activate or StepKind.Pin or StepKind.Unpin
            ? RollbackStrategy.Instant
            : step.Strategy ?? RollbackStrategy.Instant);

    private async Task ReadBackAsync(PlannedStep step, CancellationToken cancellationToken)
    {
        var seen = await StrategyOf(step).ObserveAsync(step.Kind, ContextOf(step), cancellationToken);
        if (seen.State != EffectState.Present)
        {
            throw new RollbackOpsException(ErrorId.OutcomeUnknown,
                $"Step {step.Number} was carried out, but is not seen in place: {seen.Detail}.",
                "Look at the platform itself; then run Resume-Rollback.", _plan.Id);
        }
    }
}
