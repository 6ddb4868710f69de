using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Watching;

/// <summary>What the platform shows at one reading.</summary>
/// <param name="CurrentId">What is live; null when that cannot be told.</param>
/// <param name="Newest">The deployments that may be followed, newest first.</param>
internal sealed record WatchSight(string? CurrentId, IReadOnlyList<Deployment> Newest)
{
    private const int Most = 20;

    /// <summary>Reads.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="id">The one deployment that is followed; null for the newest.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RollbackOpsException">The platform cannot be read, or has no such deployment.</exception>
    public static async Task<WatchSight> ReadAsync(IDeploymentPlatform platform, string? id, CancellationToken cancellationToken)
    {
        await using var sideBySide = new SideBySide(cancellationToken);
        var reading = sideBySide.Begin(token => ReadCurrentAsync(platform, token));
        var newest = id is null
            ? await ListAsync(platform, cancellationToken)
            : [await platform.FindAsync(id, cancellationToken) ?? throw new RollbackOpsException(ErrorId.DeploymentNotFound,
                $"There is no deployment '{Inert.Line(id)}'.", "Look at Get-DeploymentHistory -All.", id)];
        return new WatchSight(await reading, newest);
    }

    /// <summary>
    /// The deployments that a watch which goes on and on need not follow: those before the newest, or, where an earlier watch
    /// noted something, those that it saw to the end or that are older than anything it may have left unfinished.
    /// </summary>
    /// <param name="noted">What earlier watches noted.</param>
    /// <param name="patience">How long a deployment may be under way.</param>
    public IEnumerable<string> PastOf(WatchLedger noted, TimeSpan patience)
    {
        var since = noted.NewestCreatedAt - patience;
        return Newest
            .Where((one, at) => one.Id != CurrentId && (since is null ? at > 0 : one.CreatedAt < since))
            .Concat(Newest.Where(one => IsFinal(noted.Of(one.Id)?.Phase)))
            .Select(one => one.Id);
    }

    /// <summary>Whether a deployment could serve, and a newer one is what is live.</summary>
    public bool IsLeftBehind(Deployment deployment) => deployment.State == DeploymentState.Ready && deployment.Id != CurrentId
        && Newest.FirstOrDefault(one => one.Id == CurrentId) is { } current && current.CreatedAt > deployment.CreatedAt;

    private static bool IsFinal(WatchPhase? noted) => noted is WatchPhase.Canceled or WatchPhase.BakeOver or WatchPhase.Superseded
        or WatchPhase.RolledBack or WatchPhase.Unharmed or WatchPhase.NotRolledBack;

    private static async Task<string?> ReadCurrentAsync(IDeploymentPlatform platform, CancellationToken cancellationToken)
    {
        try
        {
            return await platform.ReadCurrentAsync(cancellationToken);
        }
        catch (RollbackOpsException unknown) when (unknown.Id == ErrorId.CurrentUnknown)
        {
            return null;
        }
    }

    /// <summary>Those of production: a preview that fails harms nobody.</summary>
    private static async Task<IReadOnlyList<Deployment>> ListAsync(IDeploymentPlatform platform, CancellationToken cancellationToken)
    {
        var newest = new List<Deployment>();
        await foreach (var deployment in platform.ListAsync(new DeploymentQuery { First = Most }, cancellationToken))
        {
            if (deployment.Ineligibility is null)
            {
                newest.Add(deployment);
            }

            if (newest.Count == Most)
            {
                break;
            }
        }

        return newest;
    }
}
