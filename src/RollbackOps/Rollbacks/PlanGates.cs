using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Rollbacks;

/// <summary>
/// The gates a plan passes before it exists. Each has an override of its own name, which needs a reason and shows up in
/// the plan and the report (S37).
/// </summary>
internal sealed class PlanGates
{
    private readonly PlanRequest _request;
    private readonly List<PlanOverride> _overrides = [];

    public PlanGates(PlanRequest request)
    {
        _request = request;
        if (request.OverrideVerdict)
        {
            Override(nameof(request.OverrideVerdict));
        }

        if (request.ResetDevelopmentBranch)
        {
            Override(nameof(request.ResetDevelopmentBranch));
        }
    }

    /// <summary>The gates that were overridden so far.</summary>
    public IReadOnlyList<PlanOverride> Overrides => _overrides;

    /// <summary>A rollback that ran a moment ago, or whose pin is up (S2).</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RecentlyRolledBack"/>.</exception>
    public void Recent(RollbackAttempt last, bool isPinned)
    {
        if (!_request.Further)
        {
            throw new RollbackOpsException(ErrorId.RecentlyRolledBack,
                $"{last.Owner} rolled back from {last.Plan!.From.Id} to {last.Plan.Target.Id} at {last.SwitchedAt:u}: {last.Status}"
                + (isPinned ? ", and promotion is still pinned." : "."),
                "If that was not enough, use -Further to go further back, or name the target with -Target.",
                last.RollbackId);
        }

        Override(nameof(_request.Further));
    }

    /// <summary>A deployment in flight (S9).</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DeploymentInFlight"/>.</exception>
    public void InFlight(IReadOnlyList<Deployment> inFlight, InFlightPolicy policy)
    {
        if (inFlight.Count == 0 || policy is InFlightPolicy.Freeze or InFlightPolicy.Cancel)
        {
            return;
        }

        if (!_request.AllowInFlight)
        {
            throw new RollbackOpsException(ErrorId.DeploymentInFlight,
                $"A deployment is in flight: {string.Join(", ", inFlight.Select(one => $"{one.Id} ({one.State})"))}.",
                "Stop it, set policy.inFlight to freeze, or go on with -AllowInFlight -Reason.", inFlight[0]);
        }

        Override(nameof(_request.AllowInFlight));
    }

    /// <summary>Whether what a strategy's preflight found in the way may be there: a deployment in flight that it alone sees (S9).</summary>
    public bool Lets(RollbackOpsException found)
    {
        if (found.Id != ErrorId.DeploymentInFlight || !_request.AllowInFlight)
        {
            return false;
        }

        if (_overrides.All(one => one.Name != nameof(_request.AllowInFlight)))
        {
            Override(nameof(_request.AllowInFlight));
        }

        return true;
    }

    /// <summary>
    /// The target's own probe (S6). One that nobody named, and of whose health nothing is known, must have passed it (S1).
    /// </summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.TargetUnhealthy"/> or <see cref="ErrorId.TargetUnproven"/>.
    /// </exception>
    public void Target(Deployment target, TargetProbe probe)
    {
        var mustPass = _request.TargetId is null && target.Health == DeploymentHealth.Unknown;
        if (probe.Status == CheckStatus.Failed)
        {
            if (!_request.AllowUnhealthyTarget)
            {
                throw new RollbackOpsException(ErrorId.TargetUnhealthy,
                    $"The target '{target.Id}' failed its own probe in {probe.Tries} of {probe.Tries} tries: {probe.Detail}. A rollback would not help.",
                    mustPass
                        ? $"Name another target with -Target, or go on with -Target {target.Id} -AllowUnhealthyTarget -Reason."
                        : "Name another target with -Target, or go on with -AllowUnhealthyTarget -Reason.",
                    target);
            }

            Override(nameof(_request.AllowUnhealthyTarget));
        }

        if (mustPass && probe.Status != CheckStatus.Passed)
        {
            throw new RollbackOpsException(ErrorId.TargetUnproven,
                $"The best target left is '{target.Id}', and nothing shows that it works: the health it had while it served is unknown, and its probe did not pass ({probe}). Nothing was changed.",
                $"If you know that it works, name it: -Target {target.Id} -Reason. Or configure platform.probe, so that it is tried before anything is switched.",
                target);
        }
    }

    /// <summary>Whether the tests passed for the target's commit: what is to be shown of it, or null.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.ChecksNotPassed"/>.</exception>
    public PlanWarning? Checks(Deployment target, CommitCheckPolicy policy, string? unread)
    {
        var state = target.Checks?.State;
        if (policy == CommitCheckPolicy.Ignore || state == CommitCheckState.Passed)
        {
            return null;
        }

        var what = state switch
        {
            null => $"the checks of its commit were not read: {unread}",
            CommitCheckState.None => "nothing was checked about its commit",
            _ => $"the checks of its commit: {target.Checks}",
        };
        if (state != CommitCheckState.Failed && policy != CommitCheckPolicy.RequirePassed)
        {
            return new PlanWarning { Id = "ChecksNotPassed", Message = $"{target.Id}: {what}" };
        }

        if (!_request.AllowFailedChecks)
        {
            throw new RollbackOpsException(ErrorId.ChecksNotPassed,
                $"Nothing shows that the tests passed for '{target.Id}': {what}",
                "Look at them; name another target with -Target, or go on with -AllowFailedChecks -Reason.", target);
        }

        Override(nameof(_request.AllowFailedChecks));
        return new PlanWarning { Id = "ChecksNotPassed", Message = $"{target.Id}: {what}" };
    }

    /// <summary>The database's schema (S28).</summary>
    /// <param name="answer">What the reading came to.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.TargetNotEligible"/>.</exception>
    public SchemaGate Schema(SchemaGate answer)
    {
        if (answer.Status != SchemaGateStatus.Refused)
        {
            return answer;
        }

        if (!_request.AllowSchemaMismatch)
        {
            throw new RollbackOpsException(ErrorId.TargetNotEligible,
                $"{answer.Detail}. Nothing says that the target works with the database as it is. Nothing was changed.",
                "Check it, then go on with -AllowSchemaMismatch -Reason. A deployment can declare what it works with (schemaMin, schemaMax), and a repository that has both commits (repository.path) tells whether migrations differ.",
                answer);
        }

        Override(nameof(_request.AllowSchemaMismatch));
        return answer with { Status = SchemaGateStatus.Overridden };
    }

    /// <summary>The gate where there is nothing to hold it against.</summary>
    public static SchemaGate NotApplicable(string why) => new() { Status = SchemaGateStatus.NotApplicable, Detail = why };

    private void Override(string name) => _overrides.Add(new PlanOverride { Name = name, Reason = _request.Reason });
}
