using System.Text;
using System.Text.Json.Nodes;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;
using RollbackOps.Notifications;

namespace RollbackOps.Adapters.Slack;

/// <summary>A Slack incoming webhook: one way, so that a message is there at least once, and a repeat says that it is one.</summary>
internal sealed class SlackWebhookChannel : INotificationChannel
{
    // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
    private static readonly string[] s_alive = ["no_text", "invalid_payload", "missing_text_or_fallback_or_attachments"];

    private readonly SlackSettings _settings;
    private readonly ISecretSource _secrets;
    private readonly TimeProvider _clock;
    private readonly HttpMessageHandler? _handler;
    private ChannelHttp? _http;
    private Action<string>? _tell;

    public SlackWebhookChannel(
        string name, SlackSettings settings, ISecretSource secrets, TimeProvider clock, HttpMessageHandler? handler = null)
    {
        Name = name;
        (_settings, _secrets, _clock, _handler) = (settings, secrets, clock, handler);
    }

    public string Name { get; }

    public ChannelKind Kind => ChannelKind.SlackWebhook;

    public string Place => $"Slack webhook of {_settings.Webhook}";

    public bool CanRing => false;

    public bool CanReadBack => false;

    public bool IsExactlyOnce => false;

    public Action<string>? Tell
    {
        set
        {
            _tell = value;
            if (_http is not null)
            {
                _http.Tell = value;
            }
        }
    }

    public bool Takes(Notification notification) => true;

    public async Task<DeliveryReceipt> DeliverAsync(DeliveryOrder order, CancellationToken cancellationToken)
    {
        var address = await AddressAsync(cancellationToken);
        _http ??= new ChannelHttp(Name, address.IsLoopback, _clock, _handler) { Tell = _tell };
        var message = SlackMessage.Of(order);
        // A webhook knows none of these.
        message.Remove("metadata");
        var json = message.ToJsonString();
        var answer = await _http.SendAsync(
            "POST to the webhook",
            () => new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(json, Encoding.UTF8, "application/json") },
            isSafe: false, cancellationToken);
        var said = Encoding.UTF8.GetString(answer.Body.AsSpan(0, Math.Min(answer.Body.Length, 100))).Trim();
        if (answer.IsSuccess && !answer.IsPage && (said == "ok" || IsOk(said)))
        {
            return new DeliveryReceipt();
        }

        if (answer.IsSuccess)
        {
            throw new DeliveryException($"{Name}: the answer is none of Slack's", $"Look at the address behind {_settings.Webhook}.")
            {
                MayHaveArrived = true,
            };
        }

        var failure = _http.Failure(answer, Inert.Line(said), (int)answer.Status is 403 or 404 or 410
            ? $"Make a new webhook and put its address behind {_settings.Webhook}."
            : "Send-RollbackNotification delivers what is queued.");
        // Slack's words for a message that it will never take.
        throw said is "invalid_payload" or "invalid_blocks" or "no_text" or "too_many_attachments" or "invalid_blocks_format"
            ? new DeliveryException(failure.Message, "Tell us: the message breaks one of Slack's limits.") { IsHopeless = true }
            : failure;
    }

    /// <summary>An empty message is turned down by a webhook that is there, and nothing is posted.</summary>
    public async Task<ChannelTrial> TryAsync(CancellationToken cancellationToken)
    {
        var address = await AddressAsync(cancellationToken);
        _http ??= new ChannelHttp(Name, address.IsLoopback, _clock, _handler) { Tell = _tell };
        var answer = await _http.SendAsync(
            "an empty POST to the webhook",
            () => new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent("{}", Encoding.UTF8, "application/json") },
            isSafe: true, cancellationToken);
        var said = Inert.Line(Encoding.UTF8.GetString(answer.Body.AsSpan(0, Math.Min(answer.Body.Length, 100))).Trim());
        return (int)answer.Status switch
        {
            400 when s_alive.Contains(said) => new ChannelTrial { IsAccepted = true, Detail = $"the webhook is there: it turned an empty message down ({said})" },
            >= 200 and < 300 => new ChannelTrial { IsAccepted = null, Detail = "what answers took an empty message, which Slack does not" },
            _ => new ChannelTrial
            {
                IsAccepted = false,
                Detail = $"the webhook answered {(int)answer.Status}{(said.Length > 0 ? $" ({said})" : "")} to an empty message",
                NextStep = $"Make a new webhook and put its address behind {_settings.Webhook}.",
            },
        };
    }

    public Task<NotificationAcknowledgement?> ReadAcknowledgementAsync(
        Notification notification, string? threadReference, DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<NotificationAcknowledgement?>(null);

    public void Dispose() => _http?.Dispose();

    private static bool IsOk(string said)
    {
        try
        {
            return JsonNode.Parse(said) is JsonObject answer && answer["ok"]?.GetValueKind() == System.Text.Json.JsonValueKind.True;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    /// <summary>The address is a secret as a whole: what is wrong with it is told without it (S40).</summary>
    private async Task<Uri> AddressAsync(CancellationToken cancellationToken)
    {
        var text = await ServiceHttp.TokenAsync(_secrets, _settings.Webhook!, cancellationToken);
        return Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            ? address
            : throw new RollbackOpsException(ErrorId.SecretUnavailable,
                $"What {_settings.Webhook} holds is no address of a webhook: it has to begin with https:// (http:// only on this machine).",
                "Copy the address from the Slack app's page 'Incoming Webhooks' there.", _settings.Webhook);
    }
}
