using RollbackOps.Configuration;
using RollbackOps.Databases;
using RollbackOps.Deployments;
using RollbackOps.Drills;
using RollbackOps.Notifications;
using RollbackOps.Rollbacks;

namespace RollbackOps.Readiness;

/// <summary>What the inspections of one project in one environment work with, and what they read together.</summary>
internal sealed class ReadinessScope : IDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly SharedReading<RollbackLedger> _ledger;
    private readonly SharedReading<DeploymentHistory> _history;
    private readonly SharedReading<Choice> _choice;
    private readonly SharedReading<LiveFacts> _live;
    private readonly Lazy<SharedReading<IReadOnlyList<DatabaseBackup>>> _backups;
    private readonly Dictionary<IServiceAccess, SharedReading<ServiceReading>> _services;
    private readonly Dictionary<INotificationChannel, SharedReading<ChannelTrial>> _channels;

    public ReadinessScope(
        RollbackContext context,
        ISecretSource secrets,
        IMachine machine,
        DatabaseContext? database = null,
        IReadOnlyList<INotificationChannel>? channels = null,
        IReadOnlyList<IServiceAccess>? services = null)
    {
        (Context, Secrets, Machine, Database) = (context, secrets, machine, database);
        Channels = channels ?? [];
        Services = services ?? [];
        Drills = () => DrillHistory.In(context.Store).Read();
        var token = _ending.Token;
        _ledger = new(() => Task.FromResult(context.ReadLedger()));
        _history = new(async () => await context.OpenHistoryAsync(await _ledger.GetAsync(token), token));
        _choice = new(() => ChooseAsync(token));
        _live = new(() => database!.Engine.InspectAsync(new FenceOptions(AllowUnseen: false, TerminateConnections: false), token));
        _backups = new(() => new(() => Task.FromResult(new BackupCatalogue(database!, database!.OpenFolder(null)).Read())));
        _services = Services.ToDictionary(service => service, service => new SharedReading<ServiceReading>(() => service.ReadAsync(token)));
        _channels = Channels.ToDictionary(channel => channel, channel => new SharedReading<ChannelTrial>(() => channel.TryAsync(token)));
    }

    public RollbackContext Context { get; }

    public RollbackSettings Settings => Context.Settings;

    public ReadinessSettings Limits => Context.Settings.Readiness;

    public DateTimeOffset Now => Context.Clock.GetUtcNow();

    public ISecretSource Secrets { get; }

    public IMachine Machine { get; }

    /// <summary>The database with its backups, or null when none is configured.</summary>
    public DatabaseContext? Database { get; }

    public IReadOnlyList<INotificationChannel> Channels { get; }

    public IReadOnlyList<IServiceAccess> Services { get; }

    /// <summary>The references to secrets in the configuration.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The drills that are on record, newest first.</summary>
    public Func<IReadOnlyList<DrillResult>> Drills { get; init; }

    /// <summary>The commands whose names lead elsewhere.</summary>
    public IReadOnlyList<ShadowedCommand> Shadowed { get; init; } = [];

    /// <summary>Puts the ports together. Nothing is asked yet.</summary>
    public static ReadinessScope Create(
        IAdapterFactory adapters,
        RollbackConfiguration configuration,
        ISecretSource secrets,
        TimeProvider clock,
        string actor,
        IReadOnlyList<ShadowedCommand> shadowed)
    {
        var settings = configuration.Settings;
        var context = RollbackContext.Create(adapters, settings, secrets, clock, actor);
        var database = settings.Database is { } section
            ? new DatabaseContext(
                context, section, adapters.CreateDatabase(settings, secrets, clock)!, adapters.CreateHooks(settings, secrets, clock), adapters.OpenBackupFolder)
            : null;
        return new ReadinessScope(
            context, secrets, adapters.CreateMachine(settings, secrets), database,
            adapters.CreateChannels(settings, secrets, clock), adapters.CreateServiceAccess(settings, secrets, clock))
        {
            References = SecretReference.In(configuration.Effective),
            Shadowed = shadowed,
        };
    }

    public Task<RollbackLedger> LedgerAsync(CancellationToken cancellationToken) => _ledger.GetAsync(cancellationToken);

    public Task<Choice> ChoiceAsync(CancellationToken cancellationToken) => _choice.GetAsync(cancellationToken);

    public Task<LiveFacts> LiveAsync(CancellationToken cancellationToken) => _live.GetAsync(cancellationToken);

    public Task<IReadOnlyList<DatabaseBackup>> BackupsAsync(CancellationToken cancellationToken) => _backups.Value.GetAsync(cancellationToken);

    public Task<ServiceReading> ReadAsync(IServiceAccess service, CancellationToken cancellationToken) => _services[service].GetAsync(cancellationToken);

    public Task<ChannelTrial> TryAsync(INotificationChannel channel, CancellationToken cancellationToken) => _channels[channel].GetAsync(cancellationToken);

    /// <summary>Calls off what is still being read.</summary>
    public void End() => _ending.Cancel();

    public void Dispose()
    {
        _ending.Cancel();
        foreach (var one in Channels.Concat<IDisposable>(Services))
        {
            one.Dispose();
        }

        _ending.Dispose();
    }

    private async Task<Choice> ChooseAsync(CancellationToken cancellationToken)
    {
        var history = await _history.GetAsync(cancellationToken);
        return new Choice(await history.RequireCurrentAsync(), await history.ChooseTargetAsync(cancellationToken));
    }

    /// <summary>What is live, and what a rollback would choose now (S1).</summary>
    /// <param name="Current">What is live.</param>
    /// <param name="Target">The choice, or null when there is none.</param>
    internal sealed record Choice(Deployment Current, Deployment? Target);
}
