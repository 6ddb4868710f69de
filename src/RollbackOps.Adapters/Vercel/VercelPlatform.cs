using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Vercel;

/// <summary>Vercel over its REST API: instant rollback, promotion forward, every production alias read back.</summary>
internal sealed class VercelPlatform : IDeploymentPlatform, IDisposable
{
    /// <summary>The name that its deployments carry.</summary>
    public const string PlatformName = "Vercel";

    /// <summary>The only environment that Vercel switches instantly.</summary>
    public const string Production = "production";

    private readonly RollbackSettings _settings;
    private readonly VercelSettings _vercel;
    private readonly ISecretSource _secrets;
    private readonly TimeProvider _clock;
    private readonly VercelClient _client;
    private readonly VercelApi _api;
    private readonly VercelDeployments _reader;
    private readonly VercelSwitch _switch;
    private readonly VercelPin _pin;
    private Task<ServiceHorizon>? _service;

    /// <param name="settings">The settings.</param>
    /// <param name="secrets">Resolves the token and the bypass, when they are used.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="handler">What carries the requests; null for the network.</param>
    public VercelPlatform(
        RollbackSettings settings, ISecretSource secrets, TimeProvider clock, HttpMessageHandler? handler = null)
    {
        _settings = settings;
        _vercel = settings.Platform.Vercel ?? new VercelSettings();
        _secrets = secrets;
        _clock = clock;
        _client = new VercelClient(_vercel, secrets, clock, handler);
        _api = new VercelApi(_client, _vercel, settings.Project);
        _reader = new VercelDeployments(settings.Project, settings.Environment);
        _switch = new VercelSwitch(_api, _vercel, clock);
        _pin = new VercelPin(_api, clock);
    }

    public string Name => PlatformName;

    public bool CanPin => true;

    public bool CanCancel => true;

    public bool GivesPages => true;

    public TimeSpan EffectDeadline => _vercel.SwitchTimeout + (2 * PlatformPipeline.Total);

    // Its scheduled jobs are the target's own again, and so are the environment variables that its build took.
    public IReadOnlyList<string> NotTakenBack =>
        ["data and database schema", "feature flags", "queued messages", "what other services keep: their secrets and settings"];

    public Action<string>? Tell
    {
        get => _client.Tell;
        set => _client.Tell = value;
    }

    public async IAsyncEnumerable<Deployment> ListAsync(
        DeploymentQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = query.First ?? int.MaxValue;
        // What cannot be named to the API is left out here.
        var words = query.States.Contains(DeploymentState.Unknown) ? [] : query.States.SelectMany(VercelDeployments.WordsFor).ToList();
        var size = Math.Clamp(query.First ?? VercelApi.PageSize, 1, VercelApi.PageSize);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        DateTimeOffset? next = null;
        await foreach (var page in _api.ListAsync(
            _settings.Environment, words.Count == 0 ? null : string.Join(',', words), query.Since, size, query.First is null, cancellationToken))
        {
            var horizon = _service is null ? null : await _service;
            foreach (var wire in page.Deployments ?? [])
            {
                var deployment = WithService(_reader.Read(wire), wire, horizon, ref next);
                // At a page's edge the API may give one twice.
                if (!seen.Add(deployment.Id) || !IsAsked(deployment, query))
                {
                    continue;
                }

                yield return deployment;
                if (--left == 0)
                {
                    yield break;
                }
            }

            seen = [.. (page.Deployments ?? []).Select(wire => wire.Uid ?? wire.Id ?? string.Empty)];
            if (query.BeforeMore is { } before)
            {
                await before();
            }
        }
    }

    // S4: one of another project is none of ours. Without ownership the answer does not even name its project.
    public async Task<Deployment?> FindAsync(string id, CancellationToken cancellationToken) =>
        await _api.FindAsync(id, cancellationToken) is { } wire
        && (wire.ProjectId ?? wire.Project?.Id) == await _api.ProjectIdAsync(cancellationToken)
            ? _reader.Read(wire)
            : null;

    public async Task<IReadOnlyList<Activation>?> ReadActivationsAsync(CancellationToken cancellationToken) =>
        (await (_service = ReadServiceAsync(cancellationToken))).Activations;

    public async Task<string> ReadCurrentAsync(CancellationToken cancellationToken)
    {
        if (_settings.Environment != Production)
        {
            throw new RollbackOpsException(ErrorId.CurrentUnknown,
                $"Vercel keeps one live deployment for production only; '{_settings.Environment}' has none.",
                "Roll back production: name no environment, or -Environment production.", _settings.Environment);
        }

        return VercelSwitch.CurrentOf((await _api.ReadProjectAsync(cancellationToken)).Project) is { } id
            ? Inert.Line(id)
            : throw new RollbackOpsException(ErrorId.CurrentUnknown,
                $"The project '{_settings.Project}' has no production deployment on Vercel.",
                "Deploy it to production first; check platform.vercel.project.", _settings.Project);
    }

