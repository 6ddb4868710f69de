using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>The platform's own way to make a deployment current, as a strategy.</summary>
internal sealed class PlatformStrategy(IDeploymentPlatform platform) : IRollbackStrategy
{
    /// <inheritdoc/>
    public RollbackStrategy Kind => platform.Strategy;

    /// <inheritdoc/>
    public bool Deploys => false;

    /// <inheritdoc/>
    public Action<string>? Tell
    {
        set => platform.Tell = value;
    }

    /// <inheritdoc/>
    public IReadOnlyList<PlannedEffect> Describe(Deployment from, Deployment target) =>
        platform.DescribeActivation(from, target);

    /// <inheritdoc/>
    public Task PreflightAsync(Deployment from, Deployment target, CancellationToken cancellationToken) =>
        target.Unswitchable is { } why
            ? throw new RollbackOpsException(ErrorId.TargetNotEligible,
                $"{platform.Name} would not switch to '{target.Id}': {why}.",
                "Choose a candidate (Get-DeploymentHistory | Where-Object IsCandidate), or another -Strategy.", target)
            : platform.PreflightAsync(from, target, cancellationToken);

    /// <inheritdoc/>
    public Task<EffectObservation> ObserveAsync(
        StepKind kind, StepContext context, CancellationToken cancellationToken) =>
        platform.ObserveAsync(kind, context, cancellationToken);

    /// <inheritdoc/>
    public Task<string> ApplyAsync(StepKind kind, StepContext context, CancellationToken cancellationToken) =>
        platform.ApplyAsync(kind, context, cancellationToken);

    /// <inheritdoc/>
    public Task<string?> FindCommitAsync(StepContext context, CancellationToken cancellationToken) =>
        Task.FromResult(context.Target.Commit);
}
