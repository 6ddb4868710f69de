using System.Globalization;
using Microsoft.AspNetCore.Http;
using RollbackOps.Adapters.GitHub;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.Tests.GitHub;

public sealed class GitHubConnectionTests
{
    [Theory]
    [InlineData("https://api.github.com", "https://api.github.com/")]
    [InlineData("https://ghe.example", "https://ghe.example/api/v3/")]
    [InlineData("https://ghe.example/api/v3", "https://ghe.example/api/v3/")]
    [InlineData("https://api.acme.ghe.com", "https://api.acme.ghe.com/")]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080/")]
    public void Base_OfAnAddress_IsWhereItsApiLies(string configured, string expected) =>
        Assert.Equal(expected, GitHubConnection.BaseOf(new Uri(configured)).AbsoluteUri);

    [Theory]
    [InlineData("https://github.com/acme/shop.git", "github.com")]
    [InlineData("https://user:pass@github.com/acme/shop", "github.com")]
    [InlineData("git@github.com:acme/shop.git", "github.com")]
    [InlineData("ssh://git@ssh.github.com:443/acme/shop.git", "ssh.github.com")]
    public void Name_OfARemote_IsItsOwnerAndRepository(string remote, string host) =>
        Assert.Equal((host, "acme", "shop"), GitHubName.Parse(remote));

    [Theory]
    [InlineData("/srv/git/shop.git")]
    [InlineData("https://github.com/acme")]
    [InlineData("https://github.com/acme/shop/tree/main")]
    public void Name_OfAnotherRemote_IsNone(string remote) => Assert.Null(GitHubName.Parse(remote));

    [Theory]
    [InlineData(StatusCodes.Status200OK)]
    [InlineData(StatusCodes.Status302Found)]
    [InlineData(StatusCodes.Status307TemporaryRedirect)]
    public async Task Answer_ThatLeadsToAnotherHost_IsNotFollowedWithTheToken(int status)
    {
        await using var world = await GitHubWorld.NewAsync();
        await using var elsewhere = await FakeGitHubServer.StartAsync(world.Fake, world.Clock);
        var address = $"{elsewhere.Address.AbsoluteUri.TrimEnd('/')}{FakeGitHub.Root}/deployments?environment=production&page=2";
        world.Server.Intercept = async context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = status == StatusCodes.Status200OK ? default : address;
            context.Response.Headers.Link = $"<{address}>; rel=\"next\"";
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("[]");
            return true;
        };
        using var platform = world.NewPlatform();

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() => ReadAsync(platform));

        Assert.Equal(ErrorId.PlatformUnreadable, failure.Id);
        Assert.Empty(elsewhere.Calls);
    }

    [Fact]
    public async Task Call_Canceled_EndsAtOnce()
    {
        await using var world = await GitHubWorld.NewAsync();
        using var stop = new CancellationTokenSource();
        world.Server.Intercept = async context =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };

        var stopped = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.NewApi().ReadRepositoryAsync(stop.Token));

        Assert.Equal(stop.Token, stopped.CancellationToken);
    }

    [Fact]
    public async Task PrimaryLimit_WhenShort_IsWaitedFor()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Server.Fail("GET", "/shop", FakeFault.Status, 403, once: true, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", Reset(world, 12)));

        await world.NewApi().ReadRepositoryAsync(CancellationToken.None);

        Assert.Contains(world.Said, text => text.Contains("once more in 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PrimaryLimit_WhenLong_TellsTheTime()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Server.Fail("GET", "/shop", FakeFault.Status, 403, once: false, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", Reset(world, 1800)));

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() => world.NewApi().ReadRepositoryAsync(CancellationToken.None));

        Assert.Equal(ErrorId.RateLimited, failure.Id);
        Assert.Contains("UTC", failure.NextStep, StringComparison.Ordinal);
        Assert.Single(world.Server.Calls);
    }

    [Theory]
    [InlineData("90", "90 s from now")]
    [InlineData(null, "60 s from now")]
    public async Task SecondaryLimit_IsLeftAloneAsLongAsItSays(string? after, string expected)
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Server.Fail("GET", "/shop", FakeFault.Status, 429, once: false, after is null ? [] : [("Retry-After", after)]);

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() => world.NewApi().ReadRepositoryAsync(CancellationToken.None));

        Assert.Equal(ErrorId.RateLimited, failure.Id);
        Assert.Contains(expected, failure.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forbidden_NamesTheScopeThatGitHubNames()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Server.Fail("GET", "/deployments", FakeFault.Status, 403, once: false, ("X-Accepted-GitHub-Permissions", "deployments=read"));
        using var platform = world.NewPlatform();

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() => ReadAsync(platform));

        Assert.Equal(ErrorId.PlatformForbidden, failure.Id);
        Assert.Contains("Deployments: read", failure.NextStep, StringComparison.Ordinal);
        Assert.Contains("deployments=read", failure.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_ThatIsEchoed_IsNotShown()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Server.Intercept = async context =>
        {
            context.Response.StatusCode = 422;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync($$"""{"message":"no: {{FakeGitHub.Token}}"}""");
            return true;
        };

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() => world.NewApi().ReadRepositoryAsync(CancellationToken.None));

        Assert.Contains("***", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeGitHub.Token, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public async Task Token_ThatIsNone_IsNotSent(string value)
    {
        await using var world = await GitHubWorld.NewAsync();
        world.SecretValue = value;

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() => world.NewApi().ReadRepositoryAsync(CancellationToken.None));

        Assert.Equal(ErrorId.SecretUnavailable, failure.Id);
        Assert.Empty(world.Server.Calls);
    }

    /// <summary>Octokit's own reader throws at it.</summary>
    [Fact]
    public void Run_WithoutACheckSuite_IsRead()
    {
        var runs = new GitHubSerializer().Deserialize<WireRuns>("""{"total_count":1,"workflow_runs":[{"id":1,"check_suite_id":null,"status":"new one","future":{}}]}""");

        Assert.Equal(1, runs.WorkflowRuns![0].Id);
    }

    private static string Reset(GitHubWorld world, int seconds) =>
        world.Clock.Now.AddSeconds(seconds).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static async Task<int> ReadAsync(GitHubPlatform platform)
    {
        var count = 0;
        await foreach (var _ in platform.ListAsync(new DeploymentQuery(), CancellationToken.None))
        {
            count++;
        }

        return count;
    }
}
