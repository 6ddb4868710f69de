using System.Text.RegularExpressions;
using RollbackOps.Adapters.Git;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.GitHub;

/// <summary>Which repository on GitHub is meant: the configured one, or the one behind the git remote.</summary>
internal static partial class GitHubName
{
    /// <summary>The path below which the repository's calls lie.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.ConfigurationInvalid"/>: neither the configuration nor the remote tells, or the remote lies on
    /// another host than the API: the token is not for it.
    /// </exception>
    public static async Task<string> ResolveAsync(
        GitHubSettings settings, RepositorySettings? repository, CancellationToken cancellationToken)
    {
        if (settings is { Owner: { } owner, Repository: { } name })
        {
            return Path(owner, name);
        }

        if (repository is null)
        {
            throw Unclear("github.owner and github.repository are not set, and there is no repository section whose remote would tell");
        }

        var remote = (await new GitClient(repository.Path).ReadAsync(["remote", "get-url", repository.Remote], cancellationToken)).Trim();
        var (host, theirOwner, theirName) = Parse(remote)
            ?? throw Unclear($"the remote '{repository.Remote}' is no repository on GitHub");
        if (!BelongsTo(host, settings.Api))
        {
            throw Unclear($"the remote '{repository.Remote}' lies on {Inert.Line(host)}, and github.api is {settings.Api.Host}");
        }

        return Path(settings.Owner ?? theirOwner, settings.Repository ?? theirName);
    }

    /// <summary>Host, owner and name in a remote's address, or null.</summary>
    public static (string Host, string Owner, string Name)? Parse(string remote) =>
        Form().Match(remote) is { Success: true } match
            ? (match.Groups["host"].Value, match.Groups["owner"].Value, match.Groups["name"].Value)
            : null;

    private static bool BelongsTo(string host, Uri api)
    {
        bool Is(string other) => string.Equals(host, other, StringComparison.OrdinalIgnoreCase);
        return Is(api.Host) || Is($"ssh.{api.Host}")
            || (api.Host.StartsWith("api.", StringComparison.OrdinalIgnoreCase) && (Is(api.Host[4..]) || Is($"ssh.{api.Host[4..]}")));
    }

    private static string Path(string owner, string name) => $"repos/{Uri.EscapeDataString(owner)}/{Uri.EscapeDataString(name)}";

    private static RollbackOpsException Unclear(string why) => new(ErrorId.ConfigurationInvalid,
        $"Which repository on GitHub is meant cannot be told: {why}.",
        "Set github.owner and github.repository (and github.api, for GitHub Enterprise) in rollback.json.");

    [GeneratedRegex(@"\A(?:(?:https?|ssh|git)://(?:[^@/\s]*@)?(?<host>[^/:@\s]+)(?::\d+)?/|(?:[^@/\s]+@)?(?<host>[^/:@\s]+):)(?<owner>[A-Za-z0-9_-]+)/(?<name>[A-Za-z0-9._-]+?)(?:\.git)?/?\z")]
    private static partial Regex Form();
}
