using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.GitHub;

/// <summary>
/// Finds the run that a rollback started. A run is ours when its title or name holds the rollback's id; where the
/// workflow shows no id, when it is the only one of its event, actor and time. The newest run is nobody's proof.
/// </summary>
internal sealed class WorkflowRuns
{
    /// <summary>How long a run may take to appear after it was asked for.</summary>
    public static readonly TimeSpan Visibility = TimeSpan.FromSeconds(20);

    /// <summary>How far GitHub's clock may be from this machine's.</summary>
    private static readonly TimeSpan s_clocks = TimeSpan.FromMinutes(2);

    private static readonly string[] s_active = ["queued", "in_progress", "waiting", "pending", "requested"];

    private readonly GitHubApi _api;
    private readonly GitHubSettings _settings;
    private readonly TimeProvider _clock;

    public WorkflowRuns(GitHubApi api, GitHubSettings settings, TimeProvider clock)
    {
        _api = api;
        _settings = settings;
        _clock = clock;
    }

    /// <summary>Looks once.</summary>
    public async Task<RunSearch> FindAsync(StepContext context, CancellationToken cancellationToken)
    {
        // The plan was made before anything was started; its time is in the rollback's id.
        var since = Began(context) - s_clocks;
        var created = Uri.EscapeDataString($">={since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}");
        var nameless = new List<WireRun>();
        await foreach (var page in _api.ListRunsAsync(
            _settings.Workflow, $"&event=workflow_dispatch&created={created}", cancellationToken))
        {
            foreach (var run in page.WorkflowRuns ?? [])
            {
                if (Holds(run, context.RollbackId))
                {
                    return new RunSearch(run, []);
                }

                // A server that ignores the filters must not make somebody else's run ours.
                if (run.Event == "workflow_dispatch" && run.CreatedAt >= since && !Holds(run, "rb-"))
                {
                    nameless.Add(run);
                }
            }
        }

        return new RunSearch(Run: null, nameless);
    }

    /// <summary>Looks until a run is there or the time in which it would have appeared is over.</summary>
    /// <param name="context">The rollback.</param>
    /// <param name="before">Runs without an id that were there before it was asked for; null when that is not known.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<RunSearch> AwaitAsync(
        StepContext context, IReadOnlySet<long>? before, CancellationToken cancellationToken)
    {
        var begun = _clock.GetTimestamp();
        while (true)
        {
            var seen = await FindAsync(context, cancellationToken);
            var isLast = _clock.GetElapsedTime(begun) >= Visibility;
            if (seen.Run is not null)
            {
                return seen;
            }

            if (isLast)
            {
                var ours = before is null ? [] : await OfThisActorAsync(seen.Nameless, before, cancellationToken);
                return ours.Count == 1 ? seen with { Run = ours[0] } : seen;
            }

            await Task.Delay(TimeSpan.FromSeconds(2), _clock, cancellationToken);
        }
    }

    /// <summary>The runs of a workflow that are not over, without those of pull requests.</summary>
    public async Task<IReadOnlyList<WireRun>> ReadActiveAsync(
        string workflow, string? exceptFor, CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, WireRun>();
        foreach (var status in s_active)
        {
            await foreach (var page in _api.ListRunsAsync(workflow, $"&status={status}", cancellationToken))
            {
                foreach (var run in page.WorkflowRuns ?? [])
                {
                    if (!run.IsOver && run.Event is not ("pull_request" or "pull_request_target")
                        && (exceptFor is null || !Holds(run, exceptFor)))
                    {
                        found[run.Id] = run;
                    }
                }
            }
        }

        return [.. found.Values];
    }

    /// <summary>The newest runs of the workflow, from a moment on.</summary>
    public async Task<bool> HasNewerAsync(WireRun run, CancellationToken cancellationToken)
    {
        await foreach (var page in _api.ListRunsAsync(_settings.Workflow, string.Empty, cancellationToken))
        {
            return (page.WorkflowRuns ?? []).Any(other => other.Id > run.Id);
        }

        return false;
    }

    /// <summary>A run, in words.</summary>
    public static string Describe(WireRun run) => string.Create(CultureInfo.InvariantCulture,
        $"run {run.Id} ({Inert.Line(run.Status)}{(run.Conclusion is null ? "" : $", {Inert.Line(run.Conclusion)}")})");

    private static bool Holds(WireRun run, string text) =>
        run.DisplayTitle?.Contains(text, StringComparison.Ordinal) == true
        || run.Name?.Contains(text, StringComparison.Ordinal) == true;

    private static DateTimeOffset Began(StepContext context) =>
        context.RollbackId is ['r', 'b', '-', .. { Length: >= 16 } rest]
        && DateTimeOffset.TryParseExact(rest[..16], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
        && at < context.StartedAt
            ? at
            : context.StartedAt - TimeSpan.FromDays(1);

    private async Task<IReadOnlyList<WireRun>> OfThisActorAsync(
        IReadOnlyList<WireRun> runs, IReadOnlySet<long> before, CancellationToken cancellationToken)
    {
        var fresh = runs.Where(run => !before.Contains(run.Id)).ToList();
        if (fresh.Count < 1)
        {
            return [];
        }

        // Without a name for the token's user nothing tells two people's runs apart.
        var login = await _api.ReadLoginAsync(cancellationToken);
        return login is null
            ? []
            : [.. fresh.Where(run => string.Equals(run.Actor?.Login, login, StringComparison.OrdinalIgnoreCase))];
    }
}

/// <summary>What was found.</summary>
/// <param name="Run">The run that is the rollback's own, or null.</param>
/// <param name="Nameless">Runs of the time in question of which nothing says whose they are.</param>
internal sealed record RunSearch(WireRun? Run, IReadOnlyList<WireRun> Nameless);
