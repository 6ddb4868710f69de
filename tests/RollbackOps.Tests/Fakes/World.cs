using RollbackOps.Configuration;
using RollbackOps.Databases;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Tests.Fakes;

/// <summary>A project in an environment, all of it in memory.</summary>
internal sealed class World
{
    public const string Project = "shop";
    public const string Environment = "production";
    public static readonly Uri Address = new("http://shop.test/");

    private static readonly PolicySettings s_policy = new()
    {
        ConfirmingReads = 2,
        ConfirmingTime = TimeSpan.FromMilliseconds(50),
    };

    public World(
        PolicySettings? policy = null,
        IReadOnlyList<Uri>? addresses = null,
        bool canPin = true,
        IdentitySettings? identity = null,
        IReadOnlyList<string>? patterns = null,
        IReadOnlyList<HealthCheckSettings>? checks = null)
    {
        Platform = new FakePlatform(Faults, Clock) { CanPin = canPin };
        Store = new FakeStore(Faults);
        Git = new FakeStrategy(Platform);
        Prober = new FakeProber(Platform, Clock);
        Settings = new RollbackSettings
        {
            Project = Project,
            Environment = Environment,
            BaseFolder = "/srv/shop",
            Platform = new PlatformSettings { Root = "/srv/shop", ServedTimeout = TimeSpan.FromSeconds(1) },
            Health = new HealthSettings
            {
                Addresses = addresses ?? [Address],
                Checks = checks ??
                [
                    new HealthCheckSettings
                    {
                        Name = "health",
                        Path = "/",
                        Signal = HardSignal.ServiceDown,
                        Identity = identity,
                    },
                ],
            },
            Policy = policy ?? s_policy,
            Redaction = new RedactionSettings { Patterns = patterns ?? [] },
        };
        Context = As("Ann");
    }

    public FaultPlan Faults { get; } = new();

    public FakeClock Clock { get; } = new();

    public FakePlatform Platform { get; }

    public FakeStore Store { get; }

    public FakeProber Prober { get; }

    public FakeRepository Repository { get; } = new();

    public FakeStrategy Git { get; }

    public RollbackSettings Settings { get; }

    public RollbackContext Context { get; private set; }

    public FakeDatabase? Database { get; private set; }

    public IList<RollbackProgress> Progress { get; } = [];

    public RollbackRunner Runner => new(Context, Progress.Add);

    public RollbackPlanner Planner => new(Context, _ => { });

    public RollbackLedger Ledger => Context.ReadLedger();

    /// <summary>Three deployments, an hour each; the last is live and bad.</summary>
    public static World WithThree(
        PolicySettings? policy = null,
        IReadOnlyList<Uri>? addresses = null,
        bool canPin = true,
        IdentitySettings? identity = null,
        IReadOnlyList<string>? patterns = null,
        IReadOnlyList<HealthCheckSettings>? checks = null)
    {
        var world = new World(policy, addresses, canPin, identity, patterns, checks);
        foreach (var id in new[] { "v1", "v2", "v3" })
        {
            world.Platform.Deploy(id, commit: $"{id}00000000");
            world.Clock.Pass(TimeSpan.FromHours(1));
        }

        return world;
    }

    /// <summary>Gives the project a database.</summary>
    public FakeDatabase AddDatabase()
    {
        Database = new FakeDatabase();
        Context = As("Ann");
        return Database;
    }

    /// <summary>The same world, entered by somebody else.</summary>
    public RollbackContext As(string actor) =>
        new(Settings, Platform, Store, Prober, Repository, [Git], new FakeSecrets(), Clock, actor,
            database: Database is { } database ? new Lazy<IDatabase>(database) : null);

    public Task<RollbackPlan> PlanAsync(
        string? target = null, bool further = false, Func<PlanRequest, PlanRequest>? change = null)
    {
        var request = new PlanRequest { Reason = "errors", TargetId = target, Further = further };
        return Planner.PlanAsync(change is null ? request : change(request), CancellationToken.None);
    }

    public Task<RollbackPlan> PlanUndoAsync(string? rollbackId = null) =>
        Planner.PlanUndoAsync(rollbackId, "it was not the cause", CancellationToken.None);

    public Task<RollbackResult> RunAsync(RollbackPlan plan) =>
        Runner.RunAsync(plan, decision: null, CancellationToken.None);

    public async Task<RollbackResult> RollBackAsync(string? target = null, bool further = false) =>
        await RunAsync(await PlanAsync(target, further));

    public async Task<RollbackResult> UndoAsync() => await RunAsync(await PlanUndoAsync());

    public Task<RollbackResult> ResumeAsync(string? rollbackId = null) =>
        Runner.ResumeAsync(rollbackId, CancellationToken.None);

    /// <summary>What automatic selection would choose now.</summary>
    public async Task<string?> NextChoiceAsync()
    {
        var history = await Context.OpenHistoryAsync(Ledger, CancellationToken.None);
        return (await history.ChooseTargetAsync(CancellationToken.None))?.Id;
    }

    /// <summary>The error of an act that is refused.</summary>
    public static async Task<RollbackOpsException> RefusedAsync(Func<Task> act) =>
        await Assert.ThrowsAsync<RollbackOpsException>(act);
}
