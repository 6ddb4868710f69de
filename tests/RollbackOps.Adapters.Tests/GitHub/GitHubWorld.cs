using RollbackOps.Adapters.GitHub;
using RollbackOps.Adapters.Tests.Vercel;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.GitHub;

/// <summary>A repository on the fake with three deployments: good, better, and the broken one that is live.</summary>
internal sealed class GitHubWorld : IAsyncDisposable
{
    public const string RollbackId = "rb-20260301T120000Z-abc123";

    private GitHubWorld(FakeGitHub fake, FakeGitHubServer server, VirtualClock clock)
    {
        Fake = fake;
        Server = server;
        Clock = clock;
        Good = fake.Deploy(new string('a', 40), "in_progress", "success");
        Bad = fake.Deploy(new string('b', 40), "in_progress", "success");
        GitHub = new GitHubSettings
        {
            Owner = "acme",
            Repository = "shop",
            Api = server.Address,
            Token = "env:TEST_GITHUB_TOKEN",
            DeployWorkflow = "deploy.yml",
            RunTimeout = TimeSpan.FromMinutes(5),
        };
    }

    public VirtualClock Clock { get; }

    public FakeGitHub Fake { get; }

    public FakeGitHubServer Server { get; }

    public FakeDeployment Good { get; }

    public FakeDeployment Bad { get; }

    public GitHubSettings GitHub { get; set; }

    public InFlightPolicy InFlight { get; set; }

    public List<string> Said { get; } = [];

    public string SecretValue { get; set; } = FakeGitHub.Token;

    public RollbackSettings Settings => new()
    {
        Project = "shop",
        Environment = "production",
        BaseFolder = "/srv/shop",
        Platform = new PlatformSettings { Type = PlatformSettings.GitHubType, Root = "/srv/shop" },
        Github = GitHub,
        Policy = new PolicySettings { InFlight = InFlight },
    };

    public Deployment From => Deployment(Bad);

    public Deployment Target => Deployment(Good);

    public StepContext Step => new()
    {
        RollbackId = RollbackId,
        From = From,
        Target = Target,
        Reason = "errors after the release",
        By = "Ann",
        StartedAt = Clock.GetUtcNow(),
    };

    public static async Task<GitHubWorld> NewAsync()
    {
        var clock = new VirtualClock();
        var fake = new FakeGitHub(clock);
        return new GitHubWorld(fake, await FakeGitHubServer.StartAsync(fake, clock), clock);
    }

    /// <summary>Another process: nothing is remembered.</summary>
    public WorkflowStrategy NewStrategy() => new(NewApi(), Settings, Clock);

    public GitHubApi NewApi(HttpMessageHandler? transport = null) => new(NewConnection(transport), GitHub, repository: null) { Tell = Said.Add };

    public GitHubConnection NewConnection(HttpMessageHandler? transport = null) =>
        new(GitHub, new Secrets(() => SecretValue), Clock, transport) { Tell = Said.Add };

    public GitHubPlatform NewPlatform(HttpMessageHandler? transport = null) => new(Settings, new Secrets(() => SecretValue), Clock, transport) { Tell = Said.Add };

    /// <summary>The engine above it; no address leads anywhere, so what was deployed last is what answers.</summary>
    public RollbackContext Open(IDeploymentPlatform platform, IStateStore store) => Open(Settings, platform, store, Fake, Clock);

    /// <inheritdoc cref="Open(IDeploymentPlatform, IStateStore)"/>
    public static RollbackContext Open(
        RollbackSettings settings, IDeploymentPlatform platform, IStateStore store, FakeGitHub fake, TimeProvider clock) => new(
        settings with
        {
            Health = new HealthSettings
            {
                Addresses = [new Uri("https://shop.example/")],
                Checks = [new HealthCheckSettings { Name = "health", Path = "/", Signal = HardSignal.ServiceDown }],
            },
            Policy = settings.Policy with
            {
                ConfirmingReads = 2,
                ConfirmingTime = TimeSpan.FromMilliseconds(50),
                PresumedHealthyAfter = TimeSpan.Zero,
            },
        },
        platform, store, new NewestProber(fake, clock), repository: null, [], new NoSecrets(), clock, "Ann");

    /// <summary>A fresh rollback by the strategy, from its preflight to its end.</summary>
    public async Task<string> RollBackAsync(WorkflowStrategy? strategy = null)
    {
        strategy ??= NewStrategy();
        await strategy.PreflightAsync(From, Target, CancellationToken.None);
        var detail = string.Empty;
        foreach (var effect in strategy.Describe(From, Target))
        {
            if ((await strategy.ObserveAsync(effect.Kind, Step, CancellationToken.None)).State == EffectState.Absent)
            {
                detail = await strategy.ApplyAsync(effect.Kind, Step, CancellationToken.None);
            }

            Assert.Equal(EffectState.Present, (await strategy.ObserveAsync(effect.Kind, Step, CancellationToken.None)).State);
        }

        return detail;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Assert.True(Server.Faults.Count == 0, string.Join(Environment.NewLine, Server.Faults.Take(3)));
        Assert.DoesNotContain(Said, text => text.Contains(FakeGitHub.Token, StringComparison.Ordinal));
    }

    private static Deployment Deployment(FakeDeployment fake) => new()
    {
        Id = fake.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Project = "shop",
        Environment = "production",
        Platform = GitHubPlatform.PlatformName,
        State = DeploymentState.Ready,
        CreatedAt = fake.CreatedAt,
        Commit = fake.Sha,
    };

    private sealed class Secrets(Func<string> value) : ISecretSource
    {
        public ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken) => new(value());
    }

    /// <summary>Answers as what was deployed last.</summary>
    private sealed class NewestProber(FakeGitHub fake, TimeProvider clock) : IHealthProber
    {
        public Task<IReadOnlyList<HealthCheckResult>> ProbeAsync(ProbeRequest request, CancellationToken cancellationToken)
        {
            var served = fake.Deployments.First(one => one.Statuses.Any(status => status.State == "success")).Sha;
            return Task.FromResult<IReadOnlyList<HealthCheckResult>>([.. request.Checks.Select(check => new HealthCheckResult
            {
                Name = check.Name,
                Address = request.Address,
                Status = CheckStatus.Passed,
                At = clock.GetUtcNow(),
                Duration = TimeSpan.FromMilliseconds(3),
                StatusCode = 200,
                ServedVersion = served,
                IsExpectedVersion = request.Expected is { } expected ? served == expected.Commit : null,
                Signal = check.Signal,
                Round = request.Round,
            })]);
        }

        public Task<bool> AnswersAsync(Uri address, TimeSpan timeout, CancellationToken cancellationToken) => Task.FromResult(true);
    }
}
