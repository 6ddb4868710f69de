using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RollbackOps.Adapters.Resilience;
using RollbackOps.Configuration;
using RollbackOps.Notifications;

namespace RollbackOps.Adapters.PagerDuty;

/// <summary>
/// PagerDuty: a change event for each outcome, and an incident for what somebody has to look at, whose trigger, acknowledge and
/// resolve share a key, so that however often they are sent there is one. Change events have no key: a repeat says that it is one.
/// </summary>
internal sealed class PagerDutyChannel : INotificationChannel
{
    private const string Json = "application/json";
    private const int KeyLength = 32;

    private readonly PagerDutySettings _settings;
    private readonly ISecretSource _secrets;
    private readonly ChannelHttp _events;
    private readonly ChannelHttp _api;

    public PagerDutyChannel(
        string name, PagerDutySettings settings, ISecretSource secrets, TimeProvider clock, HttpMessageHandler? handler = null)
    {
        Name = name;
        (_settings, _secrets) = (settings, secrets);
        _events = new ChannelHttp(name, settings.Events.IsLoopback, clock, handler);
        _api = new ChannelHttp(name, settings.Api.IsLoopback, clock, handler);
    }

    public string Name { get; }

    public ChannelKind Kind => ChannelKind.PagerDuty;

    public string Place => $"PagerDuty at {_settings.Events.Host}";

    public bool CanRing => true;

    public bool CanReadBack => _settings.Token is not null;

    public bool IsExactlyOnce => true;

    public Action<string>? Tell
    {
        set
        {
            _events.Tell = value;
            _api.Tell = value;
        }
    }

    /// <summary>A pager is told what changed and what to look at; progress, refusals, verdicts and reports are for other channels.</summary>
    public bool Takes(Notification notification) => notification.Signal != NotificationSignal.Inform
        || notification.Kind is NotificationKind.Outcome or NotificationKind.Message;

    public async Task<DeliveryReceipt> DeliverAsync(DeliveryOrder order, CancellationToken cancellationToken)
    {
        var routingKey = await ServiceHttp.TokenAsync(_secrets, _settings.RoutingKey, cancellationToken);
        var notification = order.Notification;
        if (notification.Kind is NotificationKind.Outcome || notification.Signal == NotificationSignal.Inform)
        {
            await SendAsync("v2/change/enqueue", PagerDutyEvent.Change(order, routingKey), isSafe: false, cancellationToken);
        }

        var action = notification.Signal switch
        {
            NotificationSignal.Alert => "trigger",
            NotificationSignal.Acknowledge => "acknowledge",
            // Of an incident that nobody opened there is nothing to resolve.
            NotificationSignal.Resolve when order.ThreadReference is not null || order.MayHaveThread || notification.Kind != NotificationKind.Outcome => "resolve",
            _ => null,
        };
        if (action is null)
        {
            return new DeliveryReceipt();
        }

        await SendAsync("v2/enqueue", PagerDutyEvent.Alert(order, action, routingKey), isSafe: true, cancellationToken);
        return new DeliveryReceipt { ThreadReference = PagerDutyEvent.KeyOf(notification) };
    }

    /// <summary>The Events API takes nothing without ringing: it is reached for, the key is looked at, the REST token is tried.</summary>
    public async Task<ChannelTrial> TryAsync(CancellationToken cancellationToken)
    {
        var routingKey = await ServiceHttp.TokenAsync(_secrets, _settings.RoutingKey, cancellationToken);
        if (routingKey.Length != KeyLength || !routingKey.All(char.IsAsciiLetterOrDigit))
        {
            return new ChannelTrial
            {
                IsAccepted = false,
                Detail = $"what {_settings.RoutingKey} holds is no routing key: those are {KeyLength} letters and digits",
                NextStep = "Copy the integration key of the service's Events API v2 integration there.",
            };
        }

        var reached = await Reach.ConnectAsync(Name, _settings.Events, cancellationToken);
        if (_settings.Token is { } reference && (await GetAsync(reference, "incidents?limit=1", cancellationToken)) is { IsSuccess: false } refused)
        {
            return new ChannelTrial
            {
                IsAccepted = false,
                Detail = $"PagerDuty's REST API answered {(int)refused.Status}: who acknowledged cannot be seen",
                NextStep = $"Look at the token behind {reference}: it needs to read incidents.",
            };
        }

        return new ChannelTrial { IsAccepted = null, Detail = $"{reached}; the routing key has the right form{(_settings.Token is null ? "" : ", and incidents can be read")}" };
    }

