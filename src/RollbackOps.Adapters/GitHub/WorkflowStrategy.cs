using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.GitHub;

/// <summary>A rollback by a workflow of GitHub Actions: started once, found by the rollback's id, followed to its end.</summary>
internal sealed class WorkflowStrategy : IRollbackStrategy
{
    private static readonly TimeSpan s_callDeadline = TimeSpan.FromSeconds(40);

    /// <summary>The longest that cancelling takes.</summary>
    public static readonly TimeSpan CancelDeadline = WorkflowCancellation.Deadline + s_callDeadline;

    private readonly GitHubApi _api;
    private readonly GitHubSettings _settings;
    private readonly InFlightPolicy _inFlight;
    private readonly WorkflowDispatch _dispatch;
    private readonly WorkflowFollower _follower;
    private readonly WorkflowCancellation? _cancellation;
    private readonly string _ref;

    /// <param name="api">The calls to GitHub.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="clock">The clock.</param>
    public WorkflowStrategy(GitHubApi api, RollbackSettings settings, TimeProvider clock)
    {
        _api = api;
        _settings = settings.Github ?? new GitHubSettings();
        _inFlight = settings.Policy.InFlight;
        _ref = _settings.Ref ?? settings.Repository?.Branch ?? "main";
        var runs = new WorkflowRuns(api, _settings, clock);
        _dispatch = new WorkflowDispatch(api, runs, _settings, _ref);
        _follower = new WorkflowFollower(api, _dispatch, runs, _settings, clock);
        _cancellation = _settings.DeployWorkflow is { } deploy ? new WorkflowCancellation(api, runs, deploy, clock) : null;
    }

    public RollbackStrategy Kind => RollbackStrategy.Workflow;

    public bool Deploys => true;

    public Action<string>? Tell
    {
        set => _api.Tell = value;
    }

    /// <summary>Whether a run is one of the workflow that rolls back.</summary>
    public bool IsOurs(WireRun run) =>
        run.Path?.Split('@')[0].EndsWith($"/{_settings.Workflow}", StringComparison.Ordinal) == true
        || run.WorkflowId.ToString(CultureInfo.InvariantCulture) == _settings.Workflow;

    public IReadOnlyList<PlannedEffect> Describe(Deployment from, Deployment target)
    {
        var effects = new List<PlannedEffect>();
        if (_cancellation is not null && _inFlight == InFlightPolicy.Cancel)
        {
            effects.Add(new PlannedEffect
            {
                Kind = StepKind.CancelRun,
                Description = $"Cancel runs of '{_settings.DeployWorkflow}' that are queued or going on",
                Deadline = CancelDeadline,
            });
        }

        effects.Add(new PlannedEffect
        {
            Kind = StepKind.Dispatch,
            Description = $"Start the workflow '{_settings.Workflow}' at '{_ref}' for {target.ShortCommit ?? target.Id}",
            Deadline = WorkflowRuns.Visibility + (3 * s_callDeadline),
        });
        effects.Add(new PlannedEffect
        {
            Kind = StepKind.Follow,
            Description = "Follow its run to the end",
            Deadline = _settings.RunTimeout + s_callDeadline,
        });
        return effects;
    }

    public async Task PreflightAsync(Deployment from, Deployment target, CancellationToken cancellationToken)
    {
        _dispatch.RequireInputs();
        if (target.Commit is null && _settings.Inputs.Values.Any(value => value.Contains("{commit}", StringComparison.Ordinal)))
        {
            throw new RollbackOpsException(ErrorId.TargetNotEligible,
                $"The commit of {target.Id} is not known, and the workflow is given it.",
                "Let the deployment record its commit, or take {commit} out of github.inputs.", target.Id);
        }

        var repository = _api.ReadRepositoryAsync(cancellationToken);
        var workflow = _api.FindWorkflowAsync(_settings.Workflow, cancellationToken);
        var active = _cancellation is null || _inFlight == InFlightPolicy.Cancel
            ? Task.FromResult<IReadOnlyList<WireRun>>([])
            : _cancellation.ReadActiveAsync(rollbackId: null, cancellationToken);
        await Task.WhenAll(repository, workflow, active);
        RequireWritable(await repository);
        RequireActive(await workflow);
        BeginFresh();
        if ((await active).Count > 0)
        {
            throw new RollbackOpsException(ErrorId.DeploymentInFlight,
                $"'{_settings.DeployWorkflow}' is at it: {string.Join(", ", (await active).Select(WorkflowRuns.Describe))}.",
                "Cancel it on GitHub, set policy.inFlight to 'cancel', or go on with -AllowInFlight -Reason.",
                _settings.DeployWorkflow);
        }
    }

