using System.Runtime.CompilerServices;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Deployments;

/// <summary>
/// The history of one project in one environment: the platform's deployments, with what the rollback log knows of
/// them: marks, health, candidates.
/// </summary>
internal sealed class DeploymentHistory
{
    private readonly IDeploymentPlatform _platform;
    private readonly RollbackLedger _ledger;
    private readonly PolicySettings _policy;
    private readonly TimeProvider _clock;
    private readonly Task<ServiceRecord> _served;
    private readonly Deployment? _current;

    private DeploymentHistory(
        IDeploymentPlatform platform,
        RollbackLedger ledger,
        PolicySettings policy,
        TimeProvider clock,
        Task<ServiceRecord> served,
        Deployment? current,
        RollbackOpsException? currentError)
    {
        _platform = platform;
        _ledger = ledger;
        _policy = policy;
        _clock = clock;
        _served = served;
        _current = current;
        CurrentError = currentError;
    }

    /// <summary>Why what is live cannot be told, or null.</summary>
    public RollbackOpsException? CurrentError { get; }

    /// <summary>
    /// Reads what is live, and begins to read when what served; the list itself is read when it is asked for, beside
    /// that.
    /// </summary>
    public static async Task<DeploymentHistory> OpenAsync(
        IDeploymentPlatform platform,
        RollbackLedger ledger,
        PolicySettings policy,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        // Begun first; and a platform that fails at once fails where the others do.
        var reading = ReadCurrentAsync();
        var served = ReadServiceAsync(platform, ledger, cancellationToken);
        Deployment? current = null;
        RollbackOpsException? error = null;
        try
        {
            var id = await reading;
            current = await platform.FindAsync(id, cancellationToken)
                ?? throw new RollbackOpsException(ErrorId.CurrentUnknown,
                    $"What is live is '{id}', and the platform has no deployment of that id.",
                    "Look at the release folder; make the current link lead to a release that exists.", id);
        }
        catch (RollbackOpsException unknown) when (unknown.Id is ErrorId.CurrentUnknown)
        {
            error = unknown;
        }

        return new DeploymentHistory(platform, ledger, policy, clock, served, current, error);

        async Task<string> ReadCurrentAsync() => await platform.ReadCurrentAsync(cancellationToken);
    }

    /// <summary>What is live, or null when that cannot be told.</summary>
    public async Task<Deployment?> FindCurrentAsync() => _current is null ? null : Describe(_current, await _served);

    /// <summary>What is live.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.CurrentUnknown"/>.</exception>
    public async Task<Deployment> RequireCurrentAsync() => await FindCurrentAsync() ?? throw CurrentError!;

    /// <summary>The deployments, newest first, each as soon as it is read.</summary>
    public async IAsyncEnumerable<Deployment> ReadAsync(
        DeploymentQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var deployment in _platform.ListAsync(query, cancellationToken))
        {
            yield return Describe(deployment, await _served);
        }
    }

    /// <summary>One deployment, or null when there is none of that id.</summary>
    public async Task<Deployment?> FindAsync(string id, CancellationToken cancellationToken) =>
        await DescribeAsync(await _platform.FindAsync(id, cancellationToken));

    /// <summary>What the history knows of a deployment that was read; null for none.</summary>
    public async Task<Deployment?> DescribeAsync(Deployment? found) => found is null ? null : Describe(found, await _served);

    /// <summary>The deployment that S1 and S2 choose, or null when there is none.</summary>
    public async Task<Deployment?> ChooseTargetAsync(CancellationToken cancellationToken) =>
        await TargetSelection.ChooseAsync(
            ReadServedAsync(cancellationToken), await RequireCurrentAsync(), cancellationToken);

    private static async Task<ServiceRecord> ReadServiceAsync(
        IDeploymentPlatform platform, RollbackLedger ledger, CancellationToken cancellationToken) =>
        new(await platform.ReadActivationsAsync(cancellationToken), ledger.Switches);

    /// <summary>The history as far back as anything served; what lies before cannot be chosen.</summary>
    private async IAsyncEnumerable<Deployment> ReadServedAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var served = await _served;
        var left = served.Count;
        await foreach (var deployment in ReadAsync(new DeploymentQuery(), cancellationToken))
        {
            yield return deployment;
            if (served.IsRecorded && served.Contains(deployment.Id) && --left == 0)
            {
                yield break;
            }
        }
    }

    private Deployment Describe(Deployment raw, ServiceRecord record)
    {
        var served = raw.Served.Count > 0 ? raw.Served : record.Of(raw.Id);
        var described = raw with
        {
            Served = served,
            IsServiceRecorded = record.IsRecorded || raw.Served.Count > 0,
            Mark = _ledger.Marks.TryGetValue(raw.Id, out var mark) ? mark : null,
            Health = HealthOf(raw.Id, served),
            IsCurrent = _current is not null && raw.Id == _current.Id,
        };
        return described with
        {
            IsCandidate = _current is not null && TargetSelection.WhyNot(described, _current) is null,
        };
    }

    private DeploymentHealth HealthOf(string id, IReadOnlyList<ServiceInterval> served)
    {
        if (_ledger.ProvenAt(id) is { } provenAt && !_ledger.WasRolledAwayFrom(id, provenAt))
        {
            return DeploymentHealth.Proven;
        }

        var now = _clock.GetUtcNow();
        var servedLongEnough = served.Any(interval => (interval.To ?? now) - interval.From >= _policy.PresumedHealthyAfter);
        return servedLongEnough && !_ledger.WasRolledAwayFrom(id) && !EndedByForeignRollback(id, served)
            ? DeploymentHealth.Presumed
            : DeploymentHealth.Unknown;
    }

    /// <summary>A rollback that the platform recorded and the rollback log does not know, made by another tool.</summary>
    private bool EndedByForeignRollback(string id, IReadOnlyList<ServiceInterval> served) => served.Any(interval =>
        interval.EndedByRollback
        && !_ledger.Attempts.Any(attempt => attempt.Plan?.From.Id == id && attempt.SwitchedAt == interval.To));
}
