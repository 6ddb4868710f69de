using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RollbackOps.Notifications;

namespace RollbackOps.Adapters.Slack;

/// <summary>
/// A notification as Slack shows it: Block Kit within its limits, and always a fallback text. Whatever comes from elsewhere
/// stands in plain text, where no mark-up acts.
/// </summary>
internal static partial class SlackMessage
{
    /// <summary>The type of our metadata.</summary>
    public const string EventType = "rollbackops_notification";

    private const int MostBlocks = 50;
    private const int MostFields = 10;
    private const int LongestHeader = 150;
    private const int LongestSection = 3000;
    private const int LongestField = 2000;
    private const int LongestFallback = 3000;
    private const int MostTextBlocks = 4;

    /// <summary>Text, blocks and metadata of a message.</summary>
    public static JsonObject Of(DeliveryOrder order)
    {
        var notification = order.Notification;
        var blocks = new JsonArray();
        void Add(JsonObject block)
        {
            if (blocks.Count < MostBlocks - 1)
            {
                blocks.Add(block);
            }
        }

        Add(new JsonObject { ["type"] = "header", ["text"] = Plain($"{SignOf(notification)} {notification.Title}", LongestHeader) });
        var mentions = notification.Mentions.Where(mention => Mention().IsMatch(mention)).ToList();
        if (mentions.Count > 0)
        {
            Add(new JsonObject
            {
                ["type"] = "section",
                ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = string.Join(' ', mentions.Select(MarkUp)) },
            });
        }

        foreach (var fields in notification.Facts.Chunk(MostFields))
        {
            Add(new JsonObject
            {
                ["type"] = "section",
                ["fields"] = new JsonArray([.. fields.Select(fact => Plain($"{fact.Name}\n{fact.Value}", LongestField))]),
            });
        }

        foreach (var part in Parts(notification.Text))
        {
            Add(new JsonObject { ["type"] = "section", ["text"] = Plain(part, LongestSection) });
        }

        foreach (var overtaken in order.StandsFor)
        {
            Add(Context(string.Create(CultureInfo.InvariantCulture, $"Before that, {overtaken.At:HH:mm:ss} UTC: {overtaken.Title}")));
        }

        blocks.Add(Context(Foot(order)));
        var fallback = string.Join('\n', new[] { $"{SignOf(notification)} {notification.Title}" }
            .Concat(notification.Facts.Select(fact => $"{fact.Name}: {fact.Value}"))
            .Append(notification.Text ?? string.Empty)
            .Append(Foot(order))
            .Where(line => line.Length > 0));
        return new JsonObject
        {
            ["text"] = string.Concat(mentions.Select(mention => MarkUp(mention) + " ")) + SlackText.Escape(fallback, LongestFallback - 200),
            ["blocks"] = blocks,
            ["metadata"] = new JsonObject
            {
                ["event_type"] = EventType,
                ["event_payload"] = new JsonObject { ["id"] = notification.Id, ["thread"] = notification.Thread },
            },
            ["unfurl_links"] = false,
            ["unfurl_media"] = false,
        };
    }

    private static IEnumerable<string> Parts(string? text)
    {
        // Each part is escaped by itself, which makes it longer: a third is spare.
        for (var (at, part) = (0, 0); text is not null && at < text.Length && part < MostTextBlocks; part++)
        {
            var length = Math.Min(LongestSection * 2 / 3, text.Length - at);
            length -= at + length < text.Length && char.IsHighSurrogate(text[at + length - 1]) ? 1 : 0;
            yield return text.Substring(at, length);
            at += length;
        }
    }

    private static string Foot(DeliveryOrder order) =>
        string.Create(CultureInfo.InvariantCulture, $"{order.Notification.Project}/{order.Notification.Environment} · {order.Notification.At:yyyy-MM-dd HH:mm:ss} UTC · message {order.Notification.Id}")
        + (order.IsRepeat ? $" · repeat {order.Attempt}: it may be here already" : string.Empty);

    private static JsonObject Context(string text) => new()
    {
        ["type"] = "context",
        ["elements"] = new JsonArray(Plain(text, LongestField)),
    };

    private static JsonObject Plain(string text, int longest) => new()
    {
        ["type"] = "plain_text",
        ["text"] = SlackText.Escape(text.Length == 0 ? "-" : text, longest),
        ["emoji"] = false,
    };

    private static string SignOf(Notification notification) => notification.Severity switch
    {
        NotificationSeverity.Critical => "[CRITICAL]",
        NotificationSeverity.Error => "[ERROR]",
        NotificationSeverity.Warning => "[WARNING]",
        _ => "[INFO]",
    };

    private static string MarkUp(string mention) => mention is "here" or "channel" ? $"<!{mention}>"
        : mention.StartsWith('S') ? $"<!subteam^{mention}>" : $"<@{mention}>";

    [GeneratedRegex("^(?:[UWS][A-Z0-9]{2,20}|here|channel)$", RegexOptions.CultureInvariant)]
    private static partial Regex Mention();
}
