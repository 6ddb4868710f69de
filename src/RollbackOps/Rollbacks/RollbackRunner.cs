using RollbackOps.Configuration;
using RollbackOps.Decisions;

namespace RollbackOps.Rollbacks;

/// <summary>
/// Carries a plan out: lease, then step by step, each with its intent on disk before the effect and its outcome after
/// it (S16), then what was verified and how it came out.
/// </summary>
/// <remarks>
/// <code>
/// lease ─ world as planned? ─ started ─┬─ intent ─ effect ─ read back ─ outcome ─┬─ verified ─ finished ─ lease back
///                                      └──────────────── next step ──────────────┘
/// </code>
/// Killed anywhere, <see cref="ResumeAsync"/> reads the journal, looks at the world, and does what is missing.
/// </remarks>
internal sealed class RollbackRunner
{
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromMinutes(2);

    private readonly RollbackContext _context;
    private readonly Action<RollbackProgress> _tell;

    public RollbackRunner(RollbackContext context, Action<RollbackProgress> tell)
    {
        _context = context;
        _tell = tell;
    }

    /// <summary>Runs a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="decision">The verdict it follows, or null; its inputs are kept in the journal (S33).</param>
    /// <param name="cancellationToken">Stops waiting; leaves it resumable.</param>
    /// <returns>The result, whatever became of it once the first record was written.</returns>
    /// <exception cref="RollbackOpsException">A rule forbids it; nothing was changed.</exception>
    public async Task<RollbackResult> RunAsync(
        RollbackPlan plan, RollbackDecision? decision, CancellationToken cancellationToken)
    {
        CheckSealed(plan);
        if (plan.IsAlreadyCurrent)
        {
            return await VerifyOnlyAsync(plan, cancellationToken);
        }

        using var lease = _context.TakeLease(plan.Id, "preflight", _tell);
        await CheckWorldAsync(plan, cancellationToken);
        var run = new RollbackRun(_context, plan, lease, _tell);
        run.Started(new RollbackStartedData
        {
            Plan = plan,
            Inputs = decision?.Inputs,
            Owner = _context.Actor,
            Host = lease.Holder.Host,
            ProcessId = lease.Holder.ProcessId,
            Token = lease.Holder.Token,
        });
        return await run.CarryOutAsync(new Dictionary<int, StepResult>(), cancellationToken);
    }

    /// <summary>Finishes a rollback that was cut off, or stops it cleanly.</summary>
    /// <param name="rollbackId">The rollback, or null for the last one that can be resumed.</param>
    /// <param name="cancellationToken">Stops waiting; leaves it resumable.</param>
    /// <exception cref="RollbackOpsException">There is nothing to resume, or somebody else is at it.</exception>
    public async Task<RollbackResult> ResumeAsync(string? rollbackId, CancellationToken cancellationToken)
    {
        var attempt = FindResumable(rollbackId);
        using var lease = _context.TakeLease(attempt.RollbackId!, "resume", _tell);
        // Somebody may have resumed it between the look and the lease.
        attempt = FindResumable(attempt.RollbackId);
        if (!attempt.IsUnfinished)
        {
            RefuseOvertaken(_context.ReadLedger(), attempt.FirstRecord, "this rollback began");
        }

        var run = new RollbackRun(_context, attempt.Plan!, lease, _tell);
        run.Journal(JournalKind.Resumed,
            new NoteData { By = _context.Actor, Note = $"was {attempt.Status}", Token = lease.Holder.Token },
            RollbackJson.Compact.NoteData);
        return attempt.SwitchedAt is null && _context.Clock.GetUtcNow() > attempt.Plan!.ExpiresAt
            ? await run.StopExpiredAsync(attempt, cancellationToken)
            : await run.CarryOutAsync(attempt.Steps, cancellationToken);
    }

    /// <summary>The attempt that a resume would take up.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RollbackNotFound"/>.</exception>
    public RollbackAttempt FindResumable(string? rollbackId)
    {
        var ledger = _context.ReadLedger();
        var attempt = rollbackId is null
            ? ledger.Attempts.LastOrDefault(one => one.Plan is not null)
            : ledger.Find(rollbackId);
        if (attempt?.Plan is not null && attempt.UndoneBy is null && attempt.Status
            is RollbackStatus.Unfinished or RollbackStatus.Unknown or RollbackStatus.NotServed
            or RollbackStatus.Unhealthy or RollbackStatus.PartiallyRolledBack)
        {
            return attempt;
        }

        throw new RollbackOpsException(ErrorId.RollbackNotFound,
            attempt is null
                ? $"There is no rollback{(rollbackId is null ? "" : $" '{Inert.Line(rollbackId)}'")} to resume."
                : $"Rollback {attempt.Number} is {attempt.Status}; there is nothing left to do in it.",
            "Look at Get-RollbackLog.", rollbackId);
    }

