using RollbackOps.Configuration;
using RollbackOps.Databases;
using RollbackOps.Drills;
using RollbackOps.Notifications;
using RollbackOps.Readiness;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Readiness;

/// <summary>A project in memory whose readiness is looked at.</summary>
internal sealed class ReadinessWorld
{
    public ReadinessWorld(World? world = null) => World = world ?? World.WithThree();

    public World World { get; }

    public FakeMachine Machine { get; } = new();

    public IList<INotificationChannel> Channels { get; } = [];

    public IList<IServiceAccess> Services { get; } = [];

    /// <summary>The database, or null for a project without one.</summary>
    public FakeEngine? Engine { get; set; }

    public FakeBackups Backups { get; } = new();

    public IReadOnlyList<DrillResult> Drills { get; set; } = [];

    public Func<RollbackSettings, RollbackSettings> Change { get; set; } = settings => settings;

    public IReadOnlyList<string> References { get; set; } = [];

    public IReadOnlyList<ShadowedCommand> Shadowed { get; set; } = [];

    public DateTimeOffset Now => World.Clock.Now;

    public ReadinessScope Open()
    {
        var database = new DatabaseSettings { Path = "/srv/shop/app.db" };
        var settings = Change(Engine is null ? World.Settings : World.Settings with { Database = database });
        var context = new RollbackContext(
            settings, World.Platform, World.Store, World.Prober, World.Repository, [World.Git], new MissingSecrets(), World.Clock, "Ann",
            database: World.Database is { } live ? new Lazy<IDatabase>(live) : null);
        return new ReadinessScope(
            context, new MissingSecrets(), Machine,
            Engine is null ? null : new DatabaseContext(context, database, Engine, hooks: null!, _ => Backups),
            [.. Channels], [.. Services])
        {
            References = References,
            Drills = () => Drills,
            Shadowed = Shadowed,
        };
    }

    /// <summary>What an inspection finds.</summary>
    public async Task<ReadinessFinding> LookAsync(Func<ReadinessScope, IInspection> make)
    {
        using var scope = Open();
        return await make(scope).LookAsync(CancellationToken.None);
    }

    /// <summary>Every check, by name.</summary>
    public async Task<IReadOnlyDictionary<string, ReadinessCheck>> MakeAllAsync()
    {
        using var scope = Open();
        var checks = new Dictionary<string, ReadinessCheck>();
        await foreach (var check in new ReadinessRun(scope, TimeSpan.FromMinutes(1)).MakeAsync(InspectionTable.Of(scope), CancellationToken.None))
        {
            checks.Add(check.Name, check);
        }

        return checks;
    }

    /// <summary>A backup lies there; where it was tested, the journal knows how that came out.</summary>
    public void AddBackup(string name, TimeSpan age, bool? stood, TimeSpan? took = null)
    {
        var at = Now - age;
        Backups.Stored.Add(new StoredBackup(name, $"/srv/backups/{name}.db", 1_000_000, at, BackupFormat.SqliteFile, Manifest: null, Fault: null));
        if (stood is { } isPassed)
        {
            World.Context.Journal.Append(JournalKind.BackupTested, null, new BackupTestedData
            {
                Result = new BackupTestResult
                {
                    Backup = name,
                    Path = $"/srv/backups/{name}.db",
                    IsPassed = isPassed,
                    TestedAt = Now,
                    RestoreTime = took ?? TimeSpan.FromSeconds(2),
                    CheckTime = TimeSpan.FromSeconds(1),
                    RestoredSize = 3_000_000,
                    Detail = isPassed ? "it stands" : "2 checks failed",
                },
                Size = 1_000_000,
                By = "Ann",
            }, RollbackJson.Compact.BackupTestedData);
        }
    }

    /// <summary>Knows every secret but one.</summary>
    private sealed class MissingSecrets : ISecretSource
    {
        public ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken) => reference == "env:MISSING"
            ? throw new RollbackOpsException(ErrorId.SecretUnavailable, "The secret 'env:MISSING' cannot be read: it is not set.", "Set it: $env:MISSING = …", reference)
            : new("hunter2-planted");
    }
}
