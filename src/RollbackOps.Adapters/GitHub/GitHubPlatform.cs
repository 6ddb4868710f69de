using System.Globalization;
using System.Runtime.CompilerServices;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.GitHub;

/// <summary>
/// The deployments that GitHub keeps of an environment, for teams that deploy through it; rolled back by a workflow.
/// </summary>
internal sealed class GitHubPlatform : IDeploymentPlatform, IDisposable
{
    /// <summary>The name that its deployments carry.</summary>
    public const string PlatformName = "GitHub";

    /// <summary>How far back it is told when what served.</summary>
    private const int Horizon = 30;

    private readonly RollbackSettings _settings;
    private readonly GitHubSettings _github;
    private readonly TimeProvider _clock;
    private readonly GitHubConnection _connection;
    private readonly GitHubApi _api;
    private readonly GitHubDeployments _deployments;
    private readonly WorkflowStrategy _strategy;
    private readonly string _environment;

    /// <param name="settings">The settings.</param>
    /// <param name="secrets">Resolves the token, when it is used.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="transport">What carries the requests; null for the network.</param>
    public GitHubPlatform(
        RollbackSettings settings, ISecretSource secrets, TimeProvider clock, HttpMessageHandler? transport = null)
    {
        _settings = settings;
        _github = settings.Github ?? new GitHubSettings();
        _clock = clock;
        _environment = _github.Environment ?? settings.Environment;
        _connection = new GitHubConnection(_github, secrets, clock, transport);
        _api = new GitHubApi(_connection, _github, settings.Repository);
        _deployments = new GitHubDeployments(_api, settings.Project, settings.Environment);
        _strategy = new WorkflowStrategy(_api, settings, clock);
    }

    public string Name => PlatformName;

    /// <summary>The workflow is the switch.</summary>
    public RollbackStrategy Strategy => RollbackStrategy.Workflow;

    public TimeSpan EffectDeadline => WorkflowStrategy.CancelDeadline;

    public bool CanCancel => _github.DeployWorkflow is not null;

    /// <summary>Whether a workflow is disabled says neither by whom nor since when: it is no pin of ours.</summary>
    public bool CanPin => false;

    /// <summary>Told of retries, and of how a run goes on.</summary>
    public Action<string>? Tell
    {
        get => _connection.Tell;
        set => _connection.Tell = value;
    }

    public async IAsyncEnumerable<Deployment> ListAsync(
        DeploymentQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = query.First ?? int.MaxValue;
        var size = query.States.Count == 0 ? Math.Clamp(left, 1, GitHubApi.PageSize) : GitHubApi.PageSize;
        var seen = new HashSet<long>();
        await foreach (var page in _api.ListDeploymentsAsync(_environment, size, cancellationToken))
        {
            // While pages are read, new deployments push old ones onto the next page.
            foreach (var some in page.Where(wire => seen.Add(wire.Id)).Chunk(GitHubDeployments.AtOnce))
            {
                foreach (var deployment in await Task.WhenAll(some.Select(wire => _deployments.ReadAsync(wire, cancellationToken))))
                {
                    if (deployment.CreatedAt < query.Since)
                    {
                        // Newest first: what follows is older.
                        yield break;
                    }

                    if (query.States.Count > 0 && !query.States.Contains(deployment.State))
                    {
                        continue;
                    }

                    yield return deployment;
                    if (--left == 0)
                    {
                        yield break;
                    }
                }
            }

            seen.IntersectWith(page.Select(wire => wire.Id));
        }
    }

    public async Task<Deployment?> FindAsync(string id, CancellationToken cancellationToken) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && await _api.FindDeploymentAsync(number, cancellationToken) is { } wire
        // Another environment's deployment is none of this one's (S4).
        && string.Equals(wire.Environment, _environment, StringComparison.OrdinalIgnoreCase)
            ? await _deployments.ReadAsync(wire, cancellationToken)
            : null;

    public async Task<IReadOnlyList<Activation>?> ReadActivationsAsync(CancellationToken cancellationToken)
    {
        var newest = await ReadNewestAsync(Horizon, until: _ => false, cancellationToken);
        var activations = new List<Activation>();
        foreach (var (deployment, statuses) in newest)
        {
            if (GitHubDeployments.SucceededAt(statuses) is { } at)
            {
                var original = await OriginalAsync(deployment, statuses, newest, cancellationToken);
                activations.Add(new Activation
                {
                    DeploymentId = Id(original ?? deployment),
                    At = at.ToUniversalTime(),
                    IsRollback = original is not null,
                });
            }
        }

        // GitHub's times are whole seconds: of two in one second the later created comes later.
        return [.. Enumerable.Reverse(activations).OrderBy(activation => activation.At)];
    }

    public async Task<string> ReadCurrentAsync(CancellationToken cancellationToken)
    {
        var newest = await ReadNewestAsync(int.MaxValue, GitHubDeployments.IsLive, cancellationToken);
        if (newest.Count > 0 && newest[^1] is var (live, statuses) && GitHubDeployments.IsLive(statuses))
        {
            var older = GitHubDeployments.RunOf(statuses) is null
                ? newest
                : await ReadNewestAsync(Horizon, until: _ => false, cancellationToken);
            return Id(await OriginalAsync(live, statuses, older, cancellationToken) ?? live);
        }

        throw new RollbackOpsException(ErrorId.CurrentUnknown,
            $"No deployment to '{_environment}' on GitHub stands at 'success'.",
            "Check github.environment; deployments have to be given a status (a job with 'environment:' does it by itself).",
            _environment);
    }

