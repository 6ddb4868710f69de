using RollbackOps.Adapters.Backups;
using RollbackOps.Adapters.Calendar;
using RollbackOps.Adapters.Drills;
using RollbackOps.Adapters.Evidence;
using RollbackOps.Adapters.Git;
using RollbackOps.Adapters.GitHub;
using RollbackOps.Adapters.LocalState;
using RollbackOps.Adapters.Logs;
using RollbackOps.Adapters.Mail;
using RollbackOps.Adapters.PagerDuty;
using RollbackOps.Adapters.Postgres;
using RollbackOps.Adapters.Probes;
using RollbackOps.Adapters.Processes;
using RollbackOps.Adapters.Prometheus;
using RollbackOps.Adapters.ReleaseDirectory;
using RollbackOps.Adapters.Reports;
using RollbackOps.Adapters.Runbooks;
using RollbackOps.Adapters.Slack;
using RollbackOps.Adapters.Sqlite;
using RollbackOps.Adapters.Vercel;
using RollbackOps.Adapters.Webhook;
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

namespace RollbackOps.Adapters;

/// <summary>Makes the implementation of every port of the engine.</summary>
public sealed class AdapterFactory : IAdapterFactory
{
    /// <inheritdoc />
    public IDeploymentPlatform CreatePlatform(RollbackSettings settings, ISecretSource secrets, TimeProvider clock) =>
        settings.Platform.Type switch
        {
            PlatformSettings.VercelType => new VercelPlatform(settings, secrets, clock),
            PlatformSettings.GitHubType => new GitHubPlatform(settings, secrets, clock),
            _ => new ReleaseDirectoryPlatform(settings, secrets, clock),
        };

    /// <inheritdoc />
    public IStateStore CreateStateStore(RollbackSettings settings, TimeProvider clock) =>
        new LocalStateStore(StateFolder(settings), clock);

    /// <inheritdoc />
    public IHealthProber CreateProber(TimeProvider clock) => new HealthProber(clock);

    /// <inheritdoc />
    public ILogReader CreateLogReader() => new LogReader();

    /// <inheritdoc />
    public IMetricsReader? CreateMetricsReader(RollbackSettings settings, ISecretSource secrets, TimeProvider clock) =>
        settings.Prometheus is { } prometheus ? new PrometheusReader(prometheus, secrets, clock) : null;

    /// <inheritdoc />
    public IRepository? CreateRepository(RollbackSettings settings) =>
        settings.Repository is { } repository ? new GitRepository(repository) : null;

    /// <inheritdoc />
    public IReadOnlyList<IRollbackStrategy> CreateStrategies(
        RollbackSettings settings, ISecretSource secrets, TimeProvider clock) =>
        [
            .. settings.Github is { } github ? [NewWorkflow(settings, github, secrets, clock)] : Array.Empty<IRollbackStrategy>(),
            .. settings.Repository is { } repository ? new IRollbackStrategy[] { new GitStrategy(repository) } : [],
        ];

    /// <inheritdoc />
    public IDeploymentCommits? CreateDeploymentCommits(RollbackSettings settings) =>
        settings.Repository is { } repository ? new DeploymentCommits(repository) : null;

    /// <inheritdoc />
    public IDatabaseEngine? CreateDatabase(RollbackSettings settings, ISecretSource secrets, TimeProvider clock) =>
        settings.Database is { } database
            ? database.Postgres is null ? new SqliteEngine(database) : NewPostgres(database, secrets)
            : null;

    /// <inheritdoc />
    public ICommandHooks CreateHooks(RollbackSettings settings, ISecretSource secrets, TimeProvider clock) =>
        new CommandHooks(new CommandRunner(secrets, clock), settings.Platform.Root);

    /// <inheritdoc />
    public IBackupFolder OpenBackupFolder(string folder) => new BackupFolder(folder);

    /// <inheritdoc />
    public ICommitChecks? CreateCommitChecks(RollbackSettings settings, ISecretSource secrets, TimeProvider clock) =>
        settings.Github is { } github ? new GitHubCommitChecks(NewApi(github, settings, secrets, clock)) : null;

    /// <inheritdoc />
    public IEvidenceStore CreateEvidenceStore(RollbackSettings settings, string? folder, ISecretSource secrets, TimeProvider clock) =>
        folder is null && settings.Evidence.S3 is { } s3
            ? NewS3(s3, settings, secrets, clock)
            : new FolderEvidenceStore(folder ?? settings.Evidence.Folder ?? Path.Combine(StateFolder(settings), "evidence"));

