using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Databases;

/// <summary>
/// What database commands work with. The journal and the lease are the rollbacks' own: one record, one act at a time.
/// </summary>
public sealed class DatabaseContext
{
    private readonly Func<string, IBackupFolder> _openFolder;

    internal DatabaseContext(
        RollbackContext context, DatabaseSettings database, IDatabaseEngine engine, ICommandHooks hooks,
        Func<string, IBackupFolder> openFolder)
    {
        Context = context;
        Database = database;
        Engine = engine;
        Hooks = hooks;
        _openFolder = openFolder;
    }

    internal RollbackContext Context { get; }

    internal DatabaseSettings Database { get; }

    internal IDatabaseEngine Engine { get; }

    internal ICommandHooks Hooks { get; }

    internal Journal Journal => Context.Journal;

    internal TimeProvider Clock => Context.Clock;

    internal string Project => Context.Settings.Project;

    internal string Environment => Context.Settings.Environment;

    /// <summary>Puts the ports together.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.DatabaseNotConfigured"/>.</exception>
    public static DatabaseContext Create(
        IAdapterFactory adapters, RollbackSettings settings, ISecretSource secrets, TimeProvider clock, string actor) =>
        Create(adapters, settings, secrets, clock, actor, platform => platform);

    /// <summary>Puts the ports together, with something before the platform.</summary>
    internal static DatabaseContext Create(
        IAdapterFactory adapters, RollbackSettings settings, ISecretSource secrets, TimeProvider clock, string actor,
        Func<Deployments.IDeploymentPlatform, Deployments.IDeploymentPlatform> before)
    {
        ArgumentNullException.ThrowIfNull(adapters);
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.Database is not { } database)
        {
            throw new RollbackOpsException(ErrorId.DatabaseNotConfigured,
                $"No database is configured for {settings.Project}/{settings.Environment}.",
                "Add a database section to rollback.json, for example \"database\": { \"path\": \"app.db\" }.",
                settings.File);
        }

        return new DatabaseContext(
            RollbackContext.Create(adapters, settings, secrets, clock, actor, before),
            database,
            adapters.CreateDatabase(settings, secrets, clock)!,
            adapters.CreateHooks(settings, secrets, clock),
            adapters.OpenBackupFolder);
    }

    /// <summary>The folder of backups that is named, else the configured one, else the state folder's.</summary>
    internal IBackupFolder OpenFolder(string? folder) =>
        _openFolder(folder ?? Database.Backups ?? Path.Combine(Context.Store.Location, "backups"));
}
