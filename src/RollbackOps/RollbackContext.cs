using RollbackOps.Configuration;
using RollbackOps.Databases;
using RollbackOps.Deployments;
using RollbackOps.Redaction;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps;

/// <summary>Everything the engine works with for one project in one environment.</summary>
public sealed class RollbackContext
{
    internal RollbackContext(
        RollbackSettings settings,
        IDeploymentPlatform platform,
        IStateStore store,
        IHealthProber prober,
        IRepository? repository,
        IReadOnlyList<IRollbackStrategy> deploying,
        ISecretSource secrets,
        TimeProvider clock,
        string actor,
        ICommitChecks? commitChecks = null,
        IDeploymentCommits? deploymentCommits = null,
        IMetricsReader? metrics = null,
        Lazy<IDatabase>? database = null)
    {
        Settings = settings;
        Database = database;
        CommitChecks = commitChecks;
        DeploymentCommits = deploymentCommits;
        Metrics = metrics;
        Platform = platform;
        Store = store;
        Repository = repository;
        Strategies = [new PlatformStrategy(platform), .. deploying.Where(strategy => strategy.Kind != platform.Strategy)];
        Clock = clock;
        Actor = actor;
        Redactor = new Redactor(settings.Redaction);
        Journal = new Journal(store, clock, Redactor);
        Probe = new ServiceProbe(settings, prober, secrets, clock);
    }

    /// <summary>What masks the secrets in whatever leaves the process (S40).</summary>
    internal Redactor Redactor { get; }

    internal RollbackSettings Settings { get; }

    internal IDeploymentPlatform Platform { get; }

    internal IStateStore Store { get; }

    internal IRepository? Repository { get; }

    internal ICommitChecks? CommitChecks { get; }

    internal IDeploymentCommits? DeploymentCommits { get; }

    /// <summary>What measures the service's metrics, or null when none are configured.</summary>
    internal IMetricsReader? Metrics { get; }

    /// <summary>The live database, made when it is asked for, or null when none is configured.</summary>
    internal Lazy<IDatabase>? Database { get; }

    /// <summary>Whether the configuration names the paths of migrations itself: then there is a database, whoever keeps it (S28).</summary>
    internal bool AreMigrationsNamed =>
        Settings.Repository is { } repository && !ReferenceEquals(repository.Migrations, RepositorySettings.UsualMigrations);

    /// <summary>The strategies that are set up, the platform's own first.</summary>
    internal IReadOnlyList<IRollbackStrategy> Strategies { get; }

    internal TimeProvider Clock { get; }

    /// <summary>Who acts, as the journal names them.</summary>
    internal string Actor { get; }

    internal Journal Journal { get; }

    internal ServiceProbe Probe { get; }

    /// <summary>Told what happens below the engine: retries, time-outs. For <c>-Verbose</c>.</summary>
    internal Action<string>? Tell
    {
        set
        {
            foreach (var strategy in Strategies)
            {
                strategy.Tell = value;
            }

            if (CommitChecks is not null)
            {
                CommitChecks.Tell = value;
            }

            if (Metrics is not null)
            {
                Metrics.Tell = value;
            }
        }
    }

    /// <summary>What the lease is keyed by (S8).</summary>
    internal string LeaseKey => $"{Platform.Name}/{Settings.Project}/{Settings.Environment}";

    /// <summary>Puts the ports together.</summary>
    public static RollbackContext Create(
        IAdapterFactory adapters, RollbackSettings settings, ISecretSource secrets, TimeProvider clock, string actor) =>
        Create(adapters, settings, secrets, clock, actor, platform => platform);

    /// <summary>Puts the ports together, with something before the platform.</summary>
    internal static RollbackContext Create(
        IAdapterFactory adapters, RollbackSettings settings, ISecretSource secrets, TimeProvider clock, string actor,
        Func<IDeploymentPlatform, IDeploymentPlatform> before)
    {
        ArgumentNullException.ThrowIfNull(adapters);
        return new RollbackContext(
            settings,
            before(adapters.CreatePlatform(settings, secrets, clock)),
            adapters.CreateStateStore(settings, clock),
            adapters.CreateProber(clock),
            adapters.CreateRepository(settings),
            adapters.CreateStrategies(settings, secrets, clock),
            secrets,
            clock,
            actor,
            adapters.CreateCommitChecks(settings, secrets, clock),
            adapters.CreateDeploymentCommits(settings),
            adapters.CreateMetricsReader(settings, secrets, clock),
            settings.Database is null
                ? null
                : new Lazy<IDatabase>(() => adapters.CreateDatabase(settings, secrets, clock)!.Live));
    }

    internal RollbackLedger ReadLedger() => RollbackLedger.From(Journal.Read());

    internal Task<DeploymentHistory> OpenHistoryAsync(RollbackLedger ledger, CancellationToken cancellationToken) =>
        DeploymentHistory.OpenAsync(Platform, ledger, Settings.Policy, Clock, cancellationToken);

    /// <summary>Takes the lease (S8); that a dead holder's was taken over is recorded and told.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.LeaseHeld"/>.</exception>
    internal ILease TakeLease(string id, string step, Action<RollbackProgress> tell)
    {
        var lease = Store.AcquireLease(new LeaseRequest(LeaseKey, id, Actor, step, ReadLedger().LastToken));
        try
        {
            if (lease.TakenOverFrom is { } dead)
            {
                Journal.Append(JournalKind.LeaseTakenOver, id,
                    new LeaseTakenOverData { From = dead, By = lease.Holder }, RollbackJson.Compact.LeaseTakenOverData);
                tell(new RollbackProgress(ProgressKind.Warning,
                    $"Took the lease over from a holder that is dead: {dead}.", 0, 0, TimeSpan.Zero));
            }

            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }
}
