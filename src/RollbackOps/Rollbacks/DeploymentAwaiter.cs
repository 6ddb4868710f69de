using System.Globalization;
using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>
/// Waits for the deployment that a strategy brought about by way of a commit: until it is ready and live, or ready and
/// held back by a pin, which the steps after it see to (S11).
/// </summary>
internal sealed class DeploymentAwaiter
{
    private const int Newest = 20;
    private static readonly TimeSpan s_poll = TimeSpan.FromSeconds(2);

    // Clocks of a platform and of this machine differ.
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromMinutes(2);

    private readonly RollbackContext _context;
    private readonly RollbackPlan _plan;

    public DeploymentAwaiter(RollbackContext context, RollbackPlan plan)
    {
        _context = context;
        _plan = plan;
    }

    /// <summary>Waits.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.StepFailed"/>: it failed. <see cref="ErrorId.OutcomeUnknown"/>: it did not come in time, and may
    /// still come (S17).
    /// </exception>
    public async Task<Deployment> AwaitAsync(
        IRollbackStrategy strategy, StepContext step, CancellationToken cancellationToken)
    {
        var commit = await strategy.FindCommitAsync(step, cancellationToken) ?? throw new RollbackOpsException(
            ErrorId.OutcomeUnknown, $"What {strategy.Kind} is to have deployed cannot be told.",
            "Look at the repository, then run Resume-Rollback.", _plan.Id);
        var begun = _context.Clock.GetTimestamp();
        while (true)
        {
            Deployment? found = null;
            RollbackOpsException? unseen = null;
            try
            {
                found = await FindAsync(commit, cancellationToken);
                if (found is { State: DeploymentState.Ready } && await IsLiveOrStagedAsync(found, cancellationToken))
                {
                    return found;
                }
            }
            catch (RollbackOpsException blind) when (blind.Kind == ErrorKind.ResourceUnavailable)
            {
                // It goes on, whether it is seen or not.
                unseen = blind;
            }

            if (found is { State: DeploymentState.Failed })
            {
                throw new RollbackOpsException(ErrorId.StepFailed,
                    $"{found.Id}, which was to bring {commit[..12]} live, failed{(found.Error is null ? "" : $": {found.Error}")}.",
                    "Look at Get-DeploymentLog; then take another -Strategy.", found.Id);
            }

            if (_context.Clock.GetElapsedTime(begun) >= _context.Settings.Policy.DeployTimeout)
            {
                throw new RollbackOpsException(ErrorId.OutcomeUnknown, string.Create(CultureInfo.InvariantCulture,
                    $"After {_context.Settings.Policy.DeployTimeout.TotalMinutes:0.#} min {(unseen is not null ? $"nothing is to be seen ({unseen.Message})" : found is null ? $"there is no deployment of {commit[..12]}" : $"{found.Id} is {found.State}")}."),
                    "It may still come. Look at what deploys the production branch, then run Resume-Rollback.", _plan.Id);
            }

            await Task.Delay(s_poll, _context.Clock, cancellationToken);
        }
    }

    /// <summary>While promotion is pinned, a new deployment never goes live by itself (S11).</summary>
    private async Task<bool> IsLiveOrStagedAsync(Deployment found, CancellationToken cancellationToken) =>
        await _context.Platform.ReadCurrentAsync(cancellationToken) == found.Id
        || await _context.Platform.ReadPinAsync(cancellationToken) is not null;

    private async Task<Deployment?> FindAsync(string commit, CancellationToken cancellationToken)
    {
        var query = new DeploymentQuery { First = Newest, Since = _plan.CreatedAt - s_clockTolerance };
        await foreach (var deployment in _context.Platform.ListAsync(query, cancellationToken))
        {
            if (deployment.CreatedAt >= query.Since && deployment.Id != _plan.From.Id && deployment.Id != _plan.Target.Id
                && deployment.Commit is { Length: >= 7 } built && commit.StartsWith(built, StringComparison.OrdinalIgnoreCase))
            {
                return deployment;
            }
        }

        return null;
    }
}
