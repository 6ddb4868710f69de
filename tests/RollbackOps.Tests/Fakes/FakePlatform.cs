using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Tests.Fakes;

/// <summary>A platform in memory, with what can be observed of it and what goes wrong with it.</summary>
internal sealed class FakePlatform(FaultPlan faults, FakeClock clock) : IDeploymentPlatform
{
    private readonly List<Deployment> _deployments = [];
    private readonly List<Activation> _activations = [];
    private readonly List<string> _effects = [];
    private int _followed;

    public string Name => "Fake";

    public bool CanPin { get; init; } = true;

    /// <summary>Whether the platform records what served when.</summary>
    public bool RecordsService { get; set; } = true;

    public string? Current { get; set; }

    /// <summary>What the running process serves; a restart makes it what is current.</summary>
    public string? Served { get; set; }

    public PromotionPin? Pin { get; set; }

    public IList<Deployment> InFlight { get; } = [];

    public IReadOnlyList<Deployment> Deployments => _deployments;

    /// <summary>Every effect that was brought about, in order.</summary>
    public IReadOnlyList<string> Effects => _effects;

    /// <summary>How often production was really switched.</summary>
    public int Switches => _effects.Count(effect => effect.StartsWith("Switch", StringComparison.Ordinal));

    /// <summary>What every reading ends in; null while it works.</summary>
    public RollbackOpsException? Outage { get; set; }

    /// <summary>How often what is live was read.</summary>
    public int Reads { get; private set; }

    /// <summary>Called instead of an effect; true when it was handled.</summary>
    public Func<StepKind, StepContext, bool>? OnApply { get; set; }

    /// <summary>Called before an effect is looked for.</summary>
    public Action<StepKind>? OnObserve { get; set; }

    /// <summary>Overrides what is seen of an effect.</summary>
    public Func<StepKind, EffectObservation?>? Seen { get; set; }

    /// <summary>The requests of a deployment, and the how many-th time they are followed; null where none are told of.</summary>
    public Func<string, int, IAsyncEnumerable<ServedRequest>>? Tail { get; set; }

    /// <summary>Targets that have an address of their own.</summary>
    public bool HasOwnAddresses { get; set; }

    public Deployment Add(string id, DeploymentState state = DeploymentState.Ready, string? commit = null)
    {
        var deployment = new Deployment
        {
            Id = id,
            Project = World.Project,
            Environment = World.Environment,
            Platform = Name,
            State = state,
            CreatedAt = clock.GetUtcNow(),
            Commit = commit,
        };
        _deployments.Insert(0, deployment);
        return deployment;
    }

    /// <summary>A deployment that goes live.</summary>
    public Deployment Deploy(string id, string? commit = null)
    {
        var deployment = Add(id, commit: commit);
        _activations.Add(new Activation { DeploymentId = id, At = clock.GetUtcNow() });
        Current = Served = id;
        return deployment;
    }

    /// <summary>A deployment that was being built goes live.</summary>
    public void GoLive(string id)
    {
        Change(id, one => one with { State = DeploymentState.Ready });
        _activations.Add(new Activation { DeploymentId = id, At = clock.GetUtcNow() });
        Current = Served = id;
    }

    /// <summary>A deployment says something else of itself.</summary>
    public void Change(string id, Func<Deployment, Deployment> change)
    {
        var index = _deployments.FindIndex(deployment => deployment.Id == id);
        _deployments[index] = change(_deployments[index]);
    }

    /// <summary>A deployment that could serve no longer can.</summary>
    public void Break(string id)
    {
        var index = _deployments.FindIndex(deployment => deployment.Id == id);
        _deployments[index] = _deployments[index] with { State = DeploymentState.Failed, Error = "its files are gone" };
    }

    /// <summary>Another tool rolls back; the platform records it.</summary>
    public void RecordForeignRollback(string id)
    {
        _activations.Add(new Activation { DeploymentId = id, At = clock.GetUtcNow(), IsRollback = true });
        Current = Served = id;
    }

