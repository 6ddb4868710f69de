using System.Text.Json;
using System.Text.Json.Serialization;

namespace RollbackOps.Adapters.GitHub;

// What is read of GitHub's answers. Everything may be missing: what the API adds or leaves out must not stop a rollback.

internal sealed record WireUser(string? Login);

internal sealed record WireDeployment(
    long Id, string? Sha, string? Ref, string? Environment, string? Description, WireUser? Creator, DateTimeOffset CreatedAt,
    JsonElement Payload = default);

internal sealed record WireDeploymentStatus(
    long Id, string? State, string? Description, DateTimeOffset CreatedAt, string? LogUrl, string? TargetUrl, WireUser? Creator);

internal sealed record WireSignature(string? Name, DateTimeOffset? Date);

internal sealed record WireCommit(string? Sha, string? Message, WireSignature? Author);

internal sealed record WireWorkflow(long Id, string? Name, string? Path, string? State);

internal sealed record WireRun(
    long Id,
    string? Name,
    string? DisplayTitle,
    string? Event,
    string? Status,
    string? Conclusion,
    string? HeadBranch,
    string? HeadSha,
    string? Path,
    long WorkflowId,
    DateTimeOffset CreatedAt,
    WireUser? Actor,
    string? HtmlUrl)
{
    /// <summary>Whether it is over.</summary>
    [JsonIgnore]
    public bool IsOver => Status == "completed";
}

internal sealed record WireRuns(int TotalCount, IReadOnlyList<WireRun>? WorkflowRuns);

internal sealed record WireStep(string? Name);

internal sealed record WireJob(long Id, string? Name, string? Status, string? Conclusion, IReadOnlyList<WireStep>? Steps);

internal sealed record WireJobs(int TotalCount, IReadOnlyList<WireJob>? Jobs);

internal sealed record WirePermissions(bool Push);

internal sealed record WireRepository(
    long Id, string? FullName, bool Archived, bool Private, bool Disabled, WirePermissions? Permissions);

internal sealed record WireDispatch(string Ref, IReadOnlyDictionary<string, string> Inputs, bool? ReturnRunDetails);

internal sealed record WireDispatched(long? WorkflowRunId, string? HtmlUrl);

internal sealed record WireCheckSuite(long? Id);

internal sealed record WireCheckRun(
    long Id, string? Name, string? Status, string? Conclusion, WireCheckSuite? CheckSuite);

internal sealed record WireCheckRuns(int TotalCount, IReadOnlyList<WireCheckRun>? CheckRuns);

internal sealed record WireStatus(string? Context, string? State);

internal sealed record WireCombined(string? State, int TotalCount, IReadOnlyList<WireStatus>? Statuses);

internal sealed record WireIssue(
    long Number, string? Title, string? Body, string? State, string? HtmlUrl, System.Text.Json.JsonElement? PullRequest);

internal sealed record WireIssueText(
    string Title, string Body, IReadOnlyList<string>? Labels, IReadOnlyList<string>? Assignees);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<WireDeployment>))]
[JsonSerializable(typeof(IReadOnlyList<WireDeploymentStatus>))]
[JsonSerializable(typeof(WireUser))]
[JsonSerializable(typeof(WireDeployment))]
[JsonSerializable(typeof(WireRun))]
[JsonSerializable(typeof(object))]
[JsonSerializable(typeof(WireCommit))]
[JsonSerializable(typeof(WireWorkflow))]
[JsonSerializable(typeof(WireRuns))]
[JsonSerializable(typeof(WireJobs))]
[JsonSerializable(typeof(WireRepository))]
[JsonSerializable(typeof(IReadOnlyList<WireIssue>))]
[JsonSerializable(typeof(WireIssueText))]
[JsonSerializable(typeof(WireDispatch))]
[JsonSerializable(typeof(WireDispatched))]
[JsonSerializable(typeof(WireCheckRuns))]
[JsonSerializable(typeof(WireCombined))]
internal sealed partial class GitHubJson : JsonSerializerContext;