    public async Task<NotificationAcknowledgement?> ReadAcknowledgementAsync(
        Notification notification, string? threadReference, DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (_settings.Token is not { } reference)
        {
            return null;
        }

        var key = Uri.EscapeDataString(PagerDutyEvent.KeyOf(notification));
        var answer = await GetAsync(reference, $"incidents?incident_key={key}&include%5B%5D=acknowledgers&limit=5", cancellationToken);
        if (!answer.IsSuccess || Parse(answer)?["incidents"] is not JsonArray incidents)
        {
            throw _api.Failure(answer, "the incidents cannot be read", $"Look at the token behind {reference}: it needs to read incidents.");
        }

        return incidents.OfType<JsonObject>().Select(incident => Acknowledged(incident, since)).FirstOrDefault(one => one is not null);
    }

    public void Dispose()
    {
        _events.Dispose();
        _api.Dispose();
    }

    private static NotificationAcknowledgement? Acknowledged(JsonObject incident, DateTimeOffset since)
    {
        var status = Text(incident["status"]);
        foreach (var one in incident["acknowledgements"] is JsonArray list ? list.OfType<JsonObject>() : [])
        {
            var at = DateTimeOffset.TryParse(Text(one["at"]), System.Globalization.CultureInfo.InvariantCulture, out var time) ? time : (DateTimeOffset?)null;
            if (at is null || at >= since)
            {
                return new NotificationAcknowledgement(
                    Inert.Line(Text(one["acknowledger"]?["summary"]) ?? "somebody"), at, "acknowledged in PagerDuty");
            }
        }

        return status is "acknowledged" or "resolved"
            ? new NotificationAcknowledgement(Inert.Line(Text(incident["last_status_change_by"]?["summary"]) ?? "somebody"), null, $"{status} in PagerDuty")
            : null;
    }

    private async Task<ChannelAnswer> GetAsync(string reference, string path, CancellationToken cancellationToken)
    {
        var token = await ServiceHttp.TokenAsync(_secrets, reference, cancellationToken);
        return await _api.SendAsync(
            "GET incidents",
            () => new HttpRequestMessage(HttpMethod.Get, new Uri($"{_settings.Api.AbsoluteUri.TrimEnd('/')}/{path}"))
            {
                Headers = { Authorization = new AuthenticationHeaderValue("Token", $"token={token}"), Accept = { new MediaTypeWithQualityHeaderValue("application/vnd.pagerduty+json") { Parameters = { new NameValueHeaderValue("version", "2") } } } },
            },
            isSafe: true, cancellationToken);
    }

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    private static JsonNode? Parse(ChannelAnswer answer)
    {
        try
        {
            return answer.IsPage ? null : JsonNode.Parse(answer.Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <exception cref="DeliveryException">It was not accepted.</exception>
    private async Task SendAsync(string path, JsonObject made, bool isSafe, CancellationToken cancellationToken)
    {
        var bytes = PagerDutyEvent.ToBytes(made);
        var answer = await _events.SendAsync(
            $"POST /{path}",
            () => new HttpRequestMessage(HttpMethod.Post, new Uri($"{_settings.Events.AbsoluteUri.TrimEnd('/')}/{path}"))
            {
                Content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(Json) } },
            },
            isSafe, cancellationToken);
        if (answer.IsSuccess)
        {
            // A page that answers 200 on the way to it is no acceptance.
            if (Text((Parse(answer) as JsonObject)?["status"]) == "success")
            {
                return;
            }

            throw new DeliveryException($"{Name}: /{path}: the answer is none of PagerDuty's",
                "Look what answers at notifications.channels[].pagerDuty.events.")
            {
                MayHaveArrived = true,
            };
        }

        var errors = (Parse(answer) as JsonObject)?["errors"] is JsonArray list ? string.Join("; ", list.Select(Text)) : Encoding.UTF8.GetString(answer.Body.AsSpan(0, Math.Min(200, answer.Body.Length)));
        var failure = _events.Failure(answer, Inert.Line(errors), answer.Status == HttpStatusCode.BadRequest
            ? $"Look at the routing key behind {_settings.RoutingKey}; PagerDuty will never take this event as it is."
            : "Send-RollbackNotification delivers what is queued.");
        // The API's own rule: a 400 is never sent again as it was.
        throw answer.Status == HttpStatusCode.BadRequest
            ? new DeliveryException(failure.Message, failure.NextStep) { IsHopeless = true }
            : failure;
    }
}
