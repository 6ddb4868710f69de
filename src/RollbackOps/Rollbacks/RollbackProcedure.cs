using RollbackOps.Decisions;
using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>What a rollback is asked to follow: a verdict, a sealed plan, or a target.</summary>
internal sealed record RollbackOrder
{
    public RollbackDecision? Decision { get; init; }

    public RollbackPlan? Plan { get; init; }

    public required PlanRequest Request { get; init; }
}

/// <summary>The procedure from an order to a result, in two halves, so that a person can approve the plan in between.</summary>
internal sealed class RollbackProcedure
{
    private readonly RollbackContext _context;
    private readonly Action<RollbackProgress> _tell;

    public RollbackProcedure(RollbackContext context, Action<RollbackProgress> tell)
    {
        _context = context;
        _tell = tell;
    }

    /// <summary>Reads, judges again where needed, and plans. Writes nothing.</summary>
    /// <returns>The plan, or null when the verdict asks for no rollback.</returns>
    public async Task<(RollbackPlan? Plan, RollbackDecision? Decision)> PrepareAsync(
        RollbackOrder order, bool isAsked, CancellationToken cancellationToken)
    {
        if (order.Plan is { } plan)
        {
            VerdictGate.CheckBelongs(_context, plan.Project, plan.Environment, plan);
            return (plan, null);
        }

        var decision = order.Decision;
        if (decision is not null)
        {
            VerdictGate.CheckBelongs(_context, decision.Project, decision.Environment, decision);
            if (VerdictGate.IsStale(_context, decision))
            {
                _tell(new RollbackProgress(ProgressKind.Warning,
                    $"The decision of {decision.DecidedAt:u} is too old; judging again.", 0, 0, TimeSpan.Zero));
                decision = await new Judge(_context, _ => { }).JudgeAgainAsync(decision, cancellationToken);
            }

            if (VerdictGate.IsNotNeeded(decision, order.Request.OverrideVerdict))
            {
                return (null, decision);
            }

            // What carries itself with nobody there needs nobody's approval (decisions.md §5).
            var isCarried = order.Request.IsAutomatic && decision.IsAutomatic;
            VerdictGate.Check(decision, isAsked || isCarried, order.Request.OverrideVerdict);
        }

        var request = decision is null ? order.Request : order.Request with { Verdict = decision.Verdict };
        return (await new RollbackPlanner(_context, _tell).PlanAsync(request, cancellationToken), decision);
    }

    /// <summary>Carries a plan out.</summary>
    public Task<RollbackResult> CarryOutAsync(
        RollbackPlan plan, RollbackDecision? decision, CancellationToken cancellationToken) =>
        new RollbackRunner(_context, _tell).RunAsync(plan, decision, cancellationToken);

    /// <summary>Records that no rollback was needed and gives the result that says so.</summary>
    public RollbackResult NotNeeded(RollbackDecision decision, string reason)
    {
        var message = $"The verdict is {decision.Verdict}: {string.Join("; ", decision.Reasons)}.";
        new AttemptRecorder(_context).Record(
            RollbackStatus.NotNeeded, error: null, message, reason, decision.Current, decision.Target);
        return Unstarted(RollbackStatus.NotNeeded, reason, decision.Current, decision.Target) with { Message = message };
    }

    /// <summary>Records a refusal and gives the result that says so; a journal that cannot be written changes neither.</summary>
    public RollbackResult Refused(
        RollbackOpsException refusal, string reason, Deployment? from, Deployment? target, bool isAutomatic = false)
    {
        try
        {
            new AttemptRecorder(_context).Record(
                RollbackStatus.Refused, refusal.Id, refusal.Message, reason, from, target, isAutomatic);
        }
        catch (RollbackOpsException unrecorded) when (unrecorded.Id is ErrorId.JournalUnwritable or ErrorId.JournalTooNew)
        {
            _tell(new RollbackProgress(ProgressKind.Warning,
                $"The refusal could not be recorded: {unrecorded.Message}", 0, 0, TimeSpan.Zero));
        }

        return Unstarted(RollbackStatus.Refused, reason, from, target) with
        {
            IsAutomatic = isAutomatic,
            Error = refusal.Id,
            Message = refusal.Message,
            NextStep = refusal.NextStep,
        };
    }

    private RollbackResult Unstarted(RollbackStatus status, string reason, Deployment? from, Deployment? target) => new()
    {
        Project = _context.Settings.Project,
        Environment = _context.Settings.Environment,
        Status = status,
        From = from,
        Target = target,
        Reason = reason,
        Owner = _context.Actor,
        StartedAt = _context.Clock.GetUtcNow(),
        Duration = TimeSpan.Zero,
        StateLocation = _context.Store.Location,
    };
}
