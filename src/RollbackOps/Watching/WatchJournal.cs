using RollbackOps.Decisions;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Watching;

/// <summary>
/// What a watch leaves in the journal, so that it goes on where it was and S27 knows what an incident is. What cannot be written
/// is said once and ends nothing: to act matters more than to note.
/// </summary>
internal sealed class WatchJournal
{
    private readonly RollbackContext _context;
    private readonly bool _writes;
    private readonly Action<string> _warn;
    private bool _hasWarned;
    private bool _isSerious;

    public WatchJournal(RollbackContext context, bool writes, Action<string> warn)
    {
        (_context, _writes, _warn) = (context, writes, warn);
        _isSerious = writes && context.ReadLedger().Watch.IsSerious;
    }

    /// <summary>How far a deployment came.</summary>
    public void Note(WatchPhase phase, Deployment deployment, DateTimeOffset? liveAt, string detail, bool isProven = false) => Append(() =>
        _context.Journal.Append(JournalKind.WatchNoted, rollbackId: null,
            new WatchNotedData
            {
                Phase = phase,
                DeploymentId = deployment.Id,
                CreatedAt = deployment.CreatedAt,
                LiveAt = liveAt,
                IsProven = isProven,
                Detail = Inert.Text(detail),
                By = _context.Actor,
            },
            RollbackJson.Compact.WatchNotedData));

    /// <summary>What was judged: an incident begins with a serious verdict, and eases with the first that is none.</summary>
    public void Judged(RollbackDecision decision)
    {
        var isSerious = decision.Severity is Severity.P1 or Severity.P2;
        if (isSerious && !_isSerious)
        {
            Append(JournalKind.IncidentOpened, decision, VerdictGate.ReasonOf(decision));
        }
        else if (!isSerious && _isSerious)
        {
            Append(JournalKind.IncidentEased, decision, VerdictGate.ReasonOf(decision));
        }

        _isSerious = isSerious;
    }

    /// <summary>Nothing is judged any more, so that nothing serious is known.</summary>
    public void Eased(string why)
    {
        if (_isSerious)
        {
            Append(JournalKind.IncidentEased, decision: null, why);
        }

        _isSerious = false;
    }

    private void Append(JournalKind kind, RollbackDecision? decision, string reason) => Append(() =>
        _context.Journal.Append(kind, rollbackId: null,
            new IncidentData
            {
                DeploymentId = decision?.Current?.Id,
                Verdict = decision?.Verdict,
                Severity = decision?.Severity,
                Reason = Inert.Text(reason),
                By = _context.Actor,
            },
            RollbackJson.Compact.IncidentData));

    private void Append(Action append)
    {
        if (!_writes)
        {
            return;
        }

        try
        {
            append();
        }
        catch (RollbackOpsException unwritable) when (unwritable.Id is ErrorId.JournalUnwritable or ErrorId.JournalTooNew)
        {
            if (!_hasWarned)
            {
                _warn($"What the watch sees cannot be noted: {unwritable.Message}");
            }

            _hasWarned = true;
        }
    }
}
