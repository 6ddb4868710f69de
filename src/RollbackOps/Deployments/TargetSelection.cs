namespace RollbackOps.Deployments;

/// <summary>Which deployment "previous" is (S1, S2). Never a list position, never forward.</summary>
internal static class TargetSelection
{
    /// <summary>
    /// Why automatic selection may not choose a deployment, as the end of a sentence; null when it may.
    /// </summary>
    public static string? WhyNot(Deployment deployment, Deployment current) => deployment switch
    {
        _ when deployment.Id == current.Id => "it is live now",
        { State: not DeploymentState.Ready } => $"it is not ready but {deployment.State}",
        { Ineligibility: { } why } => why,
        { Unswitchable: { } why } => why,
        { IsKnownBad: true } => $"it is known bad ({deployment.Mark!.Reason})",
        { Served.Count: 0, IsServiceRecorded: true } => "it never served",
        _ when !IsOlder(deployment, current) => "it is newer than what is live",
        _ => null,
    };

    /// <summary>Whether one deployment is older than another; ids settle a tie.</summary>
    public static bool IsOlder(Deployment deployment, Deployment other) =>
        deployment.CreatedAt < other.CreatedAt
        || (deployment.CreatedAt == other.CreatedAt && string.CompareOrdinal(deployment.Id, other.Id) < 0);

    /// <summary>
    /// The newest eligible deployment whose health is proven or presumed; failing that the newest eligible one.
    /// </summary>
    /// <param name="newestFirst">The history, newest first; read no further than needed.</param>
    /// <param name="current">What is live.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async ValueTask<Deployment?> ChooseAsync(
        IAsyncEnumerable<Deployment> newestFirst, Deployment current, CancellationToken cancellationToken)
    {
        Deployment? unknown = null;
        await foreach (var deployment in newestFirst.WithCancellation(cancellationToken))
        {
            if (WhyNot(deployment, current) is not null)
            {
                continue;
            }

            if (deployment.Health != DeploymentHealth.Unknown)
            {
                return deployment;
            }

            unknown ??= deployment;
        }

        return unknown;
    }
}
