using RollbackOps.Rollbacks;

namespace RollbackOps.Deployments;

/// <summary>Sets and lifts marks by hand (S2).</summary>
internal sealed class DeploymentMarks
{
    private readonly RollbackContext _context;

    public DeploymentMarks(RollbackContext context) => _context = context;

    /// <summary>The deployment of an id.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DeploymentNotFound"/>.</exception>
    public async Task<Deployment> RequireAsync(string id, CancellationToken cancellationToken)
    {
        var history = await _context.OpenHistoryAsync(_context.ReadLedger(), cancellationToken);
        return await history.FindAsync(id, cancellationToken)
            ?? throw new RollbackOpsException(ErrorId.DeploymentNotFound,
                $"There is no deployment '{Inert.Line(id)}'.", "Look at Get-DeploymentHistory -All.", id);
    }

    /// <summary>Marks a deployment as known bad.</summary>
    public Deployment Block(Deployment deployment, string reason)
    {
        var mark = new DeploymentMark
        {
            Kind = MarkKind.KnownBad,
            DeploymentId = deployment.Id,
            Reason = Inert.Text(reason),
            By = _context.Actor,
            At = _context.Clock.GetUtcNow(),
        };
        _context.Journal.Append(JournalKind.DeploymentMarked, rollbackId: null,
            new DeploymentMarkedData { Mark = mark }, RollbackJson.Compact.DeploymentMarkedData);
        return deployment with { Mark = mark, IsCandidate = false };
    }

    /// <summary>Lifts a deployment's mark; where there is none, nothing is written.</summary>
    public Deployment Unblock(Deployment deployment, string reason)
    {
        if (deployment.Mark is null)
        {
            return deployment;
        }

        _context.Journal.Append(JournalKind.DeploymentUnmarked, rollbackId: null,
            new DeploymentUnmarkedData { DeploymentId = deployment.Id, By = _context.Actor, Reason = Inert.Text(reason) },
            RollbackJson.Compact.DeploymentUnmarkedData);
        return deployment with { Mark = null };
    }
}
