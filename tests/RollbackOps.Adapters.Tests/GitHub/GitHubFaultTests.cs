using System.Net;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using RollbackOps.Adapters.GitHub;
using RollbackOps.Adapters.Tests.Faults;
using RollbackOps.Adapters.Tests.Vercel;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Adapters.Tests.GitHub;

/// <summary>Whatever goes wrong with a call to GitHub, of a rollback by a workflow, of its undo, and of one that cancels a deploy.</summary>
public sealed class GitHubFaultTests
{
    public static TheoryData<string, bool> Faults => FaultMatrix.Faults;

    [Theory]
    [MemberData(nameof(Faults))]
    public Task RollBack_EveryCallWithAFault_EndsHonestly(string fault, bool isLasting) =>
        FaultMatrix.EveryCallEndsHonestlyAsync(() => LayOut(InFlightPolicy.Refuse), fault, isLasting);

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Undo_EveryCallWithAFault_EndsHonestly(string fault, bool isLasting) =>
        FaultMatrix.EveryCallEndsHonestlyAsync(LayOutRolledBackAsync, fault, isLasting);

    [Theory]
    [MemberData(nameof(Faults))]
    public Task CancelAndRollBack_EveryCallWithAFault_EndsHonestly(string fault, bool isLasting) =>
        FaultMatrix.EveryCallEndsHonestlyAsync(LayOutInFlight, fault, isLasting);

    [Fact]
    public async Task GoodRuns_Calls_HoldEveryStation()
    {
        var rollback = await FaultMatrix.RecordAsync(() => LayOut(InFlightPolicy.Refuse));
        Assert.Contains("GET /repos/acme/shop/deployments", rollback);
        Assert.Contains("GET /repos/acme/shop/actions/workflows/deploy.yml/runs", rollback);
        Assert.Single(rollback, "POST /repos/acme/shop/actions/workflows/rollback.yml/dispatches");
        Assert.Single(await FaultMatrix.RecordAsync(LayOutRolledBackAsync), call => call.StartsWith("POST", StringComparison.Ordinal));
        Assert.Single(await FaultMatrix.RecordAsync(LayOutInFlight), call => call.EndsWith("/cancel", StringComparison.Ordinal));
    }

    private static Task<IFaultScene> LayOut(InFlightPolicy policy) => Task.FromResult<IFaultScene>(new Scene(policy));

    private static async Task<IFaultScene> LayOutRolledBackAsync()
    {
        var scene = new Scene(InFlightPolicy.Refuse);
        Assert.Equal(RollbackStatus.Succeeded, (await scene.ActAsync()).Status);
        scene.IsUndo = true;
        return scene;
    }

    private static Task<IFaultScene> LayOutInFlight()
    {
        var scene = new Scene(InFlightPolicy.Cancel);
        scene.Fake.Group = "production";
        scene.Fake.Run("deploy.yml", "Deploy", group: "production").Status = "in_progress";
        return Task.FromResult<IFaultScene>(scene);
    }

    private sealed class Scene : IFaultScene
    {
        private readonly FakeStore _store = new(new FaultPlan());
        private readonly List<string> _said = [];
        private readonly RollbackSettings _settings;
        private readonly FakeDeployment _good;
        private readonly FakeDeployment _bad;

        public Scene(InFlightPolicy policy)
        {
            Fake = new FakeGitHub(Clock);
            _good = Fake.Deploy(new string('a', 40), "in_progress", "success");
            _bad = Fake.Deploy(new string('b', 40), "in_progress", "success");
            Handler = new FaultyHandler(Clock, Answer,
                status => Response(FakeGitHub.Error(status, $"It went wrong, said {FakeGitHub.Token}\u001b[2J")),
                new Dictionary<string, string> { ["completed"] = "perplexed", ["success"] = "serene", ["active"] = "asleep" });
            _settings = new RollbackSettings
            {
                Project = "shop",
                Environment = "production",
                BaseFolder = "/srv/shop",
                Platform = new PlatformSettings { Type = PlatformSettings.GitHubType, Root = "/srv/shop" },
                Github = new GitHubSettings { Owner = "acme", Repository = "shop", Token = "env:TEST_GITHUB_TOKEN", DeployWorkflow = "deploy.yml" },
                Policy = new PolicySettings { InFlight = policy },
            };
        }

        public FakeGitHub Fake { get; }

        public bool IsUndo { get; set; }

        public VirtualClock Clock { get; } = new();

        public FaultyHandler Handler { get; }

        public int Effects => Fake.Dispatches;

        public bool IsDone =>
            Fake.Deployments.First(one => one.Statuses.Any(status => status.State == "success")).Sha == (IsUndo ? _bad : _good).Sha
            && Fake.Runs.All(run => run.IsOver);

        public string Told => Encoding.UTF8.GetString(_store.Bytes) + string.Join('\n', _said);

        public string Secret => FakeGitHub.Token;

        public async Task<RollbackResult> ActAsync()
        {
            using var platform = NewPlatform();
            var context = GitHubWorld.Open(_settings, platform, _store, Fake, Clock);
            var planner = new RollbackPlanner(context, _ => { });
            var plan = IsUndo
                ? await planner.PlanUndoAsync(null, "it was not the cause", CancellationToken.None)
                : await planner.PlanAsync(new PlanRequest { Reason = "errors" }, CancellationToken.None);
            return await new RollbackRunner(context, _ => { }).RunAsync(plan, decision: null, CancellationToken.None);
        }

        public async Task<RollbackResult> ResumeAsync()
        {
            using var platform = NewPlatform();
            var context = GitHubWorld.Open(_settings, platform, _store, Fake, Clock);
            return await new RollbackRunner(context, _ => { }).ResumeAsync(rollbackId: null, CancellationToken.None);
        }

        private GitHubPlatform NewPlatform() => new(_settings, new OneSecret(), Clock, Handler) { Tell = _said.Add };

        private sealed class OneSecret : ISecretSource
        {
            public ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken) => new(FakeGitHub.Token);
        }

        private HttpResponseMessage Answer(HttpRequestMessage request, string body)
        {
            Assert.Equal(FakeGitHub.Token, request.Headers.Authorization?.Parameter);
            var query = QueryHelpers.ParseQuery(request.RequestUri!.Query).ToDictionary(one => one.Key, one => one.Value.ToString());
            return Response(Fake.Answer(request.Method.Method, request.RequestUri.AbsolutePath, query, body));
        }

        private static HttpResponseMessage Response(FakeAnswer answer)
        {
            var response = new HttpResponseMessage((HttpStatusCode)answer.Status)
            {
                Content = new ByteArrayContent(Encoding.UTF8.GetBytes(answer.Body?.ToJsonString() ?? "")),
            };
            if (answer.Body is not null)
            {
                response.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=utf-8");
            }

            return response;
        }
    }
}