    /// <inheritdoc />
    public IReadOnlyList<INotificationChannel> CreateChannels(RollbackSettings settings, ISecretSource secrets, TimeProvider clock) =>
    [
        .. settings.Notifications.Channels.Select<ChannelSettings, INotificationChannel>(channel => channel switch
        {
            { Slack: { Token: not null } slack } => new SlackChannel(channel.Name, slack, secrets, clock),
            { Slack: { } slack } => new SlackWebhookChannel(channel.Name, slack, secrets, clock),
            { PagerDuty: { } pagerDuty } => new PagerDutyChannel(channel.Name, pagerDuty, secrets, clock),
            { Webhook: { } webhook } => new WebhookChannel(channel.Name, webhook, secrets, clock),
            _ => NewMail(channel.Name, channel.Mail!, secrets, clock),
        }),
    ];

    /// <inheritdoc />
    public IOutbox OpenOutbox(RollbackSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new OutboxFolder(Path.Combine(settings.Platform.Root, ".rollback", "outbox"));
    }

    /// <inheritdoc />
    public IReportRenderer CreateReportRenderer() => new ReportRenderer();

    /// <inheritdoc />
    public IRunbookReader CreateRunbookReader() => new RunbookReader();

    /// <inheritdoc />
    public IIncidentIssues? CreateIncidentIssues(RollbackSettings settings, ISecretSource secrets, TimeProvider clock) =>
        settings.Github is { } github ? NewIssues(github, settings, secrets, clock) : null;

    /// <inheritdoc />
    public IMeetingCalendar CreateMeetingCalendar() => new IcalMeetingCalendar();

    /// <inheritdoc />
    public IReadOnlyList<IServiceAccess> CreateServiceAccess(RollbackSettings settings, ISecretSource secrets, TimeProvider clock) =>
    [
        .. settings.Platform.Type == PlatformSettings.VercelType ? [new VercelAccess(settings, secrets, clock)] : Array.Empty<IServiceAccess>(),
        .. settings.Github is { } github ? [NewGitHubAccess(settings, github, secrets, clock)] : Array.Empty<IServiceAccess>(),
        .. settings.Database is { Postgres: not null } database ? [NewPostgresAccess(database, secrets, clock)] : Array.Empty<IServiceAccess>(),
    ];

    /// <inheritdoc />
    public IMachine CreateMachine(RollbackSettings settings, ISecretSource secrets) => new LocalMachine(settings, secrets);

    /// <inheritdoc />
    public IDrillGround CreateDrillGround(DrillGroundRequest request, TimeProvider clock) => new DrillGround(request, clock);

    /// <inheritdoc />
    public IDrillScorecard CreateDrillScorecard() => new DrillScorecard();

    // Apart: MailKit, Npgsql, and below Octokit and the AWS SDK, are loaded only where they are used.
    private static MailChannel NewMail(string name, MailSettings mail, ISecretSource secrets, TimeProvider clock) =>
        new MailChannel(name, mail, secrets, clock);

    private static PostgresEngine NewPostgres(DatabaseSettings database, ISecretSource secrets) => new(database, secrets);

    private static GitHubAccess NewGitHubAccess(RollbackSettings settings, GitHubSettings github, ISecretSource secrets, TimeProvider clock) =>
        new GitHubAccess(settings, github, secrets, clock);

    private static PostgresAccess NewPostgresAccess(DatabaseSettings database, ISecretSource secrets, TimeProvider clock) =>
        new PostgresAccess(database, secrets, clock);

    private static S3EvidenceStore NewS3(S3Settings s3, RollbackSettings settings, ISecretSource secrets, TimeProvider clock) =>
        new(s3, Path.Combine(StateFolder(settings), "evidence.outgoing"), secrets, clock);

    private static string StateFolder(RollbackSettings settings) => Path.Combine(settings.Platform.Root, ".rollback");

    private static GitHubIncidentIssues NewIssues(
        GitHubSettings github, RollbackSettings settings, ISecretSource secrets, TimeProvider clock) =>
        new(NewApi(github, settings, secrets, clock), github);

    private static WorkflowStrategy NewWorkflow(
        RollbackSettings settings, GitHubSettings github, ISecretSource secrets, TimeProvider clock) =>
        new(NewApi(github, settings, secrets, clock), settings, clock);

    private static GitHubApi NewApi(GitHubSettings github, RollbackSettings settings, ISecretSource secrets, TimeProvider clock) =>
        new(new GitHubConnection(github, secrets, clock), github, settings.Repository);
}
