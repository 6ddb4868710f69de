using System.Text.Json.Nodes;
using RollbackOps.Notifications;

namespace RollbackOps.Adapters.Tests.Notifications;

/// <summary>That somebody acknowledged in Slack is seen there: by a reaction, or by a reply of a person.</summary>
public sealed class SlackAcknowledgementTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Person_WhoReactsOrReplies_HasAcknowledged(bool reacts)
    {
        await using var world = (await PeopleWorld.StartAsync()).With("slack");
        var since = DateTimeOffset.UtcNow.AddSeconds(-1);
        var message = world.Say("Down", NotificationSeverity.Critical, thread: "roll-1");
        await world.DeliverAsync();
        using var notifier = world.Open();
        var reference = notifier.ReferenceOf("roll-1", "slack");
        Assert.NotNull(reference);
        Assert.Null(await ReadAsync());
        var root = world.Server.Messages[0];
        if (reacts)
        {
            // The bot's own does not count.
            root["reactions"] = new JsonArray(new JsonObject { ["name"] = "eyes", ["users"] = new JsonArray("UBOT") });
            Assert.Null(await ReadAsync());
            root["reactions"]![0]!["users"]!.AsArray().Add("UANN");
        }
        else
        {
            world.Server.Messages.Add(new JsonObject { ["ts"] = $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1}.000009", ["thread_ts"] = (string?)root["ts"], ["user"] = "UANN", ["text"] = "on it" });
        }

        var acknowledged = await ReadAsync();

        Assert.Equal("UANN", acknowledged?.By);
        Assert.Contains(reacts ? "reaction :eyes:" : "reply", acknowledged!.How, StringComparison.Ordinal);

        Task<NotificationAcknowledgement?> ReadAsync() =>
            notifier.Channels[0].ReadAcknowledgementAsync(message, reference, since, CancellationToken.None);
    }
}
