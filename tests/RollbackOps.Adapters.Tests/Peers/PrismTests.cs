using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using RollbackOps.Adapters.GitHub;
using RollbackOps.Adapters.Tests.GitHub;
using RollbackOps.Configuration;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Adapters.Tests.Peers;

/// <summary>Every request that a rollback makes of GitHub, held against GitHub's description by a validator that nobody here wrote.</summary>
public sealed partial class PrismTests
{
    private const string Package = "@stoplight/prism-cli";

    [OutsiderFact(Package)]
    public async Task Requests_OfAWholeRollbackWithACancellation_AreAsDescribed()
    {
        var recorded = await RecordAsync();
        await using var prism = await PeerServer.StartAsync("@stoplight/prism-cli/dist/index.js", "Prism is listening", port =>
            ["mock", "-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "--errors",
                Path.Combine(AppContext.BaseDirectory, "GitHub", "github-openapi-slice.json")]);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{prism.Port}/") };

        foreach (var (method, pathAndQuery, body) in recorded.Distinct())
        {
            using var request = new HttpRequestMessage(method, new Uri(pathAndQuery, UriKind.Relative));
            request.Headers.Add("Accept", "application/json");
            request.Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var answer = await client.SendAsync(request);
            // 5xx: what it makes up as an answer does not fit the description; 4xx: the request does not.
            Assert.False((int)answer.StatusCode is >= 400 and < 500, $"{method} {pathAndQuery}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    // A validator that takes everything would prove nothing.
    [OutsiderFact(Package)]
    public async Task Validator_OfARequestThatIsWrong_SaysSo()
    {
        await using var prism = await PeerServer.StartAsync("@stoplight/prism-cli/dist/index.js", "Prism is listening", port =>
            ["mock", "-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "--errors",
                Path.Combine(AppContext.BaseDirectory, "GitHub", "github-openapi-slice.json")]);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{prism.Port}/") };
        using var body = new StringContent("""{"inputs":{}}""", System.Text.Encoding.UTF8, "application/json");

        var answer = await client.PostAsync(new Uri("/repos/acme/shop/actions/workflows/rollback.yml/dispatches", UriKind.Relative), body);

        Assert.Equal(422, (int)answer.StatusCode);
    }

    private static async Task<IReadOnlyCollection<Recorded>> RecordAsync()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.InFlight = InFlightPolicy.Cancel;
        world.Fake.Group = "production";
        world.Fake.Run("deploy.yml", "Deploy", group: "production").Status = "in_progress";
        var recorder = new Recorder();
        using var platform = world.NewPlatform(recorder);
        var context = world.Open(platform, new FakeStore(new FaultPlan()));
        var plan = await new RollbackPlanner(context, _ => { }).PlanAsync(new PlanRequest { Reason = "errors" }, CancellationToken.None);
        var result = await new RollbackRunner(context, _ => { }).RunAsync(plan, decision: null, CancellationToken.None);
        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        await new GitHubCommitChecks(world.NewApi(recorder)).ReadAsync(world.Good.Sha, CancellationToken.None);
        await new GitHubIncidentIssues(world.NewApi(recorder), world.GitHub).PublishAsync(
            new IncidentIssue { IncidentId = "rb-1", Title = "Rollback 1", Markdown = "# Report", Since = world.Clock.GetUtcNow(), Labels = ["incident"] },
            CancellationToken.None);
        Assert.Contains(recorder.Recorded, one => one.Method == HttpMethod.Post && one.PathAndQuery.EndsWith("/issues", StringComparison.Ordinal));
        Assert.Contains(recorder.Recorded, one => one.PathAndQuery.EndsWith("/dispatches", StringComparison.Ordinal));
        Assert.Contains(recorder.Recorded, one => one.PathAndQuery.EndsWith("/cancel", StringComparison.Ordinal));
        // The slice of the description that is kept here leaves commits of the git database out.
        return [.. recorder.Recorded
            .Where(one => !one.PathAndQuery.Contains("/git/commits/", StringComparison.Ordinal))
            .Select(one => one with { PathAndQuery = Created().Replace(one.PathAndQuery, "") })];
    }

    // Described in words as a range of the search syntax, and in the schema as one date and time.
    [GeneratedRegex("&created=%3E%3D[^&]+")]
    private static partial Regex Created();

    private sealed record Recorded(HttpMethod Method, string PathAndQuery, string? Body);

    private sealed class Recorder() : DelegatingHandler(new SocketsHttpHandler())
    {
        public ConcurrentQueue<Recorded> Recorded { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Recorded.Enqueue(new Recorded(request.Method, request.RequestUri!.PathAndQuery,
                request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken)));
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
