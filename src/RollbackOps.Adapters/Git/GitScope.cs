using RollbackOps.Configuration;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.Git;

/// <summary>What every effect works with: the settings, the local objects, the remote, and the two commits.</summary>
internal sealed class GitScope
{
    public GitScope(RepositorySettings settings, GitClient git)
    {
        Settings = settings;
        Git = git;
        Objects = new GitObjects(git);
        Remote = new GitRemote(git, settings.Remote);
    }

    public RepositorySettings Settings { get; }

    public GitClient Git { get; }

    public GitObjects Objects { get; }

    public GitRemote Remote { get; }

    /// <summary>The full name of the production branch.</summary>
    public string Production => GitRemote.BranchRef(Settings.Branch);

    /// <summary>The full hashes of what is live and of the target, both here.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.TargetNotEligible"/> and what fetching throws.</exception>
    public async Task<(string From, string Target)> CommitsAsync(
        Deployment from, Deployment target, CancellationToken cancellationToken) =>
        (await CommitAsync(from, cancellationToken), await CommitAsync(target, cancellationToken));

    /// <summary>
    /// The commit that production stands on when the rollback is done, where it is done: the target, or the revert that
    /// carries the rollback's id. Null when the remote's branch does not hold it.
    /// </summary>
    public async Task<string?> OutcomeAsync(
        string rollbackId, string from, string target, string head, CancellationToken cancellationToken)
    {
        if (Settings.Rollback == GitRollback.ForcePush)
        {
            return await HoldsAsync(target, from, head, cancellationToken) ? target : null;
        }

        if (head == from || !await Objects.IsAncestorAsync(from, head, cancellationToken))
        {
            return null;
        }

        var tree = await Objects.TreeAsync(target, cancellationToken);
        foreach (var commit in await Objects.WithTrailerAsync(rollbackId, from, head, cancellationToken))
        {
            if (await Objects.TreeAsync(commit, cancellationToken) == tree)
            {
                return commit;
            }
        }

        return null;
    }

    /// <summary>Whether a branch was set to an outcome that leaves out what was live; newer commits may lie on top.</summary>
    public async Task<bool> HoldsAsync(string outcome, string from, string head, CancellationToken cancellationToken) =>
        await Objects.IsAncestorAsync(outcome, head, cancellationToken)
        && (await Objects.IsAncestorAsync(from, outcome, cancellationToken)
            || !await Objects.IsAncestorAsync(from, head, cancellationToken));

    private async Task<string> CommitAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var commit = deployment.Commit ?? throw new RollbackOpsException(ErrorId.TargetNotEligible,
            $"The commit of {deployment.Id} is not known, so git cannot go back to it or from it.",
            "Let the deployment record its commit (a release's REVISION file), or use another strategy.", deployment.Id);
        if (await Objects.FindCommitAsync(commit, cancellationToken) is { } here)
        {
            return here;
        }

        await Remote.FetchAsync(Production, cancellationToken);
        if (await Objects.FindCommitAsync(commit, cancellationToken) is null)
        {
            await Remote.DeepenAsync(Settings.Branch, cancellationToken);
        }

        return await Objects.FindCommitAsync(commit, cancellationToken) ?? throw new RollbackOpsException(
            ErrorId.TargetNotEligible,
            $"The production branch '{Settings.Branch}' of '{Remote.Name}' has no commit {commit}, which {deployment.Id} was built from.",
            "Check repository.branch and repository.remote in rollback.json; fetch the commit if it lies on another branch.",
            deployment.Id);
    }
}