    public async Task<IReadOnlyList<Deployment>> ReadInFlightAsync(CancellationToken cancellationToken)
    {
        var inFlight = new List<Deployment>();
        var query = new DeploymentQuery
        {
            States = [DeploymentState.Queued, DeploymentState.Building],
            Since = _clock.GetUtcNow() - _settings.Policy.InFlightMaxAge,
        };
        await foreach (var deployment in ListAsync(query, cancellationToken))
        {
            inFlight.Add(deployment);
        }

        return inFlight;
    }

    public async Task<IReadOnlyList<SettingChange>> ReadSettingChangesAsync(
        Deployment deployment, CancellationToken cancellationToken) =>
    [
        .. from variable in await _api.VariablesAsync(cancellationToken)
           let at = VercelDeployments.Time(variable.UpdatedAt ?? variable.CreatedAt)
           where at > deployment.CreatedAt && IsFor(variable.Target, deployment.Environment)
           orderby at descending
           select new SettingChange(Inert.Line(variable.Key), at.Value),
    ];

    public Task<PromotionPin?> ReadPinAsync(CancellationToken cancellationToken) => _pin.ReadAsync(cancellationToken);

    // While a release rolls, production still leads to the deployment before it: going back from that would leave the
    // one in trouble where it is.
    public async Task PreflightAsync(Deployment from, Deployment target, CancellationToken cancellationToken)
    {
        WireRollingRelease? rolling = null;
        try
        {
            rolling = await _api.RollingReleaseAsync(cancellationToken);
        }
        catch (RollbackOpsException unread)
        {
            // The plan may have none; and the answer to the switch itself tells as well.
            Tell?.Invoke($"Whether a rolling release is under way is not known: {unread.Message}");
        }

        if (rolling is { State: "ACTIVE", CanaryDeployment.Id: { } canary })
        {
            throw new RollbackOpsException(ErrorId.PlatformBusy,
                string.Create(CultureInfo.InvariantCulture,
                    $"A rolling release is under way: {Inert.Line(canary)} has {rolling.CurrentCanaryPercentage ?? 0:0.#} % of the traffic, and the rest still goes to {from.Id}. Going back from {from.Id} would not take it back."),
                $"Abort it: vercel rolling-release abort --dpl {Inert.Line(canary)}. All traffic then goes to {from.Id} again.", canary);
        }
    }

    public IReadOnlyList<PlannedEffect> DescribeActivation(Deployment from, Deployment target) =>
    [
        new() { Kind = StepKind.Switch, Description = $"Switch the production aliases from {from.Id} to {target.Id} on Vercel" },
    ];

    public async Task<EffectObservation> ObserveAsync(
        StepKind kind, StepContext context, CancellationToken cancellationToken) => kind switch
        {
            StepKind.Switch => await _switch.ObserveAsync(context, cancellationToken),
            StepKind.Pin or StepKind.Unpin => await _pin.ObserveAsync(kind, context, cancellationToken),
            StepKind.Cancel => await ReadInFlightAsync(cancellationToken) is { Count: > 0 } inFlight
                ? Seen(EffectState.Absent, $"in flight: {string.Join(", ", inFlight)}")
                : Seen(EffectState.Present, "nothing is in flight"),
            _ => Seen(EffectState.Unknown, "cannot be told"),
        };

