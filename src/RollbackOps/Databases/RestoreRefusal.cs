using RollbackOps.Rollbacks;

namespace RollbackOps.Databases;

/// <summary>A restore that a rule forbade: recorded (S35), and told as a result.</summary>
internal sealed class RestoreRefusal
{
    private readonly DatabaseContext _context;
    private readonly Action<RollbackProgress> _tell;

    public RestoreRefusal(DatabaseContext context, Action<RollbackProgress> tell)
    {
        _context = context;
        _tell = tell;
    }

    /// <summary>Records a refusal and gives the result that says so; a journal that cannot be written changes neither.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="kind">Which way it was to go.</param>
    /// <param name="reason">Why it was asked for.</param>
    /// <param name="plan">Its plan, or null where it came to none.</param>
    /// <param name="backup">The backup's name, or null.</param>
    public DatabaseRestoreResult Record(
        RollbackOpsException refusal, RestoreKind kind, string reason, DatabaseRestorePlan? plan, string? backup)
    {
        try
        {
            new AttemptRecorder(_context.Context).Record(kind, refusal, reason, _context.Engine.Place, backup ?? plan?.Side);
        }
        catch (RollbackOpsException unrecorded) when (unrecorded.Id is ErrorId.JournalUnwritable or ErrorId.JournalTooNew)
        {
            _tell(new RollbackProgress(ProgressKind.Warning,
                $"The refusal could not be recorded: {unrecorded.Message}", 0, 0, TimeSpan.Zero));
        }

        return new DatabaseRestoreResult
        {
            RestoreId = plan?.Id,
            Kind = kind,
            Project = _context.Project,
            Environment = _context.Environment,
            Status = RestoreStatus.Refused,
            Database = _context.Engine.Place,
            Backup = backup,
            Order = plan?.Order ?? RestoreOrder.StopFirst,
            Reason = reason,
            Owner = _context.Context.Actor,
            StartedAt = _context.Clock.GetUtcNow(),
            Overrides = plan?.Overrides ?? [],
            Error = refusal.Id,
            Message = refusal.Message,
            NextStep = refusal.NextStep,
        };
    }

    /// <summary>A recorded refusal as the result that its command gave.</summary>
    public static DatabaseRestoreResult ToResult(RollbackAttempt attempt, string project, string environment)
    {
        var refusal = attempt.Refusal!;
        return new DatabaseRestoreResult
        {
            Kind = refusal.Restore!.Value,
            Project = project,
            Environment = environment,
            Status = RestoreStatus.Refused,
            Database = refusal.From ?? "(unknown)",
            Backup = refusal.Target,
            Reason = refusal.Reason,
            Owner = attempt.Owner,
            StartedAt = attempt.StartedAt,
            Error = refusal.Error,
            Message = refusal.Message,
        };
    }
}
