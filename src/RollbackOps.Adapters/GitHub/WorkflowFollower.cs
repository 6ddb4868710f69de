using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.GitHub;

/// <summary>
/// Follows the rollback's run and its jobs to the end. A run that is still going when the time is over is unknown, not
/// failed (S17).
/// </summary>
internal sealed class WorkflowFollower
{
    private readonly GitHubApi _api;
    private readonly WorkflowDispatch _dispatch;
    private readonly WorkflowRuns _runs;
    private readonly GitHubSettings _settings;
    private readonly TimeProvider _clock;

    public WorkflowFollower(
        GitHubApi api, WorkflowDispatch dispatch, WorkflowRuns runs, GitHubSettings settings, TimeProvider clock)
    {
        _api = api;
        _dispatch = dispatch;
        _runs = runs;
        _settings = settings;
        _clock = clock;
    }

    public async Task<EffectObservation> ObserveAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (await _dispatch.FindRunAsync(context, cancellationToken) is not { } run)
        {
            return new EffectObservation { State = EffectState.Unknown, Detail = $"no run carries {context.RollbackId}" };
        }

        var isDone = run is { IsOver: true, Conclusion: "success" } && !await IsIdleAsync(run, cancellationToken);
        return new EffectObservation
        {
            State = isDone ? EffectState.Present : EffectState.Absent,
            Detail = WorkflowRuns.Describe(run),
        };
    }

    public async Task<string> ApplyAsync(StepContext context, CancellationToken cancellationToken)
    {
        var begun = _clock.GetTimestamp();
        var pace = new Pace();
        var told = string.Empty;
        RollbackOpsException? unseen = null;
        while (_clock.GetElapsedTime(begun) < _settings.RunTimeout)
        {
            try
            {
                if (await _dispatch.FindRunAsync(context, cancellationToken) is { } run)
                {
                    unseen = null;
                    if (run.IsOver)
                    {
                        return await EndAsync(run, cancellationToken);
                    }

                    Tell(await ProgressAsync(run, cancellationToken));
                }
            }
            catch (RollbackOpsException blind) when (blind.Id is ErrorId.PlatformUnavailable or ErrorId.PlatformUnreadable
                or ErrorId.RateLimited)
            {
                // The run goes on, whether it is seen or not.
                unseen = blind;
                Tell(blind.Message);
            }
            catch (RollbackOpsException blind) when (blind.Id is not (ErrorId.RunFailed or ErrorId.RunCanceled
                or ErrorId.RunSkipped or ErrorId.RunReplaced or ErrorId.OutcomeUnknown))
            {
                throw new RollbackOpsException(ErrorId.OutcomeUnknown,
                    $"The run of '{_settings.Workflow}' was started, and what becomes of it cannot be seen: {blind.Message}",
                    $"{blind.NextStep} Look at the repository's Actions on GitHub; then run Resume-Rollback.",
                    context.RollbackId, blind);
            }

            await Task.Delay(pace.Next(), _clock, cancellationToken);
        }

        throw new RollbackOpsException(ErrorId.OutcomeUnknown,
            $"The run of '{_settings.Workflow}' was not seen to end within {_settings.RunTimeout.TotalMinutes:0.#} min{(unseen is null ? "" : $" ({unseen.Message})")}; it may still be going.",
            "Look at the repository's Actions on GitHub (a run that is 'pending' waits behind another of its concurrency group); then run Resume-Rollback.",
            context.RollbackId, unseen);

        void Tell(string text)
        {
            if (text != told)
            {
                told = text;
                _api.Tell?.Invoke(text);
            }
        }
    }

    private async Task<string> ProgressAsync(WireRun run, CancellationToken cancellationToken)
    {
        var jobs = await _api.ReadJobsAsync(run.Id, cancellationToken);
        var going = jobs.Where(job => job.Status == "in_progress").Select(job => Inert.Line(job.Name)).ToList();
        return $"{WorkflowRuns.Describe(run)}: {jobs.Count(job => job.Status == "completed")} of {jobs.Count} jobs done"
            + (going.Count == 0 ? "" : $", {string.Join(", ", going)} going on");
    }

    private async Task<string> EndAsync(WireRun run, CancellationToken cancellationToken)
    {
        switch (run.Conclusion)
        {
            case "success" when !await IsIdleAsync(run, cancellationToken):
                return $"{WorkflowRuns.Describe(run)} succeeded";
            case "success" or "skipped":
                throw Ended(ErrorId.RunSkipped, run, "was skipped: no job of it ran",
                    "Look at the conditions (if:) of its jobs; nothing was rolled back by it.");
            case "cancelled" when await NeverBeganAsync(run, cancellationToken) && await _runs.HasNewerAsync(run, cancellationToken):
                throw Ended(ErrorId.RunReplaced, run,
                    "never began: a newer run of the same concurrency group took its place in the queue",
                    "Give the rollback workflow a concurrency group of its own; look at what runs now, then plan again.");
            case "cancelled":
                throw Ended(ErrorId.RunCanceled, run, "was cancelled",
                    "Find out who cancelled it and how far it came (Get-DeploymentHistory), then plan again.");
            default:
                throw Ended(ErrorId.RunFailed, run, await WhyAsync(run, cancellationToken),
                    "Read its log on GitHub, look at what is live (Get-DeploymentHistory), then plan again.");
        }
    }

    /// <summary>Whether a run that "succeeded" did nothing: all its jobs were skipped.</summary>
    private async Task<bool> IsIdleAsync(WireRun run, CancellationToken cancellationToken) =>
        await _api.ReadJobsAsync(run.Id, cancellationToken) is { Count: > 0 } jobs
        && jobs.All(job => job.Conclusion == "skipped");

    /// <summary>A job that no runner took has no steps.</summary>
    private async Task<bool> NeverBeganAsync(WireRun run, CancellationToken cancellationToken) =>
        (await _api.ReadJobsAsync(run.Id, cancellationToken)).All(job => job.Steps is null or { Count: 0 });

    private async Task<string> WhyAsync(WireRun run, CancellationToken cancellationToken)
    {
        var failed = (await _api.ReadJobsAsync(run.Id, cancellationToken))
            .Where(job => job.Conclusion is not ("success" or "skipped" or "neutral" or null))
            .Select(job => $"'{Inert.Line(job.Name)}' {Inert.Line(job.Conclusion)}")
            .ToList();
        return $"ended with '{Inert.Line(run.Conclusion)}'{(failed.Count == 0 ? "" : $": {string.Join(", ", failed)}")}";
    }

    private static RollbackOpsException Ended(ErrorId id, WireRun run, string how, string next) =>
        new(id, $"Run {run.Id} of the rollback workflow {how}{(run.HtmlUrl is null ? "" : $" ({run.HtmlUrl})")}.", next, run.Id);
}