    public async Task<string> ApplyAsync(StepKind kind, StepContext context, CancellationToken cancellationToken) => kind switch
    {
        StepKind.Switch => await _switch.ApplyAsync(context, cancellationToken),
        StepKind.Pin or StepKind.Unpin => await _pin.ApplyAsync(kind, context, cancellationToken),
        StepKind.Cancel => await CancelAsync(cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The platform has no such effect."),
    };

    public async Task<ITargetAddress?> OpenOwnAddressAsync(Deployment deployment, CancellationToken cancellationToken) =>
        deployment.Address is { } address
            ? new VercelOwnAddress(address, _vercel.ProtectionBypass is { } reference
                ? await _secrets.ResolveAsync(reference, cancellationToken)
                : null)
            : null;

    public IAsyncEnumerable<DeploymentLogLine> ReadLogAsync(string id, CancellationToken cancellationToken) =>
        new VercelLog(_api, _clock).ReadAsync(id, cancellationToken);

    public async Task<IAsyncEnumerable<ServedRequest>?> FollowRequestsAsync(string id, CancellationToken cancellationToken) =>
        await new VercelLog(_api, _clock).FollowAsync(id, cancellationToken);

    public void Dispose() => _client.Dispose();

    private async Task<string> CancelAsync(CancellationToken cancellationToken)
    {
        var inFlight = await ReadInFlightAsync(cancellationToken);
        foreach (var deployment in inFlight)
        {
            await _api.CancelAsync(deployment.Id, cancellationToken);
        }

        var begun = _clock.GetTimestamp();
        var pace = new Pace();
        while (await ReadInFlightAsync(cancellationToken) is { Count: > 0 } still)
        {
            if (_clock.GetElapsedTime(begun) > PlatformPipeline.Total)
            {
                throw new RollbackOpsException(ErrorId.DeploymentInFlight,
                    $"Vercel took the cancellation, and still in flight: {string.Join(", ", still)}.",
                    "Cancel it on Vercel, or go on with -AllowInFlight -Reason.", still[0]);
            }

            await Task.Delay(pace.Next(), _clock, cancellationToken);
        }

        return $"cancelled: {string.Join(", ", inFlight)}";
    }

    /// <summary>What served when, as far back as one page goes, and Vercel's record of the last switch.</summary>
    private async Task<ServiceHorizon> ReadServiceAsync(CancellationToken cancellationToken)
    {
        var reading = _api.ShareProjectAsync(cancellationToken);
        var listing = FirstPageAsync("READY", cancellationToken);
        await Task.WhenAll(reading, listing);
        var (activations, page) = (new List<Activation>(), await listing);
        DateTimeOffset? horizon = null;
        foreach (var wire in page?.Deployments ?? [])
        {
            if ((wire.Uid ?? wire.Id) is { } id && VercelDeployments.WentLiveAt(wire) is { } at)
            {
                activations.Add(new Activation { DeploymentId = Inert.Line(id), At = at });
            }

            horizon = VercelDeployments.Time(wire.CreatedAt ?? wire.Created);
        }

        horizon = page?.Pagination?.Next is null ? null : horizon;
        var (project, _) = await reading;
        if (project.LastAliasRequest is { JobStatus: "succeeded", ToDeploymentId: { } to } last
            && VercelDeployments.Time(last.RequestedAt) is { } switchedAt)
        {
            var isRollback = last.Type == "rollback";
            activations.Add(new Activation
            {
                DeploymentId = Inert.Line(to),
                At = switchedAt,
                IsRollback = isRollback,
                RollbackId = isRollback ? VercelApi.ReadDescription(project.RollbackDescription?.Description).RollbackId : null,
            });
        }

        return new ServiceHorizon([.. activations.OrderBy(activation => activation.At)], horizon);
    }

    private async Task<WireDeployments?> FirstPageAsync(string states, CancellationToken cancellationToken)
    {
        await foreach (var page in _api.ListAsync(
            _settings.Environment, states, since: null, VercelApi.PageSize, isAll: false, cancellationToken))
        {
            return page;
        }

        return null;
    }

    /// <summary>Beyond the record's horizon a deployment itself tells when it served: until the next one went live.</summary>
    private static Deployment WithService(
        Deployment deployment, WireDeployment wire, ServiceHorizon? horizon, ref DateTimeOffset? next)
    {
        if (VercelDeployments.WentLiveAt(wire) is not { } from)
        {
            return deployment;
        }

        var to = next;
        next = from;
        return horizon?.Before is { } edge && deployment.CreatedAt < edge && to > from
            ? deployment with { Served = [new ServiceInterval { From = from, To = to }] }
            : deployment;
    }

    private static bool IsAsked(Deployment deployment, DeploymentQuery query) =>
        (query.States.Count == 0 || query.States.Contains(deployment.State))
        && (query.Since is null || deployment.CreatedAt >= query.Since);

    private static bool IsFor(JsonElement target, string environment) => target.ValueKind switch
    {
        JsonValueKind.Array => target.EnumerateArray().Any(one => IsFor(one, environment)),
        JsonValueKind.String => target.ValueEquals(environment),
        _ => false,
    };

    private static EffectObservation Seen(EffectState state, string detail) => new() { State = state, Detail = detail };

    /// <param name="Activations">Who went live when, oldest first.</param>
    /// <param name="Before">Older deployments are not among them; null when all are.</param>
    private sealed record ServiceHorizon(IReadOnlyList<Activation> Activations, DateTimeOffset? Before);
}
