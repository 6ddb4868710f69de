using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.GitHub;

/// <summary>The calls to GitHub, for one repository.</summary>
internal sealed class GitHubApi
{
    public const string ReadDeployments = "Deployments: read";
    public const string ReadActions = "Actions: read";
    public const string WriteActions = "Actions: read and write";
    public const string WriteIssues = "Issues: read and write";
    public const string ReadContents = "Contents: read";
    public const string ReadMetadata = "Metadata: read";
    public const string ReadChecks = "Checks: read, Commit statuses: read";

    /// <summary>The most that GitHub gives at once.</summary>
    public const int PageSize = 100;

    private readonly GitHubConnection _connection;
    private readonly GitHubSettings _settings;
    private readonly RepositorySettings? _repository;
    private Task<string>? _root;

    public GitHubApi(GitHubConnection connection, GitHubSettings settings, RepositorySettings? repository)
    {
        _connection = connection;
        _settings = settings;
        _repository = repository;
    }

    /// <summary>Told of retries and of how a run goes on.</summary>
    public Action<string>? Tell
    {
        get => _connection.Tell;
        set => _connection.Tell = value;
    }

    /// <summary>Pages of deployments, newest first.</summary>
    public IAsyncEnumerable<IReadOnlyList<WireDeployment>> ListDeploymentsAsync(
        string environment, int size, CancellationToken cancellationToken) =>
        PagesAsync<IReadOnlyList<WireDeployment>>(
            $"deployments?environment={Uri.EscapeDataString(environment)}&per_page={Number(size)}", ReadDeployments, cancellationToken);

    public async Task<WireDeployment?> FindDeploymentAsync(long id, CancellationToken cancellationToken) =>
        await _connection.FindAsync<WireDeployment>(await AtAsync($"deployments/{Number(id)}", cancellationToken), ReadDeployments, cancellationToken);

    /// <summary>A deployment's statuses, newest first.</summary>
    public async Task<IReadOnlyList<WireDeploymentStatus>> ReadStatusesAsync(
        long id, int most, CancellationToken cancellationToken) =>
        (await _connection.GetAsync<IReadOnlyList<WireDeploymentStatus>>(
            await AtAsync($"deployments/{Number(id)}/statuses?per_page={Number(most)}", cancellationToken), ReadDeployments, cancellationToken)).Value;

    /// <summary>A commit, or null when the repository has none of that hash.</summary>
    public async Task<WireCommit?> FindCommitAsync(string hash, CancellationToken cancellationToken) =>
        await _connection.FindAsync<WireCommit>(
            await AtAsync($"git/commits/{Uri.EscapeDataString(hash)}", cancellationToken), ReadContents, cancellationToken);

    public async Task<GitHubAnswer<WireRepository>> ReadRepositoryAsync(CancellationToken cancellationToken) =>
        await _connection.GetAsync<WireRepository>(await AtAsync(string.Empty, cancellationToken), ReadMetadata, cancellationToken);

    public async Task<WireWorkflow?> FindWorkflowAsync(string workflow, CancellationToken cancellationToken) =>
        await _connection.FindAsync<WireWorkflow>(await WorkflowAsync(workflow, string.Empty, cancellationToken), ReadActions, cancellationToken);

    /// <summary>Starts a workflow: with the run's details where the server gives them.</summary>
    public async Task<(HttpStatusCode Status, WireDispatched? Run)> DispatchAsync(
        string workflow, WireDispatch dispatch, CancellationToken cancellationToken) =>
        await _connection.PostAsync<WireDispatched>(
            await WorkflowAsync(workflow, "/dispatches", cancellationToken), dispatch, WriteActions, cancellationToken);

    /// <summary>Pages of a workflow's runs, newest first.</summary>
    public IAsyncEnumerable<WireRuns> ListRunsAsync(string workflow, string query, CancellationToken cancellationToken) =>
        PagesAsync<WireRuns>(
            $"actions/workflows/{Uri.EscapeDataString(workflow)}/runs?per_page={Number(PageSize)}{query}", ReadActions, cancellationToken);

