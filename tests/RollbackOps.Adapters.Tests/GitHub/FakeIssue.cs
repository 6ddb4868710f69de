using System.Text.Json.Nodes;

namespace RollbackOps.Adapters.Tests.GitHub;

/// <summary>An issue, or a pull request, of the fake.</summary>
internal sealed record FakeIssue(long Number, DateTimeOffset CreatedAt)
{
    public string Title { get; set; } = "";

    public string Body { get; set; } = "";

    public bool IsPullRequest { get; init; }

    public DateTimeOffset UpdatedAt { get; set; } = CreatedAt;

    public List<string> Labels { get; } = [];

    public List<string> Assignees { get; } = [];
}

/// <summary>Issues, as far as a report is published as one.</summary>
internal sealed partial class FakeGitHub
{
    public List<FakeIssue> Issues { get; } = [];

    private FakeAnswer OpenIssue(JsonNode text)
    {
        if (((string)text["body"]!).Length > 65_536)
        {
            return Error(422, "Validation Failed: body is too long (maximum is 65536 characters)");
        }

        var issue = new FakeIssue(++_next, clock.GetUtcNow()) { Title = (string)text["title"]!, Body = (string)text["body"]! };
        issue.Labels.AddRange((text["labels"]?.AsArray() ?? []).Select(label => (string)label!));
        issue.Assignees.AddRange((text["assignees"]?.AsArray() ?? []).Select(login => (string)login!));
        Issues.Add(issue);
        return new FakeAnswer(201, Shape(issue));
    }

    private FakeAnswer EditIssue(long number, JsonNode text)
    {
        var issue = Issues.Find(one => one.Number == number);
        if (issue is null)
        {
            return NotFound();
        }

        (issue.Title, issue.Body, issue.UpdatedAt) = ((string)text["title"]!, (string)text["body"]!, clock.GetUtcNow());
        return new FakeAnswer(200, Shape(issue));
    }

    private static JsonObject Shape(FakeIssue issue)
    {
        var shape = With("issue",
            ("number", issue.Number), ("title", issue.Title), ("body", issue.Body),
            ("created_at", Time(issue.CreatedAt)), ("updated_at", Time(issue.UpdatedAt)),
            ("html_url", $"https://github.com/acme/shop/issues/{issue.Number}"));
        if (!issue.IsPullRequest)
        {
            shape.Remove("pull_request");
        }

        return shape;
    }
}