    public async IAsyncEnumerable<Deployment> ListAsync(
        DeploymentQuery query,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Fail();
        foreach (var deployment in _deployments.ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return deployment;
        }

        await Task.CompletedTask;
    }

    public Task<Deployment?> FindAsync(string id, CancellationToken cancellationToken)
    {
        Fail();
        return Task.FromResult(_deployments.Find(deployment => deployment.Id == id));
    }

    public Task<IReadOnlyList<Activation>?> ReadActivationsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Activation>?>(RecordsService ? [.. _activations] : null);

    public Task<string> ReadCurrentAsync(CancellationToken cancellationToken)
    {
        Reads++;
        Fail();
        return Task.FromResult(Current
            ?? throw new RollbackOpsException(ErrorId.CurrentUnknown, "The current link is missing.", "Make it."));
    }

    public Task<IReadOnlyList<Deployment>> ReadInFlightAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Deployment>>([.. InFlight]);

    public Task<PromotionPin?> ReadPinAsync(CancellationToken cancellationToken) => Task.FromResult(Pin);

    public IReadOnlyList<PlannedEffect> DescribeActivation(Deployment from, Deployment target) =>
    [
        new PlannedEffect { Kind = StepKind.Switch, Description = $"Switch from {from.Id} to {target.Id}" },
        new PlannedEffect { Kind = StepKind.Activate, Description = "Restart", Command = ["restart"] },
    ];

    public Task<EffectObservation> ObserveAsync(
        StepKind kind, StepContext context, CancellationToken cancellationToken)
    {
        OnObserve?.Invoke(kind);
        return Task.FromResult(Seen?.Invoke(kind) ?? new EffectObservation
        {
            State = kind switch
            {
                StepKind.Switch => Current == context.Target.Id ? EffectState.Present
                    : Current == context.From.Id ? EffectState.Absent : EffectState.Conflicting,
                StepKind.Pin => Pin?.RollbackId == context.RollbackId ? EffectState.Present : EffectState.Absent,
                StepKind.Unpin => Pin is not null && Pin.RollbackId == context.UndoOf
                    ? EffectState.Absent : EffectState.Present,
                _ => EffectState.Unknown,
            },
            Detail = $"current is {Current}",
        });
    }

    public Task<string> ApplyAsync(StepKind kind, StepContext context, CancellationToken cancellationToken)
    {
        faults.At($"{kind}.Before");
        if (OnApply?.Invoke(kind, context) != true)
        {
            Apply(kind, context);
        }

        faults.At($"{kind}.After");
        return Task.FromResult($"{kind} done");
    }

    public Task<ITargetAddress?> OpenOwnAddressAsync(Deployment deployment, CancellationToken cancellationToken) =>
        Task.FromResult<ITargetAddress?>(HasOwnAddresses ? new OwnAddress(FakeProber.OwnAddressOf(deployment.Id)) : null);

    public Task<IAsyncEnumerable<ServedRequest>?> FollowRequestsAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(Tail?.Invoke(id, ++_followed));

    public async IAsyncEnumerable<DeploymentLogLine> ReadLogAsync(
        string id, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield break;
    }

    private void Fail()
    {
        if (Outage is { } outage)
        {
            throw outage;
        }
    }

    private void Apply(StepKind kind, StepContext context)
    {
        _effects.Add($"{kind} {context.Target.Id}");
        switch (kind)
        {
            case StepKind.Switch:
                Current = context.Target.Id;
                break;
            case StepKind.Activate:
                Served = Current;
                break;
            case StepKind.Pin:
                Pin = new PromotionPin
                {
                    DeploymentId = context.Target.Id,
                    Since = clock.GetUtcNow(),
                    By = context.By,
                    RollbackId = context.RollbackId,
                };
                break;
            case StepKind.Unpin:
                Pin = context.PinBefore;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such effect.");
        }
    }

    private sealed record OwnAddress(Uri Address) : ITargetAddress
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
