using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>Records attempts that changed nothing (S35).</summary>
internal sealed class AttemptRecorder
{
    private readonly RollbackContext _context;

    public AttemptRecorder(RollbackContext context) => _context = context;

    /// <summary>Records one.</summary>
    public void Record(
        RollbackStatus status, ErrorId? error, string message, string reason, Deployment? from, Deployment? target) =>
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
            },
            RollbackJson.Compact.AttemptRefusedData);
}
