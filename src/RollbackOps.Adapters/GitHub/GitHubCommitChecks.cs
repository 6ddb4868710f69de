using RollbackOps.Deployments;

namespace RollbackOps.Adapters.GitHub;

/// <summary>Check-runs and commit statuses: GitHub keeps them apart, and both count.</summary>
internal sealed class GitHubCommitChecks : ICommitChecks
{
    private readonly GitHubApi _api;

    public GitHubCommitChecks(GitHubApi api) => _api = api;

    public Action<string>? Tell
    {
        set => _api.Tell = value;
    }

    public async Task<CommitChecks> ReadAsync(string commit, CancellationToken cancellationToken)
    {
        var checks = new List<CommitCheck>();
        await foreach (var run in _api.ListCheckRunsAsync(commit, cancellationToken))
        {
            checks.Add(new CommitCheck(Inert.Line(run.Name), StateOf(run), Inert.Line(run.Conclusion ?? run.Status)));
        }

        await foreach (var page in _api.ListStatusesAsync(commit, cancellationToken))
        {
            // The combined state is "pending" where there is no status at all; what counts is the statuses.
            checks.AddRange((page.Statuses ?? []).Select(status =>
                new CommitCheck(Inert.Line(status.Context), StateOf(status), Inert.Line(status.State))));
        }

        return CommitChecks.Of(commit, checks);
    }

    private static CommitCheckState StateOf(WireCheckRun run) => (run.Status, run.Conclusion) switch
    {
        ("completed", "success") => CommitCheckState.Passed,
        // They say nothing, either way.
        ("completed", "neutral" or "skipped") => CommitCheckState.None,
        ("completed", _) => CommitCheckState.Failed,
        _ => CommitCheckState.Pending,
    };

    private static CommitCheckState StateOf(WireStatus status) => status.State switch
    {
        "success" => CommitCheckState.Passed,
        "pending" => CommitCheckState.Pending,
        _ => CommitCheckState.Failed,
    };
}
