using RollbackOps.Configuration;
using RollbackOps.Databases;
using RollbackOps.Deployments;
using RollbackOps.Drills;
using RollbackOps.Incidents;
using RollbackOps.Notifications;
using RollbackOps.Readiness;
using RollbackOps.Rollbacks;
using RollbackOps.Runbooks;
using RollbackOps.Signals;

namespace RollbackOps;

/// <summary>Makes the implementation of every port. One class outside the engine implements it.</summary>
public interface IAdapterFactory
{
    /// <summary>The platform that the settings name.</summary>
    IDeploymentPlatform CreatePlatform(RollbackSettings settings, ISecretSource secrets, TimeProvider clock);

    /// <summary>The state that belongs to the settings.</summary>
    IStateStore CreateStateStore(RollbackSettings settings, TimeProvider clock);

    /// <summary>What asks a service from outside.</summary>
    IHealthProber CreateProber(TimeProvider clock);

    /// <summary>What measures the requests that logs tell of.</summary>
    ILogReader CreateLogReader();

    /// <summary>What measures the service's metrics, or null when the settings name none.</summary>
    IMetricsReader? CreateMetricsReader(RollbackSettings settings, ISecretSource secrets, TimeProvider clock);

    /// <summary>The repository that the settings name, or null when they name none.</summary>
    IRepository? CreateRepository(RollbackSettings settings);

    /// <summary>The strategies beside the platform's own switch that the settings set up.</summary>
    IReadOnlyList<IRollbackStrategy> CreateStrategies(
        RollbackSettings settings, ISecretSource secrets, TimeProvider clock);

    /// <summary>The deployed commits of the repository that the settings name, or null when they name none.</summary>
    IDeploymentCommits? CreateDeploymentCommits(RollbackSettings settings);

    /// <summary>The database that the settings name, or null when they name none.</summary>
    IDatabaseEngine? CreateDatabase(RollbackSettings settings, ISecretSource secrets, TimeProvider clock);

    /// <summary>What runs the commands that stop and start the services.</summary>
    ICommandHooks CreateHooks(RollbackSettings settings, ISecretSource secrets, TimeProvider clock);

    /// <summary>The backups in a folder.</summary>
    IBackupFolder OpenBackupFolder(string folder);

    /// <summary>What was checked about a commit, or null when nothing that knows is configured.</summary>
    ICommitChecks? CreateCommitChecks(RollbackSettings settings, ISecretSource secrets, TimeProvider clock);

    /// <summary>Where the evidence of incidents is kept.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="folder">A folder that is named in place of the configured store, absolute; null for the configured one.</param>
    /// <param name="secrets">Resolves the references to keys.</param>
    /// <param name="clock">The clock.</param>
    IEvidenceStore CreateEvidenceStore(RollbackSettings settings, string? folder, ISecretSource secrets, TimeProvider clock);

    /// <summary>The channels to people that the settings name.</summary>
    IReadOnlyList<INotificationChannel> CreateChannels(RollbackSettings settings, ISecretSource secrets, TimeProvider clock);

    /// <summary>Where messages to people are queued, beside the journal.</summary>
    IOutbox OpenOutbox(RollbackSettings settings);

    /// <summary>What renders reports for people.</summary>
    IReportRenderer CreateReportRenderer();

    /// <summary>What reads the languages that runbooks are written in.</summary>
    IRunbookReader CreateRunbookReader();

    /// <summary>Where incidents are published as issues, or null when the settings name no such place.</summary>
    IIncidentIssues? CreateIncidentIssues(RollbackSettings settings, ISecretSource secrets, TimeProvider clock);

    /// <summary>What writes meetings as calendar files.</summary>
    IMeetingCalendar CreateMeetingCalendar();

    /// <summary>The services that the settings let a rollback go through.</summary>
    IReadOnlyList<IServiceAccess> CreateServiceAccess(RollbackSettings settings, ISecretSource secrets, TimeProvider clock);

    /// <summary>This machine.</summary>
    IMachine CreateMachine(RollbackSettings settings, ISecretSource secrets);

    /// <summary>The ground of a drill: a service, its users and its database in a folder of their own.</summary>
    IDrillGround CreateDrillGround(DrillGroundRequest request, TimeProvider clock);

    /// <summary>What renders the scorecard of drills.</summary>
    IDrillScorecard CreateDrillScorecard();
}
