using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.GitHub;

/// <summary>Reads deployments: each with its newest status, which tells its state, and the commit it was built from.</summary>
internal sealed partial class GitHubDeployments
{
    /// <summary>Deployments looked at side by side; more would meet the secondary rate limit.</summary>
    public const int AtOnce = 8;

    private const int MostStatuses = 30;

    private readonly GitHubApi _api;
    private readonly string _project;
    private readonly string _environment;
    private readonly ConcurrentDictionary<string, WireCommit?> _commits = new(StringComparer.Ordinal);

    public GitHubDeployments(GitHubApi api, string project, string environment)
    {
        _api = api;
        _project = project;
        _environment = environment;
    }

    /// <summary>A deployment with its statuses, newest first.</summary>
    public async Task<(WireDeployment Deployment, IReadOnlyList<WireDeploymentStatus> Statuses)> WithStatusesAsync(
        WireDeployment wire, CancellationToken cancellationToken) =>
        (wire, [.. (await _api.ReadStatusesAsync(wire.Id, MostStatuses, cancellationToken)).OrderByDescending(status => status.Id)]);

    /// <summary>A deployment, read whole.</summary>
    public async Task<Deployment> ReadAsync(WireDeployment wire, CancellationToken cancellationToken)
    {
        var commit = CommitAsync(wire.Sha, cancellationToken);
        var statuses = await WithStatusesAsync(wire, cancellationToken);
        return Read(wire, statuses.Statuses, await commit);
    }

    /// <summary>How far a deployment came; the newest status tells.</summary>
    public static DeploymentState StateOf(IReadOnlyList<WireDeploymentStatus> statuses) => (statuses.Count == 0 ? null : statuses[0].State) switch
    {
        null or "queued" or "pending" or "waiting" => DeploymentState.Queued,
        "in_progress" => DeploymentState.Building,
        // Inactive is what a later success makes of an earlier one; of what never succeeded it makes nothing.
        "success" => DeploymentState.Ready,
        "inactive" => statuses.Any(status => status.State == "success") ? DeploymentState.Ready : DeploymentState.Canceled,
        "failure" or "error" => DeploymentState.Failed,
        _ => DeploymentState.Unknown,
    };

    /// <summary>Whether it succeeded and nothing took its place.</summary>
    public static bool IsLive(IReadOnlyList<WireDeploymentStatus> statuses) => statuses.Count > 0 && statuses[0].State == "success";

    /// <summary>The moment it first succeeded, or null.</summary>
    public static DateTimeOffset? SucceededAt(IReadOnlyList<WireDeploymentStatus> statuses) =>
        statuses.LastOrDefault(status => status.State == "success")?.CreatedAt;

    /// <summary>The run that a status names as its source, or null.</summary>
    public static long? RunOf(IReadOnlyList<WireDeploymentStatus> statuses) => statuses
        .Select(status => RunAddress().Match(status.LogUrl is { Length: > 0 } log ? log : status.TargetUrl ?? string.Empty))
        .Where(match => match.Success && long.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .Select(match => (long?)long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
        .FirstOrDefault();

    private async Task<WireCommit?> CommitAsync(string? sha, CancellationToken cancellationToken)
    {
        if (sha is null)
        {
            return null;
        }

        if (_commits.TryGetValue(sha, out var known))
        {
            return known;
        }

        try
        {
            return _commits[sha] = await _api.FindCommitAsync(sha, cancellationToken);
        }
        catch (RollbackOpsException hidden) when (hidden.Id == ErrorId.PlatformForbidden)
        {
            // A token for deployments alone sees no contents; the history is worth more than its subjects.
            return _commits[sha] = null;
        }
    }

    private Deployment Read(WireDeployment wire, IReadOnlyList<WireDeploymentStatus> statuses, WireCommit? commit)
    {
        var state = StateOf(statuses);
        var newest = statuses.Count == 0 ? null : statuses[0];
        return new Deployment
        {
            Id = wire.Id.ToString(CultureInfo.InvariantCulture),
            Project = _project,
            Environment = _environment,
            Platform = GitHubPlatform.PlatformName,
            State = state,
            CreatedAt = wire.CreatedAt.ToUniversalTime(),
            Commit = wire.Sha is { } sha && Hash().IsMatch(sha) ? sha : null,
            Subject = commit?.Message is { } message ? Inert.Line(message.Split('\n')[0].TrimEnd('\r')) : Line(wire.Description),
            Author = Line(commit?.Author?.Name ?? wire.Creator?.Login),
            Branch = Line(wire.Ref),
            Schema = SchemaRange.Of(Declared(wire.Payload, "schemaMin"), Declared(wire.Payload, "schemaMax")),
            Error = state == DeploymentState.Failed ? Line(newest?.Description) ?? Line(newest?.State) : null,
        };
    }

    /// <summary>A text in a deployment's payload, which may be an object, a text, or nothing.</summary>
    private static string? Declared(JsonElement payload, string name) =>
        payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static string? Line(string? text) => string.IsNullOrEmpty(text) ? null : Inert.Line(text);

    [GeneratedRegex("/actions/runs/([0-9]{1,18})(?:[/?#]|$)")]
    private static partial Regex RunAddress();

    [GeneratedRegex(@"\A[0-9a-f]{40,64}\z")]
    private static partial Regex Hash();
}
