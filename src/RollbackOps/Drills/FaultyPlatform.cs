using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Drills;

/// <summary>
/// The drill's platform with faults: its effects fail as a platform behind an API does, with the errors that the adapters make
/// of 409, 429, 500 and of an answer that never comes.
/// </summary>
/// <param name="platform">The platform itself.</param>
/// <param name="next">The fault of an effect, or null for none; asked once for each.</param>
internal sealed class FaultyPlatform(IDeploymentPlatform platform, Func<StepKind, DrillChaosKind?> next) : IDeploymentPlatform
{
    public string Name => platform.Name;

    public RollbackStrategy Strategy => platform.Strategy;

    public bool CanPin => platform.CanPin;

    public TimeSpan EffectDeadline => platform.EffectDeadline;

    public bool CanCancel => platform.CanCancel;

    public bool GivesPages => platform.GivesPages;

    public IReadOnlyList<string> NotTakenBack => platform.NotTakenBack;

    public Action<string>? Tell
    {
        set => platform.Tell = value;
    }

    public IAsyncEnumerable<Deployment> ListAsync(DeploymentQuery query, CancellationToken cancellationToken) => platform.ListAsync(query, cancellationToken);

    public Task<Deployment?> FindAsync(string id, CancellationToken cancellationToken) => platform.FindAsync(id, cancellationToken);

    public Task<IReadOnlyList<Activation>?> ReadActivationsAsync(CancellationToken cancellationToken) => platform.ReadActivationsAsync(cancellationToken);

    public Task<string> ReadCurrentAsync(CancellationToken cancellationToken) => platform.ReadCurrentAsync(cancellationToken);

    public Task<IReadOnlyList<Deployment>> ReadInFlightAsync(CancellationToken cancellationToken) => platform.ReadInFlightAsync(cancellationToken);

    public Task<IReadOnlyList<SettingChange>> ReadSettingChangesAsync(Deployment deployment, CancellationToken cancellationToken) =>
        platform.ReadSettingChangesAsync(deployment, cancellationToken);

    public Task<PromotionPin?> ReadPinAsync(CancellationToken cancellationToken) => platform.ReadPinAsync(cancellationToken);

    public Task PreflightAsync(Deployment from, Deployment target, CancellationToken cancellationToken) => platform.PreflightAsync(from, target, cancellationToken);

    public IReadOnlyList<PlannedEffect> DescribeActivation(Deployment from, Deployment target) => platform.DescribeActivation(from, target);

    public Task<EffectObservation> ObserveAsync(StepKind kind, StepContext context, CancellationToken cancellationToken) =>
        platform.ObserveAsync(kind, context, cancellationToken);

    public async Task<string> ApplyAsync(StepKind kind, StepContext context, CancellationToken cancellationToken)
    {
        switch (next(kind))
        {
            case DrillChaosKind.Conflict:
                throw new RollbackOpsException(ErrorId.PlatformBusy, $"The platform is busy with another switch ({kind}, status 409).", "Wait until it is over, then plan again.");
            case DrillChaosKind.RateLimited:
                throw new RollbackOpsException(ErrorId.RateLimited, $"The platform turns requests away: too many were made ({kind}, status 429).", "Wait, then try again.");
            case DrillChaosKind.ServerError:
                throw new RollbackOpsException(ErrorId.PlatformUnavailable, $"The platform fails ({kind}, status 500).", "Try again; Resume-Rollback goes on.");
            case DrillChaosKind.TimedOut:
                await platform.ApplyAsync(kind, context, cancellationToken);
                throw new RollbackOpsException(ErrorId.OutcomeUnknown,
                    $"No answer came to {kind}; whether it was carried out is not known.", "Look at what is live; then run Resume-Rollback.");
            default:
                return await platform.ApplyAsync(kind, context, cancellationToken);
        }
    }

    public Task<ITargetAddress?> OpenOwnAddressAsync(Deployment deployment, CancellationToken cancellationToken) =>
        platform.OpenOwnAddressAsync(deployment, cancellationToken);

    public Task<IAsyncEnumerable<ServedRequest>?> FollowRequestsAsync(string id, CancellationToken cancellationToken) =>
        platform.FollowRequestsAsync(id, cancellationToken);

    public IAsyncEnumerable<DeploymentLogLine> ReadLogAsync(string id, CancellationToken cancellationToken) => platform.ReadLogAsync(id, cancellationToken);
}
