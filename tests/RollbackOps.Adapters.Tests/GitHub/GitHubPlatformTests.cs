using System.Globalization;
using System.Text.Json.Nodes;
using RollbackOps.Adapters.GitHub;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.Tests.GitHub;

public sealed class GitHubPlatformTests
{
    [Fact]
    public async Task List_OfAnEnvironment_TellsStateCommitAuthorAndSubject()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Fake.Deploy(new string('c', 40), "in_progress", "failure");
        world.Fake.Deploy(new string('d', 40));
        world.Good.Statuses.Insert(0, new FakeStatus(99_999, "inactive", world.Clock.Now, LogUrl: null));
        using var platform = world.NewPlatform();

        var all = await ReadAsync(platform, new DeploymentQuery());

        Assert.Equal(
            [DeploymentState.Queued, DeploymentState.Failed, DeploymentState.Ready, DeploymentState.Ready], all.Select(one => one.State));
        Assert.Equal("Change aaaa", all[^1].Subject);
        Assert.Equal("Ann<U+001B>[2J", all[^1].Author);
        Assert.Equal(world.Good.Sha, all[^1].Commit);
    }

    [Fact]
    public async Task List_PayloadDeclaresASchemaRange_TellsIt()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Good.Payload = new JsonObject { ["schemaMin"] = "1", ["schemaMax"] = "3\u001b", ["other"] = new JsonArray() };
        world.Bad.Payload = new JsonObject { ["schemaMax"] = 3 };
        using var platform = world.NewPlatform();

        var all = await ReadAsync(platform, new DeploymentQuery());

        Assert.Equal(("1", "3<U+001B>"), (all[^1].Schema!.Min, all[^1].Schema!.Max));
        Assert.Null(all[0].Schema);
    }

    [Fact]
    public async Task List_OfManyPages_GivesTheFirstBeforeTheSecondPageIsAsked()
    {
        await using var world = await GitHubWorld.NewAsync();
        for (var i = 0; i < 128; i++)
        {
            world.Fake.Deploy(new string('e', 40), "success");
        }

        using var platform = world.NewPlatform();

        await foreach (var _ in platform.ListAsync(new DeploymentQuery(), CancellationToken.None))
        {
            break;
        }

        Assert.Single(world.Server.Calls, call => call.EndsWith("/deployments", StringComparison.Ordinal));
        var all = await ReadAsync(platform, new DeploymentQuery());
        Assert.Equal(130, all.Select(one => one.Id).Distinct().Count());
    }

    [Fact]
    public async Task Current_IsTheNewestSuccess_NotTheNewestDeployment()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Fake.Deploy(new string('c', 40), "in_progress");
        using var platform = world.NewPlatform();

        Assert.Equal(Id(world.Bad), await platform.ReadCurrentAsync(CancellationToken.None));
        Assert.Single(await platform.ReadInFlightAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Current_WithoutASuccess_IsUnknown()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Fake.Deployments.Clear();
        using var platform = world.NewPlatform();

        var failure = await Assert.ThrowsAsync<RollbackOpsException>(() => platform.ReadCurrentAsync(CancellationToken.None));

        Assert.Equal(ErrorId.CurrentUnknown, failure.Id);
    }

    [Fact]
    public async Task Current_AfterARollback_IsTheTargetThatItsRunMadeLiveAgain()
    {
        await using var world = await GitHubWorld.NewAsync();
        await world.RollBackAsync();
        using var platform = world.NewPlatform();

        Assert.Equal(Id(world.Good), await platform.ReadCurrentAsync(CancellationToken.None));
        var activations = await platform.ReadActivationsAsync(CancellationToken.None);
        Assert.Equal([Id(world.Good), Id(world.Bad), Id(world.Good)], activations!.Select(one => one.DeploymentId));
        Assert.Equal([false, false, true], activations!.Select(one => one.IsRollback));
    }

    [Fact]
    public async Task Find_OfAnotherEnvironmentsDeployment_IsNull()
    {
        await using var world = await GitHubWorld.NewAsync();
        var other = world.Fake.Deploy(new string('c', 40), "success") with { Environment = "staging" };
        world.Fake.Deployments[0] = other;
        using var platform = world.NewPlatform();

        Assert.Null(await platform.FindAsync(Id(other), CancellationToken.None));
        Assert.Null(await platform.FindAsync("../1", CancellationToken.None));
        Assert.NotNull(await platform.FindAsync(Id(world.Good), CancellationToken.None));
    }

    [Theory]
    [InlineData("success", "success", CommitCheckState.Passed)]
    [InlineData("success", "failure", CommitCheckState.Failed)]
    [InlineData("failure", "success", CommitCheckState.Failed)]
    [InlineData("cancelled", null, CommitCheckState.Failed)]
    [InlineData("skipped", null, CommitCheckState.None)]
    [InlineData("success", "pending", CommitCheckState.Pending)]
    [InlineData(null, null, CommitCheckState.None)]
    [InlineData(null, "success", CommitCheckState.Passed)]
    public async Task Checks_OfACommit_CountBothKinds(string? conclusion, string? state, CommitCheckState expected)
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Fake.CheckRuns.AddRange(conclusion is null ? [] : [("tests", "completed", conclusion)]);
        world.Fake.Statuses.AddRange(state is null ? [] : [("ci/build", state)]);

        var checks = await new GitHubCommitChecks(world.NewApi()).ReadAsync(world.Good.Sha, CancellationToken.None);

        Assert.Equal(expected, checks.State);
    }

    private static string Id(FakeDeployment one) => one.Id.ToString(CultureInfo.InvariantCulture);

    private static async Task<List<Deployment>> ReadAsync(GitHubPlatform platform, DeploymentQuery query)
    {
        var all = new List<Deployment>();
        await foreach (var one in platform.ListAsync(query, CancellationToken.None))
        {
            all.Add(one);
        }

        return all;
    }
}
