using RollbackOps.Deployments;

namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether there is a deployment that a rollback would choose by itself (S1).</summary>
internal sealed class CandidateInspection(ReadinessScope scope) : IInspection
{
    public string Name => "candidate";

    public ReadinessArea Area => ReadinessArea.Platform;

    public string Expected => "an older deployment that served, is ready, is not known bad, and was healthy (S1)";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken) => await scope.ChoiceAsync(cancellationToken) switch
    {
        { Target: null, Current: var current } => ReadinessFinding.Fail(
            $"none is older than {current.Id}, which is live",
            "Look at Get-DeploymentHistory -All; unblock one with Unblock-Deployment, or keep more releases."),
        { Target: { Health: DeploymentHealth.Unknown } target } => ReadinessFinding.Warn(
            $"{target.Id}, whose health is not known: it never served for {Elapsed.Told(scope.Settings.Policy.PresumedHealthyAfter)} without being left",
            $"Probe it: Get-DeploymentHistory -Id {target.Id} | Test-DeploymentHealth -OwnAddress."),
        { Target: var target } => ReadinessFinding.Ready($"{target.Id}, health {target.Health}, made {Elapsed.Told(scope.Now - target.CreatedAt)} ago"),
    };
}
