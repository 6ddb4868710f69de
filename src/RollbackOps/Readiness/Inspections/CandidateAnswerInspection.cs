using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether the deployment that a rollback would choose answers at its own address (S6).</summary>
internal sealed class CandidateAnswerInspection(ReadinessScope scope) : IInspection
{
    public string Name => "candidate-answers";

    public ReadinessArea Area => ReadinessArea.Platform;

    public string Expected => "the candidate passes the health checks at its own address (S6)";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        if ((await scope.ChoiceAsync(cancellationToken)).Target is not { } target)
        {
            return ReadinessFinding.None("there is no candidate");
        }

        var probe = await new TargetProber(scope.Context, static _ => { }).ProbeAsync(target, cancellationToken, readsContents: false);
        return probe.Status switch
        {
            CheckStatus.Passed => ReadinessFinding.Ready($"{target.Id}: {probe.Detail}"),
            CheckStatus.Failed => ReadinessFinding.Fail(
                $"{target.Id} failed in {probe.Tries} of {probe.Tries} tries: {probe.Detail}",
                $"Look why (Get-DeploymentLog {target.Id}); block it with Block-Deployment {target.Id} -Reason ..., so that an older one is chosen."),
            _ => ReadinessFinding.Warn(
                $"{target.Id} is not probed: {probe.Detail}",
                "Let it be probed before the switch: platform.probe of a release directory, platform.vercel.protectionBypass on Vercel."),
        };
    }
}
