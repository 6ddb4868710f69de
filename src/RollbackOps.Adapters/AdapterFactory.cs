using RollbackOps.Adapters.Git;
using RollbackOps.Adapters.GitHub;
using RollbackOps.Adapters.LocalState;
using RollbackOps.Adapters.Probes;
using RollbackOps.Adapters.ReleaseDirectory;
using RollbackOps.Adapters.Reports;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Adapters;

/// <summary>Makes the implementation of every port of the engine.</summary>
public sealed class AdapterFactory : IAdapterFactory
{
    /// <inheritdoc />
    public IDeploymentPlatform CreatePlatform(RollbackSettings settings, ISecretSource secrets, TimeProvider clock) =>
        settings.Platform.Type == PlatformSettings.GitHubType
            ? new GitHubPlatform(settings, secrets, clock)
            : new ReleaseDirectoryPlatform(settings, secrets, clock);

    /// <inheritdoc />
    public IStateStore CreateStateStore(RollbackSettings settings, TimeProvider clock) =>
        new LocalStateStore(Path.Combine(settings.Platform.Root, ".rollback"), clock);

    /// <inheritdoc />
    public IHealthProber CreateProber(TimeProvider clock) => new HealthProber(clock);

    /// <inheritdoc />
    public IRepository? CreateRepository(RollbackSettings settings) =>
        settings.Repository is { } repository ? new GitRepository(repository) : null;

    /// <inheritdoc />
    public IReportRenderer CreateReportRenderer() => new MarkdownRenderer();
}
