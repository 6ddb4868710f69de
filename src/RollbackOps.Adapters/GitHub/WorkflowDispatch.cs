using System.Collections.Concurrent;
using System.Net;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.GitHub;

/// <summary>
/// Starts the workflow, once. GitHub knows no idempotency key, so the rollback's id goes along as an input, and whatever
/// leaves the outcome open is answered by looking for the run that carries it, never by asking again (S16, S17).
/// </summary>
internal sealed class WorkflowDispatch
{
    /// <summary>The most inputs that GitHub takes.</summary>
    private const int MostInputs = 25;

    private readonly GitHubApi _api;
    private readonly WorkflowRuns _runs;
    private readonly GitHubSettings _settings;
    private readonly string _ref;
    private readonly ConcurrentDictionary<string, long> _started = new(StringComparer.Ordinal);
    private bool _isFresh;

    public WorkflowDispatch(GitHubApi api, WorkflowRuns runs, GitHubSettings settings, string @ref)
    {
        _api = api;
        _runs = runs;
        _settings = settings;
        _ref = @ref;
    }

    /// <summary>
    /// Nothing was asked for before this process began: what is not there need not be waited for. Without it, a run may
    /// still be about to appear.
    /// </summary>
    public void BeginFresh() => _isFresh = true;

    /// <summary>Finds out what would make it fail.</summary>
    public void RequireInputs()
    {
        if (_settings.Inputs.Count > MostInputs)
        {
            throw Wrong($"github.inputs has {_settings.Inputs.Count} inputs, and GitHub takes {MostInputs}", "Leave some out.");
        }

        if (!_settings.Inputs.Values.Any(value => value.Contains("{rollback}", StringComparison.Ordinal)))
        {
            throw Wrong("no value of github.inputs holds {rollback}, so its run could not be found again",
                "Add \"rollback_id\": \"{rollback}\" to github.inputs, declare that input in the workflow, and show it in its run-name.");
        }

        static RollbackOpsException Wrong(string what, string next) =>
            new(ErrorId.ConfigurationInvalid, $"The workflow cannot be started: {what}.", next, "github.inputs");
    }

    public async Task<EffectObservation> ObserveAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (_started.TryGetValue(context.RollbackId, out var id))
        {
            return await _api.FindRunAsync(id, cancellationToken) is { } known
                ? Seen(EffectState.Present, WorkflowRuns.Describe(known))
                : Seen(EffectState.Unknown, $"run {id} was started and is not to be seen", isRepeatable: false);
        }

        var seen = _isFresh
            ? await _runs.FindAsync(context, cancellationToken)
            : await _runs.AwaitAsync(context, before: null, cancellationToken);
        return seen switch
        {
            { Run: { } run } => Seen(EffectState.Present, WorkflowRuns.Describe(Remember(context, run))),
            { Nameless.Count: > 0 } => Seen(EffectState.Unknown,
                $"{seen.Nameless.Count} runs of '{_settings.Workflow}' show no rollback's id, among them {WorkflowRuns.Describe(seen.Nameless[0])}; any may be this rollback's",
                isRepeatable: false),
            _ => Seen(EffectState.Absent, $"no run carries {context.RollbackId}"),
        };
    }

    /// <summary>Starts it.</summary>
    public async Task<string> ApplyAsync(StepContext context, CancellationToken cancellationToken)
    {
        RequireInputs();
        // Whoever looks again, looks for what this may leave.
        _isFresh = false;
        var before = await _runs.FindAsync(context, cancellationToken);
        if (before.Run is { } there)
        {
            return $"{WorkflowRuns.Describe(Remember(context, there))} is there already";
        }

        var nameless = before.Nameless.Select(run => run.Id).ToHashSet();
        RollbackOpsException? doubt = null;
        try
        {
            var (status, run) = await SendAsync(context, cancellationToken);
            if (status == HttpStatusCode.OK && run?.WorkflowRunId is { } id)
            {
                _started[context.RollbackId] = id;
                return $"started run {id}{(run.HtmlUrl is null ? "" : $", {Inert.Line(run.HtmlUrl)}")}";
            }
        }
        catch (RollbackOpsException unknown) when (unknown.Id == ErrorId.OutcomeUnknown)
        {
            doubt = unknown;
        }

        // Accepted without details, or nobody knows: the run has to be seen (S12).
        var seen = await _runs.AwaitAsync(context, doubt is null ? nameless : null, cancellationToken);
        return seen.Run is { } found
            ? $"started {WorkflowRuns.Describe(Remember(context, found))}"
            : throw doubt ?? new RollbackOpsException(ErrorId.OutcomeUnknown,
                $"GitHub accepted the start of '{_settings.Workflow}', but no run of it can be told to be this rollback's.",
                "Look at the repository's Actions on GitHub; let the workflow's run-name show the input that holds {rollback}.",
                context.RollbackId);
    }

    /// <summary>The rollback's run, or null.</summary>
    public async Task<WireRun?> FindRunAsync(StepContext context, CancellationToken cancellationToken) =>
        _started.TryGetValue(context.RollbackId, out var id)
            ? await _api.FindRunAsync(id, cancellationToken)
            : (await _runs.FindAsync(context, cancellationToken)).Run is { } run ? Remember(context, run) : null;

    private async Task<(HttpStatusCode Status, WireDispatched? Run)> SendAsync(
        StepContext context, CancellationToken cancellationToken)
    {
        var dispatch = new WireDispatch(_ref, InputsOf(context), ReturnRunDetails: true);
        try
        {
            return await _api.DispatchAsync(_settings.Workflow, dispatch, cancellationToken);
        }
        catch (RollbackOpsException refused) when (refused.Id == ErrorId.StepFailed
            && refused.Message.Contains("return_run_details", StringComparison.Ordinal))
        {
            // A server that does not know the flag turned the request away; nothing was started.
            return await _api.DispatchAsync(_settings.Workflow, dispatch with { ReturnRunDetails = null }, cancellationToken);
        }
    }

    private Dictionary<string, string> InputsOf(StepContext context) => _settings.Inputs.ToDictionary(
        input => input.Key,
        input => Placeholders.Fill(input.Value, name => name switch
        {
            "rollback" => context.RollbackId,
            "target" => context.Target.Id,
            "from" => context.From.Id,
            "commit" => context.Target.Commit ?? string.Empty,
            "reason" => context.Reason,
            _ => null,
        }),
        StringComparer.Ordinal);

    private WireRun Remember(StepContext context, WireRun run)
    {
        _started[context.RollbackId] = run.Id;
        return run;
    }

    private static EffectObservation Seen(EffectState state, string detail, bool isRepeatable = true) =>
        new() { State = state, Detail = detail, IsRepeatable = isRepeatable };
}
