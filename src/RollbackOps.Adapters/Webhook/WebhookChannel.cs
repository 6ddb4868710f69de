using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;
using RollbackOps.Notifications;

namespace RollbackOps.Adapters.Webhook;

/// <summary>A signed webhook: at least once; a repeat carries the same number and says that it is one.</summary>
internal sealed class WebhookChannel : INotificationChannel
{
    private readonly WebhookSettings _settings;
    private readonly ISecretSource _secrets;
    private readonly TimeProvider _clock;
    private readonly ChannelHttp _http;

    public WebhookChannel(
        string name, WebhookSettings settings, ISecretSource secrets, TimeProvider clock, HttpMessageHandler? handler = null)
    {
        Name = name;
        (_settings, _secrets, _clock) = (settings, secrets, clock);
        _http = new ChannelHttp(name, settings.Address.IsLoopback, clock, handler);
    }

    public string Name { get; }

    public ChannelKind Kind => ChannelKind.Webhook;

    // A path may be all that keeps others out.
    public string Place => $"webhook at {_settings.Address.GetLeftPart(UriPartial.Authority)}";

    public bool CanRing => _settings.Rings;

    public bool CanReadBack => false;

    public bool IsExactlyOnce => false;

    public Action<string>? Tell
    {
        set => _http.Tell = value;
    }

    public bool Takes(Notification notification) => true;

    public async Task<DeliveryReceipt> DeliverAsync(DeliveryOrder order, CancellationToken cancellationToken)
    {
        var secret = await ServiceHttp.TokenAsync(_secrets, _settings.Secret, cancellationToken);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in _settings.Headers)
        {
            headers[name] = await _secrets.ResolveAsync(value, cancellationToken);
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(
            new WebhookBody
            {
                Id = order.Notification.Id,
                Attempt = order.Attempt,
                IsRepeat = order.IsRepeat,
                Notification = order.Notification,
                StandsFor = order.StandsFor,
            },
            WebhookJson.Default.WebhookBody);
        var answer = await _http.SendAsync(
            "POST to the webhook",
            () =>
            {
                // Anew for each attempt: the time is part of it.
                var timestamp = _clock.GetUtcNow().ToUnixTimeSeconds();
                var request = new HttpRequestMessage(HttpMethod.Post, _settings.Address)
                {
                    Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
                };
                foreach (var (name, value) in headers)
                {
                    request.Headers.TryAddWithoutValidation(name, value);
                }

                request.Headers.TryAddWithoutValidation(WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
                request.Headers.TryAddWithoutValidation(WebhookSignature.SignatureHeader, WebhookSignature.Of(secret, timestamp, body));
                request.Headers.TryAddWithoutValidation("Idempotency-Key", order.Notification.Id);
                return request;
            },
            isSafe: false, cancellationToken);
        if (answer.IsSuccess && !answer.IsPage)
        {
            return new DeliveryReceipt();
        }

        throw answer.IsSuccess
            ? new DeliveryException($"{Name}: a web page answered, and not the webhook", "Look what answers at notifications.channels[].webhook.address.")
            {
                MayHaveArrived = true,
            }
            : new DeliveryException(
                _http.Failure(answer, "the webhook did not take it", string.Empty).Message,
                "Look at whatever listens there; Send-RollbackNotification delivers what is queued.")
            {
                MayHaveArrived = answer.Status >= HttpStatusCode.InternalServerError || answer.Status == HttpStatusCode.RequestTimeout,
                IsHopeless = answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity,
                RetryAfter = answer.RetryAfter,
            };
    }

    /// <summary>Any request may place a call there: it is connected to, and nothing is said.</summary>
    public async Task<ChannelTrial> TryAsync(CancellationToken cancellationToken)
    {
        await ServiceHttp.TokenAsync(_secrets, _settings.Secret, cancellationToken);
        foreach (var value in _settings.Headers.Values)
        {
            await _secrets.ResolveAsync(value, cancellationToken);
        }

        return new ChannelTrial { IsAccepted = null, Detail = await Reach.ConnectAsync(Name, _settings.Address, cancellationToken) };
    }

    public Task<NotificationAcknowledgement?> ReadAcknowledgementAsync(
        Notification notification, string? threadReference, DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<NotificationAcknowledgement?>(null);

    public void Dispose() => _http.Dispose();
}
