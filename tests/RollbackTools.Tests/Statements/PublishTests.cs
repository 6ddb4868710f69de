using System.Text.Json.Nodes;
using RollbackOps.Incidents;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary><c>New-IncidentReport -Publish</c> at the prompt: one issue for an incident, however often it is published.</summary>
public sealed class PublishTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly IssueTracker _tracker = new();
    private readonly Session _session;

    public PublishTests()
    {
        Environment.SetEnvironmentVariable("ROLLBACK_TEST_GITHUB", "token-of-the-stand-in");
        _folder.Configure(configuration => configuration["github"] = new JsonObject
        {
            ["owner"] = "acme",
            ["repository"] = "shop",
            ["api"] = _tracker.Address,
            ["token"] = "env:ROLLBACK_TEST_GITHUB",
        });
        _session = new Session(_folder.Root);
        _session.Run("Invoke-Rollback -Reason 'Checkout fails' -Confirm:$false").Clean();
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
        _tracker.Dispose();
    }

    [Fact]
    public void Publish_ForTheFirstTime_OpensAnIssueThatTheReportNames()
    {
        var report = Publish("New-IncidentReport -Publish -Label incident -Confirm:$false");

        Assert.Equal((41L, true), (report.Issue!.Number, report.Issue.IsNew));
        Assert.Equal("https://github.com/acme/shop/issues/41", report.Issue.Address!.AbsoluteUri);
        var issue = Assert.Single(_tracker.Issues);
        Assert.StartsWith($"<!-- rollbackops:incident {report.Id}:shop:production -->", (string?)issue["body"], StringComparison.Ordinal);
        Assert.Contains("Checkout fails", (string?)issue["body"], StringComparison.Ordinal);
        Assert.Equal("incident", (string?)issue["labels"]![0]);
        Assert.All(report.Files.Where(file => file.EndsWith(".json", StringComparison.Ordinal)),
            file => Assert.Contains("issues/41", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public void Publish_Again_RewritesTheSameIssueAndKeepsWhatPeopleWrote()
    {
        Publish("New-IncidentReport -Publish -Confirm:$false");
        _tracker.Issues[0]["body"] = (string?)_tracker.Issues[0]["body"] + "\nRoot cause: the cache.\n";

        var report = Publish("New-IncidentReport -Publish -Title 'Checkout was down' -Confirm:$false");

        Assert.Equal((41L, false), (report.Issue!.Number, report.Issue.IsNew));
        var issue = Assert.Single(_tracker.Issues);
        Assert.Equal("Checkout was down", (string?)issue["title"]);
        Assert.Contains("Root cause: the cache.", (string?)issue["body"], StringComparison.Ordinal);
        Assert.Single(_tracker.Requests, request => request.Method == "POST");
        Assert.Single(_tracker.Requests, request => request.Method == "PATCH");
    }

    [Fact]
    public void Publish_WhatIf_AsksNothingOfGitHub()
    {
        _session.Run("New-IncidentReport -Publish -WhatIf").Clean();

        Assert.DoesNotContain(_tracker.Requests, request => request.Path.Contains("/issues", StringComparison.Ordinal));
    }

    [Fact]
    public void Publish_Refused_IsAnErrorAndTheReportStandsOnDisk()
    {
        _tracker.Refusal = "Validation Failed";

        var outcome = _session.Run("New-IncidentReport -Publish -Confirm:$false");

        Assert.Contains("Validation Failed", outcome.Told, StringComparison.Ordinal);
        Assert.Equal(4, Directory.GetFiles(Path.Combine(_folder.State, "reports")).Length);
        Assert.Empty(_tracker.Issues);
    }

    private IncidentReport Publish(string call) => _session.Run(call).Clean().Single<IncidentReport>();
}
