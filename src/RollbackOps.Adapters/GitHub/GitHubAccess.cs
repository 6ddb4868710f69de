using System.Globalization;
using System.Text.RegularExpressions;
using RollbackOps.Configuration;
using RollbackOps.Readiness;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.GitHub;

/// <summary>
/// What the token may on GitHub: the scopes of a classic one stand in an answer's header, of a fine-grained or an app's token
/// each permission to read is tried. Writing is tried by nothing but writing.
/// </summary>
internal sealed partial class GitHubAccess : IServiceAccess
{
    private readonly GitHubSettings _settings;
    private readonly GitHubConnection _connection;
    private readonly GitHubApi _api;
    private readonly bool _deploys;
    private readonly bool _runs;
    private readonly string _environment;
    private readonly TimeProvider _clock;

    public GitHubAccess(RollbackSettings settings, GitHubSettings gitHub, ISecretSource secrets, TimeProvider clock, HttpMessageHandler? transport = null)
    {
        _settings = gitHub;
        _clock = clock;
        _connection = new GitHubConnection(gitHub, secrets, clock, transport);
        _api = new GitHubApi(_connection, gitHub, settings.Repository);
        _deploys = settings.Platform.Type == PlatformSettings.GitHubType;
        _runs = _deploys || settings.Policy.Strategies.Contains(RollbackStrategy.Workflow);
        _environment = gitHub.Environment ?? settings.Environment;
    }

    public string Name => "github";

    public string Place => $"GitHub ({_settings.Api.Host})";

    public async Task<ServiceReading> ReadAsync(CancellationToken cancellationToken)
    {
        var repository = await _api.ReadRepositoryAsync(cancellationToken);
        var now = _clock.GetUtcNow();
        var scopes = Header(repository, "X-OAuth-Scopes")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        await using var sideBySide = new SideBySide(cancellationToken);
        var tries = new List<Task<string?>>
        {
            sideBySide.Begin(token => TryAsync(GitHubApi.ReadDeployments, _deploys, () => ReadOneAsync(token))),
            sideBySide.Begin(token => TryAsync(GitHubApi.ReadActions, _runs, async () =>
                await _api.FindWorkflowAsync(_settings.Workflow, token) is not null ? null : $"the workflow '{_settings.Workflow}'")),
        };
        var missing = (await Task.WhenAll(tries)).OfType<string>().ToList();
        if (scopes is not null && !scopes.Contains("repo") && (repository.Value.Private || !scopes.Contains("public_repo")))
        {
            missing.Add("the scope 'repo'");
        }

        if (repository.Value is { Permissions.Push: false } && _runs)
        {
            missing.Add("write access to the repository");
        }

        return new ServiceReading
        {
            Detail = $"the token reaches {Inert.Line(repository.Value.FullName ?? "the repository")}"
                + (scopes is null ? "" : $" with the scopes {(scopes.Length == 0 ? "(none)" : string.Join(", ", scopes.Select(Inert.Line)))}"),
            Missing = missing,
            Untold = scopes is null && _runs ? [GitHubApi.WriteActions] : [],
            NextStep = $"Make a token at https://github.com/settings/personal-access-tokens with '{GitHubApi.ReadDeployments}' and '{GitHubApi.WriteActions}' (classic: 'repo'), and put it where {_settings.Token} points to.",
            ExpiresAt = ExpiryOf(Header(repository, "github-authentication-token-expiration")),
            ServerTime = DateTimeOffset.TryParse(Header(repository, "Date"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null,
            LocalTime = now,
        };
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>The header's time: <c>2026-12-27 10:00:00 UTC</c>, or with an offset as <c>-0400</c>.</summary>
    public static DateTimeOffset? ExpiryOf(string? header) => header is not null && Expiry().Match(header) is { Success: true } match
        && DateTimeOffset.TryParseExact(
            $"{match.Groups["time"].Value} {(match.Groups["hours"].Success ? $"{match.Groups["hours"].Value}:{match.Groups["minutes"].Value}" : "+00:00")}",
            "yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
        ? at.ToUniversalTime()
        : null;

    private async Task<string?> ReadOneAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in _api.ListDeploymentsAsync(_environment, 1, cancellationToken))
        {
            break;
        }

        return null;
    }

    /// <summary>What is missing, or null.</summary>
    private static async Task<string?> TryAsync(string permission, bool isNeeded, Func<Task<string?>> read)
    {
        try
        {
            return isNeeded ? await read() : null;
        }
        catch (RollbackOpsException refused) when (refused.Id is ErrorId.PlatformForbidden or ErrorId.DeploymentNotFound)
        {
            return $"'{permission}'";
        }
    }

    private static string? Header(GitHubAnswer<WireRepository> answer, string name) => answer.Headers
        .FirstOrDefault(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    [GeneratedRegex(@"\A(?<time>[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}) (?:UTC|(?<hours>[+-][0-9]{2}):?(?<minutes>[0-9]{2}))\z")]
    private static partial Regex Expiry();
}
