using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>Finds the deployment that a person names by its commit, or by a tag of that commit, where no id fits.</summary>
internal sealed class NamedTarget
{
    /// <summary>As short as git itself writes them.</summary>
    private const int ShortestHash = 7;

    private const int LongestHash = 40;

    private readonly RollbackContext _context;

    public NamedTarget(RollbackContext context) => _context = context;

    /// <summary>The newest ready deployment of the commit that is meant, else the newest of any state, or null.</summary>
    public async Task<Deployment?> FindAsync(DeploymentHistory history, string name, CancellationToken cancellationToken)
    {
        if (await FindCommitAsync(name, cancellationToken) is not { } commit)
        {
            return null;
        }

        Deployment? other = null;
        await foreach (var deployment in history.ReadAsync(new DeploymentQuery(), cancellationToken))
        {
            if (deployment.Commit?.StartsWith(commit, StringComparison.OrdinalIgnoreCase) != true)
            {
                continue;
            }

            if (deployment.State == DeploymentState.Ready)
            {
                return deployment;
            }

            other ??= deployment;
        }

        return other;
    }

    private async Task<string?> FindCommitAsync(string name, CancellationToken cancellationToken)
    {
        if (name.Length is >= ShortestHash and <= LongestHash && name.All(char.IsAsciiHexDigit))
        {
            return name;
        }

        if (_context.DeploymentCommits is null)
        {
            return null;
        }

        try
        {
            await foreach (var commit in _context.DeploymentCommits.ListAsync(cancellationToken))
            {
                if (commit.Tags.Contains(name, StringComparer.Ordinal))
                {
                    return commit.Commit.Hash;
                }
            }
        }
        catch (RollbackOpsException unread) when (unread.Id == ErrorId.RepositoryUnreadable)
        {
            // What was meant is most likely an id, and that is what is to be told.
        }

        return null;
    }
}
