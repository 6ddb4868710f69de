using RollbackOps.Adapters.Resilience;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.GitHub;

/// <summary>Cancels runs of the deploy workflow, so that the rollback neither waits behind them nor is overtaken (S13).</summary>
internal sealed class WorkflowCancellation
{
    /// <summary>After this a run is ended without its steps that always run.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>The longest it takes.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly GitHubApi _api;
    private readonly WorkflowRuns _runs;
    private readonly string _deploy;
    private readonly TimeProvider _clock;

    public WorkflowCancellation(GitHubApi api, WorkflowRuns runs, string deploy, TimeProvider clock)
    {
        _api = api;
        _runs = runs;
        _deploy = deploy;
        _clock = clock;
    }

    public Task<IReadOnlyList<WireRun>> ReadActiveAsync(string? rollbackId, CancellationToken cancellationToken) =>
        _runs.ReadActiveAsync(_deploy, rollbackId, cancellationToken);

    public async Task<EffectObservation> ObserveAsync(StepContext context, CancellationToken cancellationToken)
    {
        var active = await ReadActiveAsync(context.RollbackId, cancellationToken);
        return new EffectObservation
        {
            State = active.Count == 0 ? EffectState.Present : EffectState.Absent,
            Detail = active.Count == 0
                ? $"no run of '{_deploy}' is going on"
                : string.Join(", ", active.Select(WorkflowRuns.Describe)),
        };
    }

    public async Task<string> ApplyAsync(StepContext context, CancellationToken cancellationToken)
    {
        var begun = _clock.GetTimestamp();
        var pace = new Pace();
        var asked = new HashSet<long>();
        var forced = new HashSet<long>();
        while (true)
        {
            var active = await ReadActiveAsync(context.RollbackId, cancellationToken);
            if (active.Count == 0)
            {
                return asked.Count == 0 ? $"no run of '{_deploy}' was going on" : $"cancelled {string.Join(", ", asked)}";
            }

            var elapsed = _clock.GetElapsedTime(begun);
            if (elapsed >= Deadline)
            {
                throw new RollbackOpsException(ErrorId.OutcomeUnknown,
                    $"{string.Join(", ", active.Select(WorkflowRuns.Describe))} of '{_deploy}' did not end within {Deadline.TotalMinutes:0} min of being cancelled.",
                    "Cancel it on GitHub; then run Resume-Rollback.", _deploy);
            }

            foreach (var run in active)
            {
                // Who cancels twice does no harm, but GitHub answers 409 once it is over.
                if (asked.Add(run.Id) || (elapsed >= s_patience && forced.Add(run.Id)))
                {
                    await AskAsync(run, force: forced.Contains(run.Id), cancellationToken);
                }
            }

            await Task.Delay(pace.Next(), _clock, cancellationToken);
        }
    }

    private async Task AskAsync(WireRun run, bool force, CancellationToken cancellationToken)
    {
        try
        {
            await _api.CancelAsync(run.Id, force, cancellationToken);
        }
        catch (RollbackOpsException failure) when (failure.Id is ErrorId.PlatformBusy or ErrorId.OutcomeUnknown
            or ErrorId.PlatformUnavailable)
        {
            // Over already, or not known: the next look tells.
            _api.Tell?.Invoke(failure.Message);
        }
    }
}
