using RollbackOps.Deployments;
using RollbackOps.Rollbacks;

namespace RollbackOps.Tests.Fakes;

/// <summary>A strategy that pushes, upon which the platform deploys.</summary>
internal sealed class FakeStrategy(FakePlatform platform) : IRollbackStrategy
{
    public const string Commit = "9999999999999999999999999999999999999999";

    private bool _isPushed;

    public RollbackStrategy Kind => RollbackStrategy.Git;

    public bool Deploys => true;

    /// <summary>Whether a development branch is to come along, which always fails.</summary>
    public bool HasDevelopmentBranch { get; set; }

    /// <summary>Whether that branch is to be reset.</summary>
    public bool IsResetting { get; init; }

    public IRollbackStrategy? ResettingDevelopmentBranch =>
        HasDevelopmentBranch ? new FakeStrategy(platform) { HasDevelopmentBranch = true, IsResetting = true } : null;

    /// <summary>What the preflight finds, or null.</summary>
    public RollbackOpsException? Unfit { get; set; }

    /// <summary>What a push ends in, or null.</summary>
    public RollbackOpsException? Refusal { get; set; }

    /// <summary>How many pushes there were.</summary>
    public int Pushes { get; private set; }

    /// <summary>What the platform makes of a push.</summary>
    public Action OnPush { get; set; } = () => platform.Deploy("v4", Commit);

    public IReadOnlyList<PlannedEffect> Describe(Deployment from, Deployment target) =>
    [
        new PlannedEffect { Kind = StepKind.Push, Description = "Push" },
        .. HasDevelopmentBranch ? [new PlannedEffect { Kind = IsResetting ? StepKind.ResetBranch : StepKind.MergeBranch, Description = "Bring develop along" }]
            : Array.Empty<PlannedEffect>(),
    ];

    public Task PreflightAsync(Deployment from, Deployment target, CancellationToken cancellationToken) =>
        Unfit is null ? Task.CompletedTask : throw Unfit;

    public Task<EffectObservation> ObserveAsync(
        StepKind kind, StepContext context, CancellationToken cancellationToken) => Task.FromResult(new EffectObservation
        {
            State = _isPushed && kind == StepKind.Push ? EffectState.Present : EffectState.Absent,
            Detail = _isPushed ? "pushed" : "not pushed",
        });

    public Task<string> ApplyAsync(StepKind kind, StepContext context, CancellationToken cancellationToken)
    {
        if (Refusal is not null)
        {
            throw Refusal;
        }

        if (kind is StepKind.MergeBranch or StepKind.ResetBranch)
        {
            throw new RollbackOpsException(ErrorId.MergeConflict, "They cannot be merged.", "Merge them.");
        }

        Pushes++;
        _isPushed = true;
        OnPush();
        return Task.FromResult("pushed");
    }

    public Task<string?> FindCommitAsync(StepContext context, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(Commit);
}