    /// <summary>Says that nothing was started yet, so that what is not there need not be waited for.</summary>
    public void BeginFresh() => _dispatch.BeginFresh();

    public async Task<EffectObservation> ObserveAsync(StepKind kind, StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await (kind switch
            {
                StepKind.CancelRun when _cancellation is not null => _cancellation.ObserveAsync(context, cancellationToken),
                StepKind.Dispatch => _dispatch.ObserveAsync(context, cancellationToken),
                StepKind.Follow => _follower.ObserveAsync(context, cancellationToken),
                _ => Task.FromResult(new EffectObservation { State = EffectState.Unknown, Detail = "cannot be told" }),
            });
        }
        catch (RollbackOpsException unseen) when (kind == StepKind.Follow
            || unseen.Id is ErrorId.PlatformUnavailable or ErrorId.PlatformUnreadable or ErrorId.RateLimited)
        {
            return new EffectObservation
            {
                State = EffectState.Unknown,
                Detail = unseen.Message,
                // To cancel or to follow again is harmless; to start again is not.
                IsRepeatable = kind != StepKind.Dispatch,
            };
        }
    }

    public Task<string> ApplyAsync(StepKind kind, StepContext context, CancellationToken cancellationToken) => kind switch
    {
        StepKind.CancelRun when _cancellation is not null => _cancellation.ApplyAsync(context, cancellationToken),
        StepKind.Dispatch => _dispatch.ApplyAsync(context, cancellationToken),
        StepKind.Follow => _follower.ApplyAsync(context, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The strategy has no such effect."),
    };

    /// <summary>The workflow deploys the target's own commit.</summary>
    public Task<string?> FindCommitAsync(StepContext context, CancellationToken cancellationToken) =>
        Task.FromResult(context.Target.Commit);

    private void RequireWritable(GitHubAnswer<WireRepository> answer)
    {
        var repository = answer.Value;
        if (repository.Archived || repository.Disabled)
        {
            throw new RollbackOpsException(ErrorId.WorkflowUnusable,
                $"The repository {Inert.Line(repository.FullName)} is {(repository.Archived ? "archived" : "disabled")}: nothing runs in it.",
                "Use another strategy.", repository.FullName);
        }

        // Only a classic token's answers name scopes.
        var scopes = answer.Headers.FirstOrDefault(header =>
            string.Equals(header.Key, "X-OAuth-Scopes", StringComparison.OrdinalIgnoreCase)).Value;
        var has = scopes?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var isScoped = has is null || has.Contains("repo") || (!repository.Private && has.Contains("public_repo"));
        if (repository.Permissions is { Push: false } || !isScoped)
        {
            throw new RollbackOpsException(ErrorId.PlatformForbidden,
                $"The token may not start workflows in {Inert.Line(repository.FullName)}: {(isScoped ? "its user may only read there" : "it lacks the scope 'repo'")}.",
                $"Use a token with '{GitHubApi.WriteActions}' for this repository (classic: 'repo'), of a user who may write there; put it where {_settings.Token} points to.",
                repository.FullName);
        }
    }

    private void RequireActive(WireWorkflow? workflow)
    {
        if (workflow is null)
        {
            throw new RollbackOpsException(ErrorId.WorkflowUnusable,
                $"The repository has no workflow '{_settings.Workflow}', or the token may not see it.",
                $"Check github.workflow; the file has to lie in .github/workflows of the default branch, and the token needs '{GitHubApi.WriteActions}'.",
                _settings.Workflow);
        }

        if (workflow.State != "active")
        {
            throw new RollbackOpsException(ErrorId.WorkflowUnusable,
                $"The workflow '{_settings.Workflow}' is not active: {Inert.Line(workflow.State)}.",
                $"Run gh workflow enable {_settings.Workflow}, or enable it on GitHub.", _settings.Workflow);
        }
    }
}
