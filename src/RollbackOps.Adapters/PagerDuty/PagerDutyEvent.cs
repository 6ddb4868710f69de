using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using RollbackOps.Notifications;

namespace RollbackOps.Adapters.PagerDuty;

/// <summary>A notification as events of the Events API v2, within its limits.</summary>
internal static class PagerDutyEvent
{
    /// <summary>What the API takes at most, in bytes.</summary>
    public const int MostBytes = 512 * 1024;

    private const int LongestKey = 255;
    private const int LongestSummary = 1024;
    private const int LongestDetail = 4000;

    private static readonly JsonSerializerOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The key that trigger, acknowledge and resolve of one thread share. Each call has its own: under a key that is open already
    /// nothing rings a second time.
    /// </summary>
    public static string KeyOf(Notification notification)
    {
        var key = $"rollbackops/{notification.Project}/{notification.Environment}/{notification.Thread}"
            + (notification.Call is { } call ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/call-{call}") : string.Empty);
        return key.Length <= LongestKey ? key
            : "rollbackops/" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key))).ToLowerInvariant();
    }

    /// <summary>What an alert does with the thread's incident: trigger, acknowledge or resolve.</summary>
    public static JsonObject Alert(DeliveryOrder order, string action, string routingKey)
    {
        var notification = order.Notification;
        var made = new JsonObject
        {
            ["routing_key"] = routingKey,
            ["event_action"] = action,
            ["dedup_key"] = KeyOf(notification),
        };
        if (action == "trigger")
        {
            made["payload"] = new JsonObject
            {
                ["summary"] = Cut(notification.Title, LongestSummary),
                ["source"] = Cut($"{notification.Project}/{notification.Environment}", LongestSummary),
                ["severity"] = notification.Severity.ToString().ToLowerInvariant(),
                ["timestamp"] = notification.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture),
                ["component"] = notification.Project,
                ["group"] = notification.Environment,
                ["class"] = notification.Kind.ToString(),
                ["custom_details"] = DetailsOf(order),
            };
            made["client"] = "RollbackOps";
        }

        return Fitted(made);
    }

    /// <summary>A change: it stands in the service's timeline, and never pages.</summary>
    public static JsonObject Change(DeliveryOrder order, string routingKey) => Fitted(new JsonObject
    {
        ["routing_key"] = routingKey,
        ["payload"] = new JsonObject
        {
            ["summary"] = Cut(order.Notification.Title, LongestSummary),
            ["timestamp"] = order.Notification.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture),
            ["source"] = Cut($"{order.Notification.Project}/{order.Notification.Environment}", LongestSummary),
            ["custom_details"] = DetailsOf(order),
        },
    });

    /// <summary>The bytes that are sent.</summary>
    public static byte[] ToBytes(JsonObject made) => JsonSerializer.SerializeToUtf8Bytes(made, s_compact);

    private static JsonObject DetailsOf(DeliveryOrder order)
    {
        var details = new JsonObject { ["message"] = order.Notification.Id };
        if (order.IsRepeat)
        {
            // The API drops a second trigger by its key; a change event it does not.
            details["repeat"] = order.Attempt;
        }

        foreach (var fact in order.Notification.Facts)
        {
            details[fact.Name] = Cut(fact.Value, LongestDetail);
        }

        if (order.Notification.Text is { } text)
        {
            details["Text"] = Cut(text, LongestDetail);
        }

        if (order.StandsFor.Count > 0)
        {
            details["Before that"] = Cut(string.Join("; ", order.StandsFor.Select(one => $"{one.At:u} {one.Title}")), LongestDetail);
        }

        return details;
    }

    private static JsonObject Fitted(JsonObject made)
    {
        if (ToBytes(made).Length > MostBytes)
        {
            made["payload"]!["custom_details"] = new JsonObject { ["message"] = made["payload"]!["custom_details"]!["message"]!.GetValue<string>(), ["cut"] = "the details were longer than PagerDuty takes" };
        }

        return made;
    }

    private static string Cut(string text, int longest) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 2]) ? longest - 2 : longest - 1)] + "…";
}