    private void CheckSealed(RollbackPlan plan)
    {
        if (plan.Hash != plan.ComputeHash())
        {
            throw new RollbackOpsException(ErrorId.PlanTampered,
                $"The plan '{plan.Id}' is not what was sealed: its content does not match its hash.",
                "Make a new plan with New-RollbackPlan.", plan);
        }

        if (plan.Project != _context.Settings.Project || plan.Environment != _context.Settings.Environment
            || plan.Platform != _context.Platform.Name)
        {
            throw new RollbackOpsException(ErrorId.TargetNotEligible,
                $"The plan is for {plan.Platform} {plan.Project}/{plan.Environment}, and this is {_context.Platform.Name} {_context.Settings.Project}/{_context.Settings.Environment}.",
                "Run it where it belongs, or plan anew here.", plan);
        }

        var now = _context.Clock.GetUtcNow();
        if (now > plan.ExpiresAt || now < plan.CreatedAt - s_clockTolerance)
        {
            throw new RollbackOpsException(ErrorId.PlanExpired,
                now > plan.ExpiresAt
                    ? $"The plan was made at {plan.CreatedAt:u} and expired at {plan.ExpiresAt:u}."
                    : $"The plan was made at {plan.CreatedAt:u}, which this machine's clock ({now:u}) has not reached: a clock jumped.",
                "Make a new plan; the world may have changed.", plan);
        }
    }

    private async Task<RollbackResult> VerifyOnlyAsync(RollbackPlan plan, CancellationToken cancellationToken)
    {
        var begun = _context.Clock.GetTimestamp();
        var startedAt = _context.Clock.GetUtcNow();
        var verification = await new ServedVerifier(_context, plan.BuildFiles, _tell).VerifyAsync(plan.Id, plan.Target, cancellationToken);
        var (status, error, message, nextStep) = RollbackOutcome.Of(verification);
        if (status == RollbackStatus.Succeeded)
        {
            (status, message) = (RollbackStatus.AlreadyCurrent, $"{plan.Target.Id} is live already; nothing was changed.");
        }

        new AttemptRecorder(_context).Record(status, error, message!, plan.Reason, plan.From, plan.Target, plan.IsAutomatic);
        return new RollbackResult
        {
            RollbackId = plan.Id,
            Kind = plan.Kind,
            Project = plan.Project,
            Environment = plan.Environment,
            Status = status,
            From = plan.From,
            Target = plan.Target,
            Reason = plan.Reason,
            Owner = _context.Actor,
            IsAutomatic = plan.IsAutomatic,
            StartedAt = startedAt,
            Duration = _context.Clock.GetElapsedTime(begun),
            Verification = verification,
            Overrides = plan.Overrides,
            Warnings = plan.Warnings,
            Error = error,
            Message = message,
            NextStep = nextStep,
            StateLocation = _context.Store.Location,
        };
    }

    /// <summary>Compare and set (S9, S10): under the lease, the world must be what the plan saw.</summary>
    private async Task CheckWorldAsync(RollbackPlan plan, CancellationToken cancellationToken)
    {
        var ledger = _context.ReadLedger();
        if (ledger.Unfinished is { } unfinished)
        {
            throw new RollbackOpsException(ErrorId.RollbackUnfinished,
                $"Rollback {unfinished.Number} was cut off and is not finished.",
                "Run Resume-Rollback first; it finishes it or stops it cleanly.", unfinished.RollbackId);
        }

        RefuseOvertaken(ledger, plan.JournalNumber, "the plan was made");
        await using var sideBySide = new SideBySide(cancellationToken);
        var reading = sideBySide.Begin(_context.Platform.ReadCurrentAsync);
        var flying = sideBySide.Begin(_context.Platform.ReadInFlightAsync);
        var level = plan.SchemaGate is { Level: not null, IsLevelRecorded: false }
            ? sideBySide.Begin(new SchemaReader(_context).ReadLevelAsync)
            : null;
        var current = await reading;
        if (current != plan.From.Id)
        {
            throw RollbackPlanner.WorldChanged(plan.From.Id, current);
        }

        // One that cannot be read now is not known to have changed: the plan is minutes old.
        if (level is not null && (await level).Applied is { } applied && applied.ToString() != plan.SchemaGate.Level)
        {
            throw new RollbackOpsException(ErrorId.WorldChanged,
                $"The database was at {plan.SchemaGate.Level} when the plan was made, and is at {applied} now. Nothing was changed.",
                "Plan again: the schema gate has to be asked anew.", plan);
        }

        var inFlight = await flying;
        var allowed = plan.Kind == PlanKind.Undo
            || _context.Settings.Policy.InFlight == InFlightPolicy.Freeze
            || plan.Steps.Any(step => step.Kind == StepKind.Cancel)
            || plan.Overrides.Any(one => one.Name == nameof(PlanRequest.AllowInFlight));
        if (inFlight.Count > 0 && !allowed)
        {
            throw new RollbackOpsException(ErrorId.DeploymentInFlight,
                $"Since the plan was made, {inFlight[0].Id} began to deploy ({inFlight[0].State}).",
                "Stop it, or plan again with -AllowInFlight -Reason.", inFlight[0]);
        }
    }

    /// <summary>Production was switched by another rollback in between: what is missing here is not wanted any more.</summary>
    private static void RefuseOvertaken(RollbackLedger ledger, long since, string moment)
    {
        var later = ledger.Attempts.LastOrDefault(attempt => attempt.FirstRecord > since && attempt.SwitchedAt is not null);
        if (later?.Plan is { } other)
        {
            throw new RollbackOpsException(ErrorId.WorldChanged,
                $"Since {moment}, {later.Owner} switched from {other.From.Id} to {other.Target.Id} ({later.SwitchedAt:u}, {later.Status}). Nothing was overwritten.",
                "Look at Get-RollbackLog, then plan again.", later.RollbackId);
        }
    }
}
