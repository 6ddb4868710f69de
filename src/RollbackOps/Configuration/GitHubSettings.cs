namespace RollbackOps.Configuration;

/// <summary>The github section: where the repository is on GitHub, and the workflow that rolls back.</summary>
public sealed record GitHubSettings
{
    internal GitHubSettings()
    {
    }

    /// <summary>The repository's owner; null for what the git remote says.</summary>
    public string? Owner { get; init; }

    /// <summary>The repository's name; null for what the git remote says.</summary>
    public string? Repository { get; init; }

    /// <summary>
    /// The API's address: GitHub's own, or a GitHub Enterprise Server's (<c>/api/v3</c> is added to a bare host).
    /// Only https, or a stand-in on this machine.
    /// </summary>
    public Uri Api { get; init; } = new("https://api.github.com");

    /// <summary>A reference to the access token. Default <c>env:GITHUB_TOKEN</c>.</summary>
    public string Token { get; init; } = "env:GITHUB_TOKEN";

    /// <summary>The environment whose deployments count; null for the configuration's own.</summary>
    public string? Environment { get; init; }

    /// <summary>The file name, or id, of the workflow that rolls back. Default <c>rollback.yml</c>.</summary>
    public string Workflow { get; init; } = "rollback.yml";

    /// <summary>The branch or tag whose version of the workflow runs; null for the production branch.</summary>
    public string? Ref { get; init; }

    /// <summary>
    /// What the workflow is given. Values may hold <c>{rollback}</c>, <c>{target}</c>, <c>{from}</c>, <c>{commit}</c> and
    /// <c>{reason}</c>; one has to hold <c>{rollback}</c>, by which the run is found again (S16).
    /// </summary>
    public IReadOnlyDictionary<string, string> Inputs { get; init; } =
        new Dictionary<string, string> { ["rollback_id"] = "{rollback}", ["commit"] = "{commit}" };

    /// <summary>The file name, or id, of the workflow that deploys; null when none is to be looked at (S13).</summary>
    public string? DeployWorkflow { get; init; }

    /// <summary>How long a run is followed before its outcome counts as unknown. Default 15 min.</summary>
    public TimeSpan RunTimeout { get; init; } = TimeSpan.FromMinutes(15);
}
