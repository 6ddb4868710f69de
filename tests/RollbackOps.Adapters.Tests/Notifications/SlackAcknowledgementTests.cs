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

    [Fact]
    public async Task Call_InTheThreadOfARollback_StandsInTheChannelAndIsWhatPeopleReactTo()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("slack");
        world.Say("Rolled back, and it does not help", thread: "roll-1");
        await world.DeliverAsync();
        var root = world.Server.Messages[0];
        var before = (string)root["text"]!;
        // Somebody has looked at the rollback long ago.
        world.Server.Change(_ => root["reactions"] = new JsonArray(new JsonObject { ["name"] = "eyes", ["users"] = new JsonArray("UBOB") }));
        root["ts"] = "1000000000.000001";
        using var notifier = world.Open();
        notifier.Remember("roll-1", "slack", "C1/1000000000.000001");
        var since = DateTimeOffset.UtcNow.AddSeconds(-2);
        var call = notifier.Composer.New("J7", "roll-1", "shop", "production", DateTimeOffset.UtcNow, NotificationKind.Call, "P1: down", [])
            with
        { Signal = NotificationSignal.Alert, Call = 1 };
        notifier.Add(call);
        Assert.Equal(NotificationStatus.Delivered, Assert.Single(await notifier.DeliverAsync(CancellationToken.None, CancellationToken.None)).Status);

        var posted = world.Server.Messages[^1];
        Assert.Equal(("1000000000.000001", true), ((string?)posted["thread_ts"], (bool?)posted["reply_broadcast"]));
        Assert.Equal(before, (string?)root["text"]);
        Assert.Null(await ReadAsync());
        world.Server.Change(_ => posted["reactions"] = new JsonArray(new JsonObject { ["name"] = "eyes", ["users"] = new JsonArray("UANN") }));
        Assert.Equal("UANN", (await ReadAsync())?.By);

        Task<NotificationAcknowledgement?> ReadAsync() =>
            notifier.Channels[0].ReadAcknowledgementAsync(call, notifier.ReferenceOf("roll-1", "slack"), since, CancellationToken.None);
    }
}
