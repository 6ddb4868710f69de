using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;
using RollbackOps.Notifications;

namespace RollbackOps.Adapters.Slack;

/// <summary>Slack's Web API, which answers 200 to most failures: what counts is its <c>ok</c>.</summary>
internal sealed class SlackApi : IDisposable
{
    // From the API's own lists of errors: who we are, where to, and what a message may never be.
    private static readonly string[] s_identity =
        ["invalid_auth", "not_authed", "token_expired", "token_revoked", "account_inactive", "org_login_required", "no_permission", "missing_scope", "not_allowed_token_type", "access_denied"];

    private static readonly string[] s_place =
        ["channel_not_found", "not_in_channel", "is_archived", "channel_is_archived", "restricted_action", "messages_tab_disabled", "ekm_access_denied"];

    private static readonly string[] s_hopeless =
        ["invalid_blocks", "invalid_blocks_format", "msg_too_long", "no_text", "invalid_payload", "invalid_metadata_format", "metadata_too_large", "too_many_attachments", "invalid_arguments", "invalid_json", "json_not_object"];

    private static readonly string[] s_unsure = ["internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"];

    private readonly string _name;
    private readonly Uri _api;
    private readonly string _token;
    private readonly ISecretSource _secrets;
    private readonly ChannelHttp _http;

    public SlackApi(string name, Uri api, string token, ISecretSource secrets, TimeProvider clock, HttpMessageHandler? handler)
    {
        (_name, _api, _token, _secrets) = (name, api, token, secrets);
        _http = new ChannelHttp(name, api.IsLoopback, clock, handler);
    }

    public Action<string>? Tell
    {
        set => _http.Tell = value;
    }

    /// <summary>Calls a method with a JSON body.</summary>
    /// <exception cref="DeliveryException">It failed.</exception>
    public Task<SlackAnswer> PostAsync(string method, JsonObject body, bool isSafe, CancellationToken cancellationToken)
    {
        var json = body.ToJsonString();
        return CallAsync(method, () => new StringContent(json, Encoding.UTF8, "application/json"), isSafe, cancellationToken);
    }

    /// <summary>Calls a method that only reads; those take a form.</summary>
    /// <exception cref="DeliveryException">It failed.</exception>
    public Task<SlackAnswer> ReadAsync(string method, IReadOnlyDictionary<string, string> form, CancellationToken cancellationToken) =>
        CallAsync(method, () => new FormUrlEncodedContent(form), isSafe: true, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<SlackAnswer> CallAsync(string method, Func<HttpContent> content, bool isSafe, CancellationToken cancellationToken)
    {
        var token = await ServiceHttp.TokenAsync(_secrets, _token, cancellationToken);
        var answer = await _http.SendAsync(
            method,
            () => new HttpRequestMessage(HttpMethod.Post, new Uri($"{_api.AbsoluteUri.TrimEnd('/')}/{method}"))
            {
                Content = content(),
                Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
            },
            isSafe, cancellationToken);
        var read = Parse(answer);
        if (answer.IsSuccess && read is { Ok: true })
        {
            return read with { Scopes = answer.Scopes?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) };
        }

        throw Failure(method, answer, read);
    }

    private static SlackAnswer? Parse(ChannelAnswer answer)
    {
        try
        {
            return answer.IsPage ? null : JsonSerializer.Deserialize(answer.Body, SlackJson.Default.SlackAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private DeliveryException Failure(string method, ChannelAnswer answer, SlackAnswer? read)
    {
        var error = Inert.Line(read?.Error ?? string.Empty);
        if (read?.Ok is not false || error.Length == 0)
        {
            return answer.IsSuccess
                ? new DeliveryException($"{_name}: {method}: the answer is none of Slack's", "Look what answers at the configured address: notifications.channels[].slack.api.")
                {
                    MayHaveArrived = true,
                }
                : _http.Failure(answer, $"{method} failed", "Slack may be down: status.slack.com. Send-RollbackNotification delivers what is queued.");
        }

        var nextStep = s_identity.Contains(error) ? $"Look at the token behind {_token} and its scopes (chat:write, channels:history)."
            : s_place.Contains(error) ? "Invite the bot to the channel, or correct notifications.channels[].slack.channel."
            : "Look at Slack's description of that error; Send-RollbackNotification delivers what is queued.";
        // The method behind it: what follows "auth.test:" would be taken for a secret and masked.
        return new DeliveryException($"{_name}: {error} ({method})", nextStep)
        {
            Code = error,
            IsHopeless = s_hopeless.Contains(error),
            MayHaveArrived = s_unsure.Contains(error) || answer.Status >= HttpStatusCode.InternalServerError,
            RetryAfter = answer.RetryAfter,
        };
    }
}
