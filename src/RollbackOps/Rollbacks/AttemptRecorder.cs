using RollbackOps.Databases;
using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>Records attempts that changed nothing (S35).</summary>
internal sealed class AttemptRecorder
{
    private readonly RollbackContext _context;

    public AttemptRecorder(RollbackContext context) => _context = context;

    /// <summary>Records one.</summary>
    public void Record(
        RollbackStatus status, ErrorId? error, string message, string reason, Deployment? from, Deployment? target,
        bool isAutomatic = false) =>
        _context.Journal.Append(JournalKind.AttemptRefused, rollbackId: null,
            new AttemptRefusedData
            {
                Status = status,
                Error = error,
                Message = message,
                Reason = reason,
                Owner = _context.Actor,
                From = from?.Id,
                Target = target?.Id,
                IsAutomatic = isAutomatic,
            },
            RollbackJson.Compact.AttemptRefusedData);

    /// <summary>Records a restore that was refused.</summary>
    /// <param name="kind">Which way it was to go.</param>
    /// <param name="refusal">Why it was refused.</param>
    /// <param name="reason">Why it was asked for.</param>
    /// <param name="database">The database, or null where it is not known.</param>
    /// <param name="source">What was to take its place, or null where it is not known.</param>
    public void Record(RestoreKind kind, RollbackOpsException refusal, string reason, string? database, string? source) =>
        _context.Journal.Append(JournalKind.AttemptRefused, rollbackId: null,
            new AttemptRefusedData
            {
                Status = RollbackStatus.Refused,
                Error = refusal.Id,
                Message = refusal.Message,
                Reason = reason,
                Owner = _context.Actor,
                From = database,
                Target = source,
                Restore = kind,
            },
            RollbackJson.Compact.AttemptRefusedData);
}
