using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Vercel;

/// <summary>
/// The pin (S11): automatic assignment of the production domains is off. Vercel turns it off with a rollback and on with
/// a promotion; both are verified, and made good where Vercel did not.
/// </summary>
internal sealed class VercelPin(VercelApi api, TimeProvider clock)
{
    /// <summary>The pin, or null.</summary>
    public async Task<PromotionPin?> ReadAsync(CancellationToken cancellationToken)
    {
        var (project, _) = await api.ShareProjectAsync(cancellationToken);
        if (project.AutoAssignCustomDomains != false)
        {
            return null;
        }

        var current = VercelSwitch.CurrentOf(project);
        var last = project.LastAliasRequest;
        var isRollbacks = last is { Type: "rollback", JobStatus: "succeeded" } && last.ToDeploymentId == current;
        var (rollbackId, reason) = VercelApi.ReadDescription(project.RollbackDescription?.Description);
        return new PromotionPin
        {
            DeploymentId = current ?? string.Empty,
            Since = VercelDeployments.Time(isRollbacks ? project.RollbackDescription?.CreatedAt ?? last!.RequestedAt : project.UpdatedAt)
                ?? clock.GetUtcNow(),
            By = Inert.Line((isRollbacks ? project.RollbackDescription?.Username : null)
                ?? project.AutoAssignCustomDomainsUpdatedBy ?? "(Vercel does not say)"),
            RollbackId = isRollbacks ? rollbackId : null,
            Reason = isRollbacks ? reason : null,
        };
    }

    /// <summary>Whether promotion is pinned, or for an undo no longer, as it should be.</summary>
    public async Task<EffectObservation> ObserveAsync(StepKind kind, StepContext context, CancellationToken cancellationToken)
    {
        var (project, _) = await api.ReadProjectAsync(cancellationToken);
        if (project.AutoAssignCustomDomains is not { } isOn)
        {
            return Seen(EffectState.Unknown, "Vercel does not say whether domains are assigned automatically");
        }

        return Seen(isOn == IsOnAfter(kind, context) ? EffectState.Present : EffectState.Absent,
            isOn ? "domains are assigned automatically: a new deployment goes live" : "domains are not assigned automatically");
    }

    /// <summary>Sets it.</summary>
    public async Task<string> ApplyAsync(StepKind kind, StepContext context, CancellationToken cancellationToken)
    {
        var on = IsOnAfter(kind, context);
        await api.SetAutoAssignAsync(on, cancellationToken);
        return on ? "automatic assignment of domains turned on" : "automatic assignment of domains turned off";
    }

    /// <summary>An undo puts a pin back that was there before the rollback.</summary>
    private static bool IsOnAfter(StepKind kind, StepContext context) => kind == StepKind.Unpin && context.PinBefore is null;

    private static EffectObservation Seen(EffectState state, string detail) => new() { State = state, Detail = detail };
}