    public async Task<IReadOnlyList<Deployment>> ReadInFlightAsync(CancellationToken cancellationToken)
    {
        // Asked right before the first effect of a fresh rollback, and never before a repeated one.
        _strategy.BeginFresh();
        var since = _clock.GetUtcNow() - _settings.Policy.InFlightMaxAge;
        var found = new List<Deployment>();
        await foreach (var deployment in ListAsync(new DeploymentQuery { Since = since }, cancellationToken))
        {
            if (deployment.State is DeploymentState.Queued or DeploymentState.Building)
            {
                found.Add(deployment);
            }
        }

        return found;
    }

    public Task<PromotionPin?> ReadPinAsync(CancellationToken cancellationToken) => Task.FromResult<PromotionPin?>(null);

    public Task PreflightAsync(Deployment from, Deployment target, CancellationToken cancellationToken) =>
        _strategy.PreflightAsync(from, target, cancellationToken);

    public IReadOnlyList<PlannedEffect> DescribeActivation(Deployment from, Deployment target) => _strategy.Describe(from, target);

    public Task<EffectObservation> ObserveAsync(StepKind kind, StepContext context, CancellationToken cancellationToken) =>
        _strategy.ObserveAsync(KindOf(kind), context, cancellationToken);

    public Task<string> ApplyAsync(StepKind kind, StepContext context, CancellationToken cancellationToken) =>
        _strategy.ApplyAsync(KindOf(kind), context, cancellationToken);

    /// <summary>A status's address is the environment's, not the deployment's own.</summary>
    public Task<ITargetAddress?> OpenOwnAddressAsync(Deployment deployment, CancellationToken cancellationToken) =>
        Task.FromResult<ITargetAddress?>(null);

    public IAsyncEnumerable<DeploymentLogLine> ReadLogAsync(string id, CancellationToken cancellationToken) =>
        throw new RollbackOpsException(ErrorId.LogNotFound,
            $"GitHub keeps no log of the deployment '{Inert.Line(id)}' itself; its workflow's run does.",
            "Open the run on GitHub, or run gh run view --log.", id);

    public void Dispose() => _connection.Dispose();

    /// <summary>A deployment in flight is cancelled by cancelling its run.</summary>
    private static StepKind KindOf(StepKind kind) => kind == StepKind.Cancel ? StepKind.CancelRun : kind;

    private static string Id(WireDeployment wire) => wire.Id.ToString(CultureInfo.InvariantCulture);

    /// <summary>The newest deployments with their statuses, until there are enough or the last one is what is looked for.</summary>
    private async Task<List<(WireDeployment Deployment, IReadOnlyList<WireDeploymentStatus> Statuses)>> ReadNewestAsync(
        int most, Func<IReadOnlyList<WireDeploymentStatus>, bool> until, CancellationToken cancellationToken)
    {
        var read = new List<(WireDeployment, IReadOnlyList<WireDeploymentStatus>)>();
        await foreach (var page in _api.ListDeploymentsAsync(_environment, Math.Min(most, Horizon), cancellationToken))
        {
            foreach (var some in page.Chunk(GitHubDeployments.AtOnce))
            {
                foreach (var one in await Task.WhenAll(some.Select(wire => _deployments.WithStatusesAsync(wire, cancellationToken))))
                {
                    read.Add(one);
                    if (read.Count == most || until(one.Statuses))
                    {
                        return read;
                    }
                }
            }
        }

        return read;
    }

    /// <summary>
    /// A rollback's run makes a deployment of its own, of the target's commit. What it made live again is the target:
    /// the newest deployment of that commit which was there before and had succeeded. Null when it was no rollback.
    /// </summary>
    private async Task<WireDeployment?> OriginalAsync(
        WireDeployment deployment,
        IReadOnlyList<WireDeploymentStatus> statuses,
        List<(WireDeployment Deployment, IReadOnlyList<WireDeploymentStatus> Statuses)> all,
        CancellationToken cancellationToken)
    {
        var earlier = all.Where(one => one.Deployment.Id != deployment.Id && one.Deployment.CreatedAt <= deployment.CreatedAt
                && one.Deployment.Sha == deployment.Sha && GitHubDeployments.SucceededAt(one.Statuses) is not null)
            .OrderByDescending(one => one.Deployment.CreatedAt)
            .ToList();
        if (earlier.Count == 0 || GitHubDeployments.RunOf(statuses) is not { } id
            || await _api.FindRunAsync(id, cancellationToken) is not { } run || !_strategy.IsOurs(run))
        {
            return null;
        }

        // That one may be an earlier rollback's.
        return await OriginalAsync(earlier[0].Deployment, earlier[0].Statuses, all, cancellationToken) ?? earlier[0].Deployment;
    }
}
