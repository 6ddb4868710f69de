using System.Collections.Concurrent;
using System.Globalization;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Vercel;

/// <summary>
/// The switch: an instant rollback, or for an undo a promotion. Accepted is not done (S12): the record that is ours is
/// followed (S24), then every production alias is read back (S19).
/// </summary>
/// <remarks>
/// <code>
/// current as planned? ─ POST ─┬─ refused ────────────── nothing happened
///                             ├─ accepted ─┬─ our record: succeeded │ failed │ skipped ─ read back ─ stragglers once
///                             └─ no answer ┘           └─ none within the visibility time ─ unknown
/// </code>
/// </remarks>
internal sealed class VercelSwitch
{
    private const string RollbackType = "rollback";
    private const string PromoteType = "promote";

    // A record that nobody ends must not block every later rollback.
    private static readonly TimeSpan s_abandoned = TimeSpan.FromMinutes(15);

    private readonly VercelApi _api;
    private readonly VercelAliases _aliases;
    private readonly VercelFollower _follower;
    private readonly VercelSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _before = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _replaced = new(StringComparer.Ordinal);

    public VercelSwitch(VercelApi api, VercelSettings settings, TimeProvider clock)
    {
        _api = api;
        _aliases = new VercelAliases(api, clock);
        _follower = new VercelFollower(api, settings, clock);
        _settings = settings;
        _clock = clock;
    }

    /// <summary>Where production leads. A switch to our target that is under way is waited for: its outcome is the answer.</summary>
    public async Task<EffectObservation> ObserveAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var sideBySide = new SideBySide(cancellationToken);
        // What this process asked for itself is read back together: an alias that leads to the target counts whenever it
        // was seen.
        var early = BeforeOf(context) is { } before
            ? sideBySide.Begin(token => _aliases.ReadAsync(
                context.From.Id, context.Target.Id, before, new WireAliasRequest { Type = TypeOf(context) }, token))
            : null;
        var (project, at) = await _api.ReadProjectAsync(cancellationToken);
        if (UnderWay(project, at) is { } record)
        {
            if (record.ToDeploymentId != context.Target.Id || record.Type != TypeOf(context))
            {
                return Seen(EffectState.Conflicting, Describe(record) + " is under way");
            }

            project = await _follower.AwaitEndAsync(project, record, cancellationToken);
            if (project.LastAliasRequest is { } still && still.RequestedAt == record.RequestedAt && !VercelFollower.IsOver(still))
            {
                return Seen(EffectState.Unknown, Describe(still) + " has not come to an end", isRepeatable: false);
            }
        }

        var current = CurrentOf(project);
        if (current != context.Target.Id)
        {
            return current == context.From.Id
                ? Seen(EffectState.Absent, $"production leads to {current}")
                : Seen(EffectState.Conflicting, $"production leads to {current ?? "nothing"}");
        }

        if (_replaced.TryGetValue(context.RollbackId, out var replaced))
        {
            return Seen(EffectState.Conflicting, $"production leads to {current}, and replaced {replaced}");
        }

