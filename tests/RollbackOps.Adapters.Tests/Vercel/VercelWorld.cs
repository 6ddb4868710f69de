using System.Net;
using System.Text;
using RollbackOps.Adapters.Tests.Faults;
using RollbackOps.Adapters.Vercel;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Adapters.Tests.Vercel;

/// <summary>A project on the fake, with the engine above it, all of it in memory and on one virtual clock.</summary>
internal sealed class VercelWorld
{
    public const string TokenReference = "env:TEST_VERCEL_TOKEN";
    public const string BypassReference = "env:TEST_VERCEL_BYPASS";
    public const string Bypass = "bypass-0123456789-secret";

    public VercelWorld(PolicySettings? policy = null, string environment = "production", VercelSettings? vercel = null)
    {
        Fake = FakeVercel.WithThree(Clock);
        Handler = new FaultyHandler(
            Clock, Answer, status => Response(FakeVercel.Error(status, "trouble", $"It went wrong, said {FakeVercel.Token}\u001b[2J")),
            new Dictionary<string, string> { ["succeeded"] = "perplexed", ["READY"] = "SERENE" });
        Settings = new RollbackSettings
        {
            Project = "shop",
            Environment = environment,
            BaseFolder = "/srv/shop",
            Platform = new PlatformSettings
            {
                Type = PlatformSettings.VercelType,
                Root = "/srv/shop",
                ServedTimeout = TimeSpan.FromSeconds(5),
                Vercel = vercel ?? new VercelSettings { Team = FakeVercel.TeamSlug, Token = TokenReference, ProtectionBypass = BypassReference },
            },
            Health = new HealthSettings
            {
                Addresses = [.. FakeVercel.ProductionAliases.Select(alias => new Uri($"https://{alias}/"))],
                Checks = [new HealthCheckSettings { Name = "health", Path = "/", Signal = HardSignal.ServiceDown }],
            },
            Policy = policy ?? new PolicySettings { ConfirmingReads = 2, ConfirmingTime = TimeSpan.FromMilliseconds(50) },
        };
        Prober = new AliasProber(Fake, Clock);
        Platform = NewPlatform();
    }

    public VirtualClock Clock { get; } = new();

    public FakeVercel Fake { get; }

    public FaultyHandler Handler { get; }

    public RollbackSettings Settings { get; }

    public FakeStore Store { get; } = new(new FaultPlan());

    public AliasProber Prober { get; }

    public List<string> Said { get; } = [];

    public VercelPlatform Platform { get; set; }

    public RollbackContext Context => new(Settings, Platform, Store, Prober, repository: null, [], new TestSecrets(), Clock, "Ann");

    /// <summary>Another process: nothing is remembered.</summary>
    public VercelPlatform NewPlatform() => new(Settings, new TestSecrets(), Clock, Handler) { Tell = Said.Add };

    public Task<RollbackPlan> PlanAsync(string? target = null, bool further = false) => new RollbackPlanner(Context, _ => { }).PlanAsync(
        new PlanRequest { Reason = "errors after the release", TargetId = target, Further = further }, CancellationToken.None);

    public Task<RollbackResult> RunAsync(RollbackPlan plan) => Runner.RunAsync(plan, decision: null, CancellationToken.None);

    public async Task<RollbackResult> RollBackAsync(string? target = null) => await RunAsync(await PlanAsync(target));

    public async Task<RollbackResult> UndoAsync() => await RunAsync(
        await new RollbackPlanner(Context, _ => { }).PlanUndoAsync(null, "it was not the cause", CancellationToken.None));

    public Task<RollbackResult> ResumeAsync()
    {
        Platform = NewPlatform();
        return Runner.ResumeAsync(rollbackId: null, CancellationToken.None);
    }

    /// <summary>Everything that was written down.</summary>
    public string Journal => Encoding.UTF8.GetString(Store.Bytes);

    /// <summary>Whether every production name leads to a deployment.</summary>
    public bool IsAllAt(string id) => FakeVercel.ProductionAliases.All(alias => Fake.Aliases[alias] == id);

    private HttpResponseMessage Answer(HttpRequestMessage request, string body) => Response(Fake.Answer(
        request.Method.Method, request.RequestUri!.PathAndQuery, request.Headers.Authorization?.ToString(), body));

    private static HttpResponseMessage Response(FakeAnswer answer)
    {
        var response = new HttpResponseMessage((HttpStatusCode)answer.Status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(answer.Body ?? "")) };
        if (answer.Body is not null)
        {
            response.Content.Headers.TryAddWithoutValidation("Content-Type", answer.ContentType);
        }

        return response;
    }

    private RollbackRunner Runner => new(Context, _ => { });
}

/// <summary>Answers as the deployment that a name leads to.</summary>
internal sealed class AliasProber(FakeVercel fake, TimeProvider clock) : IHealthProber
{
    public List<ProbeRequest> Requests { get; } = [];

    /// <summary>Deployments that answer with an error.</summary>
    public HashSet<string> Sick { get; } = [];

    public Task<IReadOnlyList<HealthCheckResult>> ProbeAsync(ProbeRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        var served = fake.LeadsTo(request.Address.Host)
            ?? fake.Deployments.Find(one => FakeVercel.AddressOf(one) == request.Address.Host)?.Id;
        return Task.FromResult<IReadOnlyList<HealthCheckResult>>([.. request.Checks.Select(check => new HealthCheckResult
        {
            Name = check.Name,
            Address = request.Address,
            Status = served is null || Sick.Contains(served) ? CheckStatus.Failed : CheckStatus.Passed,
            At = clock.GetUtcNow(),
            Duration = TimeSpan.FromMilliseconds(3),
            StatusCode = served is null ? 404 : Sick.Contains(served) ? 500 : 200,
            ServedVersion = served,
            IsExpectedVersion = request.Expected is { } expected ? served == expected.Id : null,
            Signal = check.Signal,
            Round = request.Round,
        })]);
    }

    public Task<bool> AnswersAsync(Uri address, TimeSpan timeout, CancellationToken cancellationToken) => Task.FromResult(true);
}

/// <summary>Knows the references of these tests.</summary>
internal sealed class TestSecrets : ISecretSource
{
    public ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken) => reference switch
    {
        VercelWorld.TokenReference => new(FakeVercel.Token),
        VercelWorld.BypassReference => new(VercelWorld.Bypass),
        "env:TEST_OTHER_TOKEN" => new("another-token-0123456789"),
        "env:TEST_BROKEN_TOKEN" => new("one\nInjected: two"),
        _ => throw new RollbackOpsException(ErrorId.SecretUnavailable, $"{reference} is not set.", "Set it.", reference),
    };
}
