using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>
/// One way to take a deployment back: the effects that do it, each of which can be looked for, brought about and, after
/// a crash, found again.
/// </summary>
public interface IRollbackStrategy
{
    /// <summary>Which rung of the ladder it is.</summary>
    RollbackStrategy Kind { get; }

    /// <summary>Told what happens below: retries, time-outs, how it goes on. For <c>-Verbose</c>; holds no secret.</summary>
    Action<string>? Tell
    {
        set
        {
        }
    }

    /// <summary>Whether its effects end in a new deployment, which the platform then has to serve.</summary>
    bool Deploys { get; }

    /// <summary>
    /// The same, but in the end the development branch is set to the production branch, rather than that merged into it;
    /// null where there is no such branch.
    /// </summary>
    IRollbackStrategy? ResettingDevelopmentBranch => null;

    /// <summary>The effects, in order, described for the plan. Reads nothing.</summary>
    IReadOnlyList<PlannedEffect> Describe(Deployment from, Deployment target);

    /// <summary>Finds out what would make it fail, before anything is written (S5, S18).</summary>
    /// <exception cref="RollbackOpsException">It is known to fail.</exception>
    Task PreflightAsync(Deployment from, Deployment target, CancellationToken cancellationToken);

    /// <summary>Whether an effect is in place. Changes nothing.</summary>
    Task<EffectObservation> ObserveAsync(StepKind kind, StepContext context, CancellationToken cancellationToken);

    /// <summary>
    /// Brings an effect about. Returns when it is done; throws <see cref="RollbackOpsException"/> when it is known to
    /// have failed, with <see cref="ErrorId.OutcomeUnknown"/> when it is not known.
    /// </summary>
    Task<string> ApplyAsync(StepKind kind, StepContext context, CancellationToken cancellationToken);

    /// <summary>The full hash of the commit that its effects bring live; null when that cannot be told.</summary>
    Task<string?> FindCommitAsync(StepContext context, CancellationToken cancellationToken);
}
