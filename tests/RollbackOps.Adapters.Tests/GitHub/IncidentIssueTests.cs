using System.Text.RegularExpressions;
using RollbackOps.Adapters.GitHub;
using RollbackOps.Adapters.Reports;
using RollbackOps.Adapters.Tests.Reports;
using RollbackOps.Incidents;

namespace RollbackOps.Adapters.Tests.GitHub;

/// <summary>A report as an issue: one for an incident, however often it is published, and nothing of what people wrote is lost.</summary>
public class IncidentIssueTests
{
    private const string Id = "rb-1:shop:production";

    [Fact]
    public async Task Publish_New_OpensAnIssueWithTheReport()
    {
        await using var world = await GitHubWorld.NewAsync();

        var published = await NewIssues(world).PublishAsync(Issue(world, new ReportRenderer().RenderMarkdown(new ReportSample().Succeeded())) with
        {
            Labels = ["incident"],
            Assignees = ["ann"],
        }, CancellationToken.None);

        var issue = Assert.Single(world.Fake.Issues);
        Assert.True(published.IsNew);
        Assert.Equal(issue.Number, published.Number);
        Assert.Equal($"https://github.com/acme/shop/issues/{issue.Number}", published.Address!.AbsoluteUri);
        Assert.Contains("## What went well", issue.Body, StringComparison.Ordinal);
        Assert.Equal(["incident"], issue.Labels);
        Assert.Equal(["ann"], issue.Assignees);
        Assert.Empty(world.Server.Faults);
    }

    [Fact]
    public async Task Publish_Again_RewritesTheReportAndKeepsWhatPeopleWrote()
    {
        await using var world = await GitHubWorld.NewAsync();
        await NewIssues(world).PublishAsync(Issue(world, "# First\n"), CancellationToken.None);
        var issue = world.Fake.Issues[0];
        issue.Title = "Renamed by Ann";
        issue.Body += "\nRoot cause: the cache. <!-- rollbackops:end --> was here.\n";
        // Newer ones, a pull request with the same mark among them, are not it.
        world.Fake.Issues.Add(new FakeIssue(issue.Number + 1, world.Clock.GetUtcNow()) { Body = "unrelated" });
        world.Fake.Issues.Add(new FakeIssue(issue.Number + 2, world.Clock.GetUtcNow()) { Body = issue.Body, IsPullRequest = true });

        var published = await NewIssues(world).PublishAsync(Issue(world, "# Second\n") with { Labels = ["incident"] }, CancellationToken.None);

        Assert.False(published.IsNew);
        Assert.Equal(issue.Number, published.Number);
        Assert.Equal(3, world.Fake.Issues.Count);
        Assert.Contains("# Second", issue.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("# First", issue.Body, StringComparison.Ordinal);
        Assert.Contains("Root cause: the cache.", issue.Body, StringComparison.Ordinal);
        Assert.Empty(issue.Labels);
        Assert.Empty(world.Server.Faults);
    }

    [Fact]
    public async Task Publish_AnotherIncident_OpensAnIssueOfItsOwn()
    {
        await using var world = await GitHubWorld.NewAsync();
        await NewIssues(world).PublishAsync(Issue(world, "# First\n"), CancellationToken.None);

        Assert.True((await NewIssues(world).PublishAsync(Issue(world, "# Other\n") with { IncidentId = "rb-12:shop:production" }, CancellationToken.None)).IsNew);
        Assert.Equal(2, world.Fake.Issues.Count);
    }

    [Fact]
    public async Task Publish_ManyIssuesSince_FindsItOnALaterPage()
    {
        await using var world = await GitHubWorld.NewAsync();
        await NewIssues(world).PublishAsync(Issue(world, "# First\n"), CancellationToken.None);
        for (var i = 1; i <= 230; i++)
        {
            world.Fake.Issues.Add(new FakeIssue(world.Fake.Issues[0].Number + i, world.Clock.GetUtcNow()));
        }

        Assert.False((await NewIssues(world).PublishAsync(Issue(world, "# Second\n"), CancellationToken.None)).IsNew);
        Assert.Equal(3, world.Server.Calls.TakeLast(4).Count(call => call == "GET /repos/acme/shop/issues"));
    }

    [Fact]
    public async Task Publish_WithoutTheRight_SaysWhichOneIsMissing()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Server.Fail("POST", "/issues", FakeFault.Status, 403);

        var refused = await Assert.ThrowsAsync<RollbackOpsException>(() => NewIssues(world).PublishAsync(Issue(world, "# First\n"), CancellationToken.None));

        Assert.Equal(ErrorId.PlatformForbidden, refused.Id);
        Assert.Contains("Issues: read and write", refused.NextStep, StringComparison.Ordinal);
    }

    // An answer that is lost may have opened it: nothing is sent again, and the next call finds it.
    [Fact]
    public async Task Publish_AnswerLost_IsUnknownAndTheNextCallOpensNoSecond()
    {
        await using var world = await GitHubWorld.NewAsync();
        world.Server.Fail("POST", "/issues", FakeFault.ResetAfter);

        var unknown = await Assert.ThrowsAsync<RollbackOpsException>(() => NewIssues(world).PublishAsync(Issue(world, "# First\n"), CancellationToken.None));
        Assert.Equal(ErrorId.OutcomeUnknown, unknown.Id);
        Assert.False((await NewIssues(world).PublishAsync(Issue(world, "# Second\n"), CancellationToken.None)).IsNew);
        Assert.Contains("# Second", Assert.Single(world.Fake.Issues).Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Body_OfALongReport_HoldsWholeSectionsWithinTheLimit()
    {
        var markdown = string.Concat(Enumerable.Range(1, 40).Select(i => $"## Section {i}\n\n{new string('x', 2_000)}\n"));

        var body = IssueBody.Of(Id, markdown, former: null);

        Assert.InRange(body.Length, 55_000, IssueBody.Most);
        Assert.Contains("The rest is in its files", body, StringComparison.Ordinal);
        Assert.All(Regex.Matches(body, "## Section \\d+\\n\\n(x*)\\n").ToList(), section => Assert.Equal(2_000, section.Groups[1].Length));
        Assert.InRange(IssueBody.Of(Id, markdown, body + new string('y', 5_000)).Length, 55_000, IssueBody.Most);
    }

    [Fact]
    public void Body_WhoseEndMarkIsGone_LosesNothing()
    {
        var former = IssueBody.Of(Id, "# First\n", former: null).Replace("<!-- rollbackops:end -->", "Ann's words", StringComparison.Ordinal);

        var body = IssueBody.Of(Id, "# Second\n", former);

        Assert.Contains("# Second", body, StringComparison.Ordinal);
        Assert.Contains("Ann's words", body, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(body, Regex.Escape(IssueBody.MarkOf(Id))));
    }

    [Theory]
    [InlineData("rb-1 --> <script>")]
    [InlineData("-->")]
    public void Mark_OfAnyId_StaysOneComment(string id) =>
        Assert.Matches("^<!-- rollbackops:incident [A-Za-z0-9._:-]+ -->$", IssueBody.MarkOf(id));

    private static GitHubIncidentIssues NewIssues(GitHubWorld world) => new(world.NewApi(), world.GitHub);

    private static IncidentIssue Issue(GitHubWorld world, string markdown) => new()
    {
        IncidentId = Id,
        Title = "Rollback 1 of shop/production: Succeeded",
        Markdown = markdown,
        Since = world.Clock.GetUtcNow(),
    };
}
