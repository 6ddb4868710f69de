using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using RollbackOps.Adapters.GitHub;
using RollbackOps.Adapters.Vercel;
using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Incidents;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Peers;

/// <summary>
/// Our adapters against a stand-in for Vercel and GitHub that nobody here wrote, for what it implements: no rollback and
/// no promotion, no deployments of GitHub.
/// </summary>
public sealed class EmulateTests : IAsyncLifetime
{
    private const string Package = "emulate";
    private const string Token = "emulated-token-0123456789";
    private static readonly string[] s_commits = [new('a', 40), new('b', 40), new('c', 40)];

    private readonly string _folder = Directory.CreateTempSubdirectory("rollback-emulate-").FullName;
    private PeerServer? _server;
    private string _project = string.Empty;

    public async Task InitializeAsync()
    {
        if (OutsiderFactAttribute.Folder is null)
        {
            return;
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "seed.json"), $$"""
            {
              "tokens": { "{{Token}}": { "login": "ann", "scopes": ["repo", "user"] } },
              "vercel": {
                "users": [{ "username": "ann", "name": "Ann", "email": "ann@shop.example" }],
                "teams": [{ "slug": "acme", "name": "Acme" }],
                "projects": [{ "name": "shop", "team": "acme" }]
              },
              "github": {
                "users": [{ "login": "ann", "name": "Ann", "email": "ann@shop.example" }],
                "repos": [{ "owner": "ann", "name": "shop", "auto_init": true }]
              }
            }
            """);
        _server = await PeerServer.StartAsync("emulate/dist/index.js", "Config:", port =>
            ["start", "--service", "vercel,github", "--port", port.ToString(CultureInfo.InvariantCulture), "--seed", Path.Combine(_folder, "seed.json")]);
        using var client = NewClient(0);
        // Vercel takes the name as well as the id where it filters; this stand-in takes the id alone.
        _project = (string)JsonNode.Parse(await client.GetStringAsync(new Uri("/v9/projects/shop?slug=acme", UriKind.Relative)))!["id"]!;
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [OutsiderFact(Package)]
    public async Task Vercel_HistoryOfItsDeployments_IsReadPageByPage()
    {
        var ids = await DeployAsync();
        using var platform = NewVercel();

        var read = new List<Deployment>();
        await foreach (var deployment in platform.ListAsync(new DeploymentQuery(), CancellationToken.None))
        {
            read.Add(deployment);
        }

        Assert.Equal(ids.Reverse(), read.Select(one => one.Id));
        Assert.Equal(s_commits.Reverse(), read.Select(one => one.Commit));
        Assert.All(read, one => Assert.Equal((DeploymentState.Ready, "Change"), (one.State, one.Subject)));
        Assert.Empty(await platform.ReadInFlightAsync(CancellationToken.None));
        Assert.Null(await platform.ReadPinAsync(CancellationToken.None));
        var one = await platform.FindAsync(ids[1], CancellationToken.None);
        Assert.Equal((ids[1], s_commits[1]), (one?.Id, one?.Commit));
        Assert.Null(await platform.FindAsync("dpl_nobody", CancellationToken.None));
    }

    [OutsiderFact(Package)]
    public async Task Vercel_AVariableThatWasChanged_IsSeen()
    {
        var ids = await DeployAsync();
        using var client = NewClient(0);
        var asked = await client.PostAsJsonAsync(new Uri("/v10/projects/shop/env?slug=acme", UriKind.Relative), new JsonObject
        {
            ["key"] = "MODEL",
            ["value"] = "small",
            ["type"] = "encrypted",
            ["target"] = new JsonArray("production"),
        });
        Assert.True(asked.IsSuccessStatusCode, await asked.Content.ReadAsStringAsync());
        using var platform = NewVercel();
        var built = (await platform.FindAsync(ids[0], CancellationToken.None))!;

        var changed = await platform.ReadSettingChangesAsync(built with { CreatedAt = built.CreatedAt.AddMinutes(-1) }, CancellationToken.None);

        Assert.Equal("MODEL", Assert.Single(changed).Name);
    }

