using RollbackOps.Configuration;
using RollbackOps.Readiness;

namespace RollbackOps.Adapters.Vercel;

/// <summary>
/// What the token may on Vercel: whether it reaches the project, the member's role in the team, and until when it holds.
/// </summary>
internal sealed class VercelAccess : IServiceAccess
{
    // The roles of https://vercel.com/docs/rbac/access-roles that may look and change nothing.
    private static readonly string[] s_lookers = ["VIEWER", "VIEWER_FOR_PLUS", "BILLING", "GUEST"];
    private static readonly string[] s_doers = ["OWNER", "MEMBER", "DEVELOPER"];

    private readonly VercelSettings _settings;
    private readonly VercelClient _client;
    private readonly VercelApi _api;
    private readonly string _project;
    private readonly TimeProvider _clock;

    public VercelAccess(RollbackSettings settings, ISecretSource secrets, TimeProvider clock, HttpMessageHandler? handler = null)
    {
        _settings = settings.Platform.Vercel ?? new VercelSettings();
        _project = _settings.Project ?? settings.Project;
        _clock = clock;
        _client = new VercelClient(_settings, secrets, clock, handler);
        _api = new VercelApi(_client, _settings, settings.Project);
    }

    public string Name => "vercel";

    public string Place => $"Vercel ({_settings.Api.Host})";

    public async Task<ServiceReading> ReadAsync(CancellationToken cancellationToken)
    {
        await using var sideBySide = new SideBySide(cancellationToken);
        var asking = sideBySide.Begin(FindTokenAsync);
        var membership = sideBySide.Begin(FindRoleAsync);
        var (_, at) = await _api.ReadProjectAsync(cancellationToken);
        var now = _clock.GetUtcNow();
        var (token, role) = (await asking, (await membership)?.ToUpperInvariant());
        var isLooker = role is not null && s_lookers.Contains(role);
        var isTold = role is null ? _settings.Team is null : isLooker || s_doers.Contains(role);
        return new ServiceReading
        {
            Detail = $"the token{(token?.Name is { } name ? $" '{Inert.Line(name)}'" : "")} reaches the project '{_project}' in "
                + (_settings.Team is null ? "the personal scope" : $"the team '{_settings.Team}'{(role is null ? "" : $" as {Inert.Line(role)}")}"),
            Missing = isLooker ? [$"a role that may roll back, and not {role}"] : [],
            Untold = isTold ? [] : ["whether its member may roll back"],
            NextStep = $"Make a token at https://vercel.com/account/tokens for a member who may deploy to production, and put it where {_settings.Token} points to.",
            ExpiresAt = token?.ExpiresAt is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null,
            ServerTime = at,
            LocalTime = now,
        };
    }

    public void Dispose() => _client.Dispose();

    /// <summary>What the API says of the token itself; null where it does not say: that the token works counts.</summary>
    private async Task<WireToken?> FindTokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _client.GetAsync("/v5/user/tokens/current", json => json.WireTokenAnswer, cancellationToken)).Token;
        }
        catch (RollbackOpsException untold) when (untold.Id is not (ErrorId.PlatformUnauthorized or ErrorId.SecretUnavailable))
        {
            return null;
        }
    }

    private async Task<string?> FindRoleAsync(CancellationToken cancellationToken)
    {
        if (_settings.Team is null)
        {
            return null;
        }

        try
        {
            return (await _client.GetAsync(
                $"/v2/teams/{Uri.EscapeDataString(_settings.Team)}", json => json.WireTeam, cancellationToken)).Membership?.Role;
        }
        catch (RollbackOpsException untold) when (untold.Id is not (ErrorId.PlatformUnauthorized or ErrorId.SecretUnavailable))
        {
            return null;
        }
    }
}