        var job = JobOf(project, context);
        var reading = early is not null && job is not null && await early is { Missing.Count: 0 } whole
            ? whole
            : await _aliases.AwaitAsync(context.From.Id, context.Target.Id, BeforeOf(context), job, cancellationToken);
        return reading.Missing.Count == 0
            ? Seen(EffectState.Present, $"production leads to {current}: {Join(reading.Moved)}")
            : Seen(EffectState.Absent, $"production leads to {current}, but not {Join(reading.Missing)}");
    }

    /// <summary>Brings it about.</summary>
    public async Task<string> ApplyAsync(StepContext context, CancellationToken cancellationToken)
    {
        // Right before the request (S10): Vercel has no conditional write.
        var (project, at) = await _api.ReadProjectAsync(cancellationToken);
        var current = CurrentOf(project);
        if (current == context.Target.Id)
        {
            return await FinishAsync(context, project, record: null, cancellationToken);
        }

        if (current != context.From.Id)
        {
            throw new RollbackOpsException(ErrorId.WorldChanged,
                $"What is live is '{current}', and not '{context.From.Id}' as the plan saw it. Nothing was overwritten.",
                "Look at Get-DeploymentHistory, then plan again.", current)
            { IsInPlace = false };
        }

        if (UnderWay(project, at) is { } other)
        {
            throw new RollbackOpsException(ErrorId.PlatformBusy,
                $"{Describe(other)} is under way; nothing was asked for.",
                "Wait until it is over (Get-DeploymentHistory shows what is live), then plan again.", other.ToDeploymentId)
            {
                IsInPlace = false,
            };
        }

        _before[context.RollbackId] = project.Targets?.GetValueOrDefault(VercelPlatform.Production)?.Alias ?? [];
        var (isQueued, doubt) = await AskAsync(context, project.Id!, cancellationToken);
        var ended = await _follower.FollowAsync(
            new Followed(TypeOf(context), context.Target.Id, project.LastAliasRequest, at ?? _clock.GetUtcNow(), isQueued, doubt),
            cancellationToken);
        return await FinishAsync(context, ended, ended.LastAliasRequest, cancellationToken);
    }

    /// <summary>The record of a switch in words.</summary>
    public static string Describe(WireAliasRequest record) => string.Create(CultureInfo.InvariantCulture,
        $"A {Inert.Line(record.Type)} from {Inert.Line(record.FromDeploymentId)} to {Inert.Line(record.ToDeploymentId)} of {VercelDeployments.Time(record.RequestedAt):u} ({Inert.Line(record.JobStatus)})");

    /// <summary>What production is switched to.</summary>
    public static string? CurrentOf(WireProject project) => project.Targets?.GetValueOrDefault(VercelPlatform.Production)?.Id;

    /// <summary>Makes the request: whether it was queued, and why nobody knows whether it arrived.</summary>
    private async Task<(bool IsQueued, RollbackOpsException? Doubt)> AskAsync(
        StepContext context, string projectId, CancellationToken cancellationToken)
    {
        PlatformAnswer answer;
        try
        {
            answer = context.UndoOf is null
                ? await _api.RollBackAsync(projectId, context.Target.Id,
                    VercelApi.Description(context.Reason, context.RollbackId), cancellationToken)
                : await _api.PromoteAsync(projectId, context.Target.Id, cancellationToken);
        }
        catch (RollbackOpsException unanswered) when (unanswered.Id == ErrorId.OutcomeUnknown)
        {
            return (false, unanswered);
        }
        catch (RollbackOpsException unsent)
        {
            throw NothingHappened(unsent);
        }

        var status = (int)answer.Status;
        var failure = status is >= 200 and < 300 ? null : _api.Failure(answer, HttpMethod.Post, $"{TypeOf(context)}/{context.Target.Id}");
        return failure is null ? (status == 202, null)
            : status is >= 400 and < 500 and not 408 ? throw NothingHappened(failure)
            : (false, failure);
    }

    /// <summary>What the end of the job means: the world decides, not the word.</summary>
    private async Task<string> FinishAsync(
        StepContext context, WireProject project, WireAliasRequest? record, CancellationToken cancellationToken)
    {
        var target = context.Target.Id;
        var isLive = CurrentOf(project) == target;
        if (isLive && record?.FromDeploymentId is { } from && from != context.From.Id && from != target)
        {
            // Noted before anything else is read: what fails later must not cover it (S10).
            _replaced[context.RollbackId] = from;
        }

        var reading = isLive || record?.JobStatus is "failed" or "succeeded"
            ? await _aliases.AwaitAsync(context.From.Id, target, BeforeOf(context), JobOf(project, context), cancellationToken)
            : new AliasReading([], []);
        if (!isLive)
        {
            throw NotLive(context, project, record, reading);
        }

        if (reading.Missing.Count > 0)
        {
            var failures = await _aliases.RetryAsync(target, reading.Missing, cancellationToken);
            reading = await _aliases.AwaitAsync(
                context.From.Id, target, BeforeOf(context), JobOf(project, context), cancellationToken);
            if (reading.Missing.Count > 0)
            {
                throw Partial(target, reading, failures);
            }
        }

        if (_replaced.TryGetValue(context.RollbackId, out var replaced))
        {
            throw new RollbackOpsException(ErrorId.WorldChanged,
                $"Production leads to {target} now, but what it replaced was '{replaced}', and not '{context.From.Id}' as the plan saw it: somebody switched in the same moment. It was not undone.",
                $"Look at {replaced}: if it was meant to be live, switch to it with Invoke-Rollback -Target; else run Resume-Rollback.",
                replaced)
            { IsInPlace = true };
        }

        return $"production leads to {target}: {Join(reading.Moved)}";
    }

    private static RollbackOpsException NotLive(
        StepContext context, WireProject project, WireAliasRequest? record, AliasReading reading)
    {
        var current = CurrentOf(project) ?? "nothing";
        var what = record is null ? "The switch" : Describe(record);
        return record?.JobStatus switch
        {
            "skipped" => new RollbackOpsException(ErrorId.SwitchSkipped,
                $"{what}: Vercel skipped it. Production leads to {current}.",
                "Look at the project on Vercel for what stands in the way, then plan again.", context.RollbackId)
            { IsInPlace = false },
            "failed" when reading.Moved.Count > 0 => Partial(context.Target.Id, reading, null),
            "failed" when current == context.From.Id => new RollbackOpsException(ErrorId.StepFailed,
                $"{what}: Vercel failed to do it; no alias was moved. Production leads to {current}.",
                "Try again, or choose another way: the git strategy, or another target.", context.RollbackId)
            { IsInPlace = false },
            _ => new RollbackOpsException(ErrorId.OutcomeUnknown,
                $"{what}: it came to an end, but production leads to {current}, and not to {context.Target.Id}.",
                "Look at the project on Vercel; then run Resume-Rollback.", context.RollbackId),
        };
    }

    private static RollbackOpsException Partial(
        string target, AliasReading reading, IReadOnlyDictionary<string, string>? failures) => new(
            ErrorId.PartiallyRolledBack,
            $"Not every production alias leads to {target}. Moved: {(reading.Moved.Count == 0 ? "none" : Join(reading.Moved))}. Not moved: "
            + string.Join("; ", reading.Missing.Select(alias =>
                Inert.Line(alias) + (failures?.GetValueOrDefault(alias) is { } why ? $" ({why})" : ""))) + ".",
            "Look at those names on Vercel (a domain in dispute, a certificate, another project); then run Resume-Rollback.",
            target)
        { IsInPlace = false };

    private static RollbackOpsException NothingHappened(RollbackOpsException failure) =>
        new(failure.Id, failure.Message, failure.NextStep, failure.Subject, failure) { IsInPlace = false };

    /// <summary>A switch that has begun and not ended. One that is older than any job takes was abandoned.</summary>
    private WireAliasRequest? UnderWay(WireProject project, DateTimeOffset? at) =>
        project.LastAliasRequest is { } record && !VercelFollower.IsOver(record)
        && (at ?? _clock.GetUtcNow()) - VercelDeployments.Time(record.RequestedAt) < _settings.SwitchTimeout + s_abandoned
            ? record
            : null;

    private static WireAliasRequest? JobOf(WireProject project, StepContext context) =>
        project.LastAliasRequest is { } record && record.ToDeploymentId == context.Target.Id && record.Type == TypeOf(context)
            ? record
            : null;

    private IReadOnlyList<string>? BeforeOf(StepContext context) => _before.GetValueOrDefault(context.RollbackId);

    private static string TypeOf(StepContext context) => context.UndoOf is null ? RollbackType : PromoteType;

    private static string Join(IReadOnlyList<string> aliases) =>
        aliases.Count == 0 ? "no alias" : string.Join(", ", aliases.Select(Inert.Line));

    private static EffectObservation Seen(EffectState state, string detail, bool isRepeatable = true) =>
        new() { State = state, Detail = detail, IsRepeatable = isRepeatable };
}