    [OutsiderFact(Package)]
    public async Task GitHub_CommitWithACheck_IsRead()
    {
        using var client = NewClient(1);
        var commits = JsonNode.Parse(await client.GetStringAsync(new Uri("/repos/ann/shop/commits", UriKind.Relative)))!.AsArray();
        var sha = (string)commits[0]!["sha"]!;
        var made = await client.PostAsJsonAsync(new Uri("/repos/ann/shop/check-runs", UriKind.Relative), new JsonObject
        {
            ["name"] = "unit",
            ["head_sha"] = sha,
            ["status"] = "completed",
            ["conclusion"] = "failure",
        });
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        using var connection = new GitHubConnection(GitHubSettingsOf(), new NoSecrets(), TimeProvider.System);
        var api = new GitHubApi(connection, GitHubSettingsOf(), repository: null);

        // It has no combined status; check-runs it has.
        var checks = new List<WireCheckRun>();
        await foreach (var check in api.ListCheckRunsAsync(sha, CancellationToken.None))
        {
            checks.Add(check);
        }

        Assert.Equal([("unit", "completed", "failure")], checks.Select(check => (check.Name, check.Status, check.Conclusion)));
        Assert.Equal(sha, (await api.FindCommitAsync(sha, CancellationToken.None))?.Sha);
        Assert.Equal("ann/shop", (await api.ReadRepositoryAsync(CancellationToken.None)).Value.FullName);
        Assert.Equal("ann", await api.ReadLoginAsync(CancellationToken.None));
    }

    [OutsiderFact(Package)]
    public async Task GitHub_AReportPublishedTwice_IsOneIssue()
    {
        using var connection = new GitHubConnection(GitHubSettingsOf(), new NoSecrets(), TimeProvider.System);
        var issues = new GitHubIncidentIssues(new GitHubApi(connection, GitHubSettingsOf(), repository: null), GitHubSettingsOf());
        var issue = new IncidentIssue { IncidentId = "rb-1", Title = "Rollback 1", Markdown = "# First", Since = DateTimeOffset.UtcNow.AddMinutes(-5) };

        var first = await issues.PublishAsync(issue, CancellationToken.None);
        var second = await issues.PublishAsync(issue with { Title = "Rollback 1: Succeeded", Markdown = "# Second" }, CancellationToken.None);

        Assert.True(first.IsNew);
        Assert.False(second.IsNew);
        Assert.Equal(first.Number, second.Number);
        using var client = NewClient(1);
        var all = JsonNode.Parse(await client.GetStringAsync(new Uri("/repos/ann/shop/issues?state=all", UriKind.Relative)))!.AsArray();
        Assert.Equal("Rollback 1: Succeeded", (string?)Assert.Single(all)!["title"]);
        Assert.Contains("# Second", (string?)all[0]!["body"], StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>> DeployAsync()
    {
        using var client = NewClient(0);
        var ids = new List<string>();
        foreach (var commit in s_commits)
        {
            var made = await client.PostAsJsonAsync(new Uri("/v13/deployments?slug=acme", UriKind.Relative), new JsonObject
            {
                ["name"] = "shop",
                ["project"] = "shop",
                ["target"] = "production",
                ["meta"] = new JsonObject { ["githubCommitSha"] = commit, ["githubCommitMessage"] = "Change\n\nbody" },
            });
            var answer = await made.Content.ReadAsStringAsync();
            Assert.True(made.IsSuccessStatusCode, answer);
            ids.Add((string)JsonNode.Parse(answer)!["id"]!);
        }

        return ids;
    }

    private HttpClient NewClient(int service) => new()
    {
        BaseAddress = AddressOf(service),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) },
    };

    private Uri AddressOf(int service) => new($"http://127.0.0.1:{_server!.Port + service}");

    private GitHubSettings GitHubSettingsOf() => new() { Owner = "ann", Repository = "shop", Api = AddressOf(1), Token = Token };

    private VercelPlatform NewVercel() => new(
        new RollbackSettings
        {
            Project = "shop",
            Environment = "production",
            BaseFolder = _folder,
            Platform = new PlatformSettings
            {
                Type = PlatformSettings.VercelType,
                Root = _folder,
                Vercel = new VercelSettings { Api = AddressOf(0), Team = "acme", Project = _project, Token = Token },
            },
        },
        new NoSecrets(), TimeProvider.System);
}
