using System.Text.Json.Nodes;
using RollbackOps.Adapters.Slack;
using RollbackOps.Notifications;

namespace RollbackOps.Adapters.Tests.Notifications;

/// <summary>What Slack is shown: within Block Kit's limits, and nothing from elsewhere acts.</summary>
public sealed class SlackMessageTests
{
    private static readonly JsonObject s_hostile = SlackMessage.Of(new DeliveryOrder
    {
        Notification = Hostile.Notification,
        StandsFor = [.. Enumerable.Repeat(Hostile.Notification, 60)],
        Attempt = 3,
        IsRepeat = true,
    });

    [Fact]
    public void Message_OfHugeText_StaysWithinTheLimits()
    {
        var blocks = s_hostile["blocks"]!.AsArray();

        Assert.InRange(blocks.Count, 2, 50);
        Assert.InRange(((string)s_hostile["text"]!).Length, 1, 4000);
        foreach (var block in blocks)
        {
            switch ((string?)block!["type"])
            {
                case "header":
                    Assert.InRange(((string)block["text"]!["text"]!).Length, 1, 150);
                    Assert.Equal("plain_text", (string?)block["text"]!["type"]);
                    break;
                case "section" when block["fields"] is JsonArray fields:
                    Assert.InRange(fields.Count, 1, 10);
                    Assert.All(fields, field => Assert.InRange(((string)field!["text"]!).Length, 1, 2000));
                    break;
                case "section":
                    Assert.InRange(((string)block["text"]!["text"]!).Length, 1, 3000);
                    break;
                default:
                    Assert.Equal("context", (string?)block["type"]);
                    Assert.InRange(block["elements"]!.AsArray().Count, 1, 10);
                    break;
            }
        }
    }

    [Fact]
    public void Message_OfHostileText_HasNoMarkUpButOurMentions()
    {
        var texts = Texts(s_hostile).ToList();

        // What is mrkdwn is ours alone.
        Assert.Equal(["<@U0123> <!here>"], texts.Where(text => text.Kind == "mrkdwn").Select(text => text.Text));
        Assert.All(texts.Where(text => text.Kind != "mrkdwn"), text =>
        {
            Assert.DoesNotContain('<', text.Text.Replace("<@U0123> <!here> ", string.Empty, StringComparison.Ordinal));
            Assert.DoesNotContain('\u001b', text.Text);
            Assert.DoesNotContain('\u202e', text.Text);
        });
        Assert.Contains("&lt;!channel&gt;", (string?)s_hostile["text"], StringComparison.Ordinal);
        Assert.Contains("repeat 3", texts[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Message_Escaped_IsNeverCutInsideAnEscape()
    {
        for (var longest = 5; longest < 40; longest++)
        {
            var text = SlackText.Escape("a&b<c>d&&&&&&&&&&&&", longest);

            Assert.InRange(text.Length, 1, longest);
            Assert.Matches(@"\A(?:[^&<>]|&amp;|&lt;|&gt;)*\z", text);
        }
    }

    private static IEnumerable<(string Kind, string Text)> Texts(JsonObject message)
    {
        yield return ("text", (string)message["text"]!);
        foreach (var text in message["blocks"]!.AsArray().SelectMany(block => new[] { block!["text"] }
            .Concat(block["fields"]?.AsArray() ?? []).Concat(block["elements"]?.AsArray() ?? [])).OfType<JsonObject>())
        {
            yield return ((string)text["type"]!, (string)text["text"]!);
        }
    }
}
