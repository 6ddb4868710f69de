using System.Text.Json.Serialization;
using RollbackOps.Rollbacks;

namespace RollbackOps.Deployments;

/// <summary>
/// What serves deployments of one project in one environment and can switch between them. The engine decides and
/// keeps the record; a platform reads, does one effect at a time and reads back.
/// </summary>
public interface IDeploymentPlatform
{
    /// <summary>The platform's name, as deployments carry it.</summary>
    string Name { get; }

    /// <summary>What its own switch is.</summary>
    RollbackStrategy Strategy => RollbackStrategy.Instant;

    /// <summary>Whether promotion can be pinned (S11).</summary>
    bool CanPin { get; }

    /// <summary>The longest that one of its effects takes, its waiting included; the lease is renewed for it (S8).</summary>
    TimeSpan EffectDeadline => TimeSpan.FromSeconds(10);

    /// <summary>Whether it can cancel deployments in flight (S9): the effect <see cref="StepKind.Cancel"/>.</summary>
    bool CanCancel => false;

    /// <summary>
    /// Whether the history comes in pages: then nothing is asked for between two of a page, and
    /// <see cref="DeploymentQuery.BeforeMore"/> is awaited before the next.
    /// </summary>
    bool GivesPages => false;

    /// <summary>What switching to another deployment leaves as it is, in words, for the plan (S7).</summary>
    IReadOnlyList<string> NotTakenBack =>
    [
        "data and database schema",
        "feature flags",
        "queued messages and scheduled jobs",
        "environment variables and secrets outside the release",
    ];

    /// <summary>Told what happens below: retries, time-outs, an opened circuit. For <c>-Verbose</c>; holds no secret.</summary>
    Action<string>? Tell
    {
        set
        {
        }
    }

    /// <summary>The history, newest first, read as it is asked for. Marks, health and candidates are the engine's to add.</summary>
    IAsyncEnumerable<Deployment> ListAsync(DeploymentQuery query, CancellationToken cancellationToken);

    /// <summary>One deployment, or null when there is none of that id.</summary>
    Task<Deployment?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// The recorded moments at which deployments went live, oldest first, as the platform itself knows them; null when
    /// it keeps no such record. The rollback log's own switches are the engine's to add.
    /// </summary>
    Task<IReadOnlyList<Activation>?> ReadActivationsAsync(CancellationToken cancellationToken);

    /// <summary>The id of what production is switched to now.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.CurrentUnknown"/>.</exception>
    Task<string> ReadCurrentAsync(CancellationToken cancellationToken);

    /// <summary>Deployments queued or being built now (S9).</summary>
    Task<IReadOnlyList<Deployment>> ReadInFlightAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Settings that a deployment took into its build and that were changed since, newest first (S7); none where a
    /// deployment reads them when it starts.
    /// </summary>
    Task<IReadOnlyList<SettingChange>> ReadSettingChangesAsync(Deployment deployment, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SettingChange>>([]);

    /// <summary>The pin, or null when promotion is not pinned.</summary>
    Task<PromotionPin?> ReadPinAsync(CancellationToken cancellationToken);

    /// <summary>Finds out what would make a switch fail, or go to the wrong place, before anything is written (S5, S18).</summary>
    /// <exception cref="RollbackOpsException">It is known to.</exception>
    Task PreflightAsync(Deployment from, Deployment target, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The effects that make a deployment current, in order, described for the plan.</summary>
    IReadOnlyList<PlannedEffect> DescribeActivation(Deployment from, Deployment target);

    /// <summary>Whether an effect is in place. Changes nothing.</summary>
    Task<EffectObservation> ObserveAsync(StepKind kind, StepContext context, CancellationToken cancellationToken);

    /// <summary>
    /// Brings an effect about. Returns when it is done; throws <see cref="RollbackOpsException"/> when it is known to
    /// have failed, with <see cref="ErrorId.OutcomeUnknown"/> when it is not known.
    /// </summary>
    Task<string> ApplyAsync(StepKind kind, StepContext context, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a deployment reachable at an address of its own (S6), for as long as the result lives; null where the
    /// platform has none.
    /// </summary>
    /// <exception cref="RollbackOpsException">The deployment has an address, but does not start there.</exception>
    Task<ITargetAddress?> OpenOwnAddressAsync(Deployment deployment, CancellationToken cancellationToken);

    /// <summary>
    /// The requests that a deployment serves from now on, told of while they are; returns when the stream is open. Null where
    /// the platform tells of none. The stream may end at any time, and can be opened again.
    /// </summary>
    /// <exception cref="RollbackOpsException">It cannot be opened.</exception>
    Task<IAsyncEnumerable<ServedRequest>?> FollowRequestsAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncEnumerable<ServedRequest>?>(null);

    /// <summary>A deployment's log, oldest line first.</summary>
    IAsyncEnumerable<DeploymentLogLine> ReadLogAsync(string id, CancellationToken cancellationToken);
}

/// <summary>A deployment's own address while it is held open.</summary>
public interface ITargetAddress : IAsyncDisposable
{
    /// <summary>The address.</summary>
    Uri Address { get; }

    /// <summary>Headers that a probe there needs; they may hold secrets.</summary>
    IReadOnlyDictionary<string, string> Headers => new Dictionary<string, string>();

    /// <summary>
    /// Whether the platform itself stands in front of it and answers whatever the deployment does: that it asks for a
    /// login, or cannot be reached from here, says nothing about the deployment's health (S6).
    /// </summary>
    bool IsBehindPlatform => false;
}

/// <summary>An effect of a platform, described for the plan.</summary>
public sealed record PlannedEffect
{
    internal PlannedEffect()
    {
    }

    /// <summary>The kind of step.</summary>
    public required StepKind Kind { get; init; }

    /// <summary>What it does, in words.</summary>
    public required string Description { get; init; }

    /// <summary>The command it runs, where it runs one (S42).</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The longest it may take, where that is known; the lease has to last as long (S8).</summary>
    public TimeSpan? Deadline { get; init; }
}

/// <summary>A moment at which a deployment went live.</summary>
public sealed record Activation
{
    internal Activation()
    {
    }

    /// <summary>The deployment's id.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether it was a rollback: the deployment that served until then was rolled away from.</summary>
    public bool IsRollback { get; init; }

    /// <summary>The rollback of ours that made it, where that is known; else null.</summary>
    public string? RollbackId { get; init; }
}

/// <summary>A pin on promotion (S11).</summary>
public sealed record PromotionPin
{
    [JsonConstructor]
    internal PromotionPin()
    {
    }

    /// <summary>The deployment promotion is pinned to.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>Since when, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Who pinned it.</summary>
    public required string By { get; init; }

    /// <summary>The rollback that pinned it, or null.</summary>
    public string? RollbackId { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}