    public async Task<WireRun?> FindRunAsync(long id, CancellationToken cancellationToken) =>
        await _connection.FindAsync<WireRun>(await AtAsync($"actions/runs/{Number(id)}", cancellationToken), ReadActions, cancellationToken);

    /// <summary>A run's jobs; of its newest attempt, the first hundred.</summary>
    public async Task<IReadOnlyList<WireJob>> ReadJobsAsync(long run, CancellationToken cancellationToken) =>
        (await _connection.GetAsync<WireJobs>(
            await AtAsync($"actions/runs/{Number(run)}/jobs?per_page={Number(PageSize)}", cancellationToken), ReadActions, cancellationToken)).Value.Jobs ?? [];

    /// <summary>Asks a run to end; with force, without its steps that always run.</summary>
    public async Task CancelAsync(long run, bool force, CancellationToken cancellationToken) =>
        await _connection.PostAsync<object>(
            await AtAsync($"actions/runs/{Number(run)}/{(force ? "force-cancel" : "cancel")}", cancellationToken), body: null, WriteActions, cancellationToken);

    public async IAsyncEnumerable<WireCheckRun> ListCheckRunsAsync(
        string commit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in PagesAsync<WireCheckRuns>(
            $"commits/{Uri.EscapeDataString(commit)}/check-runs?filter=latest&per_page={Number(PageSize)}", ReadChecks, cancellationToken))
        {
            foreach (var run in page.CheckRuns ?? [])
            {
                yield return run;
            }
        }
    }

    public IAsyncEnumerable<WireCombined> ListStatusesAsync(string commit, CancellationToken cancellationToken) =>
        PagesAsync<WireCombined>(
            $"commits/{Uri.EscapeDataString(commit)}/status?per_page={Number(PageSize)}", ReadChecks, cancellationToken);

    /// <summary>Pages of issues and pull requests that changed since a time, those made last first.</summary>
    public IAsyncEnumerable<IReadOnlyList<WireIssue>> ListIssuesAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        PagesAsync<IReadOnlyList<WireIssue>>(
            $"issues?state=all&sort=created&direction=desc&since={Uri.EscapeDataString(since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))}&per_page={Number(PageSize)}",
            WriteIssues, cancellationToken);

    public async Task<WireIssue?> CreateIssueAsync(WireIssueText issue, CancellationToken cancellationToken) =>
        (await _connection.PostAsync<WireIssue>(await AtAsync("issues", cancellationToken), issue, WriteIssues, cancellationToken)).Value;

    public async Task<WireIssue?> UpdateIssueAsync(long number, WireIssueText issue, CancellationToken cancellationToken) =>
        await _connection.PatchAsync<WireIssue>(await AtAsync($"issues/{Number(number)}", cancellationToken), issue, WriteIssues, cancellationToken);

    /// <summary>The user that the token is for; null where it is an app's, which has none.</summary>
    public async Task<string?> ReadLoginAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _connection.GetAsync<WireUser>("user", ReadMetadata, cancellationToken)).Value.Login;
        }
        catch (RollbackOpsException app) when (app.Id is ErrorId.PlatformForbidden or ErrorId.DeploymentNotFound)
        {
            return null;
        }
    }

    /// <summary>Foreign text without what is secret, cut and inert.</summary>
    public string Show(string text) => _connection.Show(text);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private async IAsyncEnumerable<T> PagesAsync<T>(
        string below, string scope, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        var path = await AtAsync(below, cancellationToken);
        while (true)
        {
            var page = await _connection.GetAsync<T>(path, scope, cancellationToken);
            yield return page.Value;
            if (page.Next is not { } next)
            {
                yield break;
            }

            path = next.AbsoluteUri;
        }
    }

    private Task<string> WorkflowAsync(string workflow, string below, CancellationToken cancellationToken) =>
        AtAsync($"actions/workflows/{Uri.EscapeDataString(workflow)}{below}", cancellationToken);

    private async Task<string> AtAsync(string below, CancellationToken cancellationToken)
    {
        if (_root is null or { IsCompletedSuccessfully: false })
        {
            _root = GitHubName.ResolveAsync(_settings, _repository, cancellationToken);
        }

        var root = await _root;
        return below.Length == 0 ? root : $"{root}/{below}";
    }
}
