using System.Collections.Concurrent;
using System.Text;
using RollbackOps.Adapters.Webhook;
using RollbackOps.Notifications;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Notifications;

/// <summary>What becomes of messages on their way to people.</summary>
public sealed class DeliveryTests
{
    [Fact]
    public async Task Rollback_ToldInTheEnd_IsOneSummaryInEachChannel()
    {
        await using var world = await PeopleWorld.StartAsync();
        var rollback = await world.RollBackAsync();

        var results = await world.DeliverAsync();

        Assert.All(results, result => Assert.True(result.Status == NotificationStatus.Delivered, $"{result}: {result.Message}"));
        Assert.Equal(RollbackStatus.IdentityUnproven, rollback.Status);
        var root = Assert.Single(world.Server.Messages);
        Assert.Contains("Before that", root.ToJsonString(), StringComparison.Ordinal);
        Assert.Single(world.Server.To("/slack-webhook"));
        Assert.Single(world.Server.To("/hook"));
        Assert.Single(world.Server.To("/v2/change/enqueue"));
        Assert.DoesNotContain(world.Outbox.List(), name => name.EndsWith(".message.json", StringComparison.Ordinal));
        // Once more, in another process: nothing is told twice.
        await world.DeliverAsync();
        Assert.Single(world.Server.Messages);
        Assert.Single(world.Server.To("/hook"));
    }

    [Fact]
    public async Task Rollback_ToldWhileItGoesOn_IsAThreadUnderOneMessage()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("slack");
        await using (var pump = new NotificationPump(world.Open(), world.Context, world.Told.Add))
        {
            pump.Start();
            var begun = new TaskCompletionSource();
            world.Server.After = (_, seen) =>
            {
                begun.TrySetResult();
                return Task.FromResult(false);
            };
            var recorder = new AttemptRecorder(world.Context);
            recorder.Record(RollbackStatus.Refused, ErrorId.NoEligibleTarget, "None is eligible.", "why", null, null);
            await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
            var result = Assert.Single(await pump.EndAsync(CancellationToken.None));
            Assert.Empty(result.Queued);
        }

        Assert.Contains("Refused", Assert.Single(world.Server.Messages).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slack_LaterMessagesOfAThread_AreRepliesAndUpdateItsFirst()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("slack");
        using (var notifier = world.Open())
        {
            foreach (var title in new[] { "Started", "Resuming", "Succeeded" })
            {
                notifier.Add(notifier.Composer.New(notifier.NewId(), "roll-1", "shop", "production", DateTimeOffset.UtcNow,
                    title == "Succeeded" ? NotificationKind.Outcome : NotificationKind.Progress, title, []));
                await notifier.DeliverAsync(CancellationToken.None, CancellationToken.None);
            }
        }

        Assert.Equal(3, world.Server.Messages.Count);
        var root = world.Server.Messages[0];
        Assert.Null(root["thread_ts"]);
        Assert.All(world.Server.Messages.Skip(1), reply => Assert.Equal((string?)root["ts"], (string?)reply["thread_ts"]));
        Assert.Contains("Succeeded", (string?)root["text"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slack_AnswerLost_LooksBeforeItRepeatsAndIsThereOnce()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("slack");
        var lost = 0;
        world.Server.After = async (context, seen) =>
            seen.Path == "/slack/chat.postMessage" && lost++ == 0 && await PeopleServer.SayAsync(context, 500, "oops", "text/plain");
        world.Say("Checkout is down");

        var result = Assert.Single(await world.DeliverAsync());

        Assert.Equal(NotificationStatus.Delivered, result.Status);
        Assert.Single(world.Server.Messages);
        Assert.Empty(result.Repeated);
    }

    [Fact]
    public async Task Webhook_AnswerLost_RepeatBearsTheSameNumberAndSaysSo()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("hook", "slack-webhook");
        // Both are sent to at once.
        var seenTo = new ConcurrentDictionary<string, bool>();
        world.Server.After = async (context, seen) =>
            seenTo.TryAdd(seen.Path, true) && await PeopleServer.SayAsync(context, 502, "bad gateway", "text/plain");
        var message = world.Say("Checkout is down");

        var results = await world.DeliverAsync();

        Assert.All(results, result => Assert.Equal([message.Id], result.Repeated));
        var hooks = world.Server.To("/hook");
        Assert.Equal([(message.Id, 1, false), (message.Id, 2, true)],
            hooks.Select(hook => ((string)hook.Json["id"]!, (int)hook.Json["attempt"]!, (bool)hook.Json["isRepeat"]!)));
        Assert.Contains("repeat 2", world.Server.To("/slack-webhook")[1].Body, StringComparison.Ordinal);
        Assert.DoesNotContain("repeat", world.Server.To("/slack-webhook")[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Webhook_Request_IsSigned()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("hook");
        world.Say("Checkout is down");
        await world.DeliverAsync();

        var hook = Assert.Single(world.Server.To("/hook"));

        var stamp = long.Parse(hook.Headers[WebhookSignature.TimestampHeader], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - stamp, 0, 120);
        // Computed as a receiver would, by hand.
        var mac = System.Security.Cryptography.HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(PeopleWorld.HookSecret), Encoding.UTF8.GetBytes($"{stamp}.{hook.Body}"));
        Assert.Equal("v1=" + Convert.ToHexString(mac).ToLowerInvariant(), hook.Headers[WebhookSignature.SignatureHeader]);
        Assert.DoesNotContain(PeopleWorld.HookSecret, hook.Body + string.Join(' ', hook.Headers.Values), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Channel_ThatIsDown_KeepsItsMessagesAndTheOthersGetTheirs()
    {
        await using var world = await PeopleWorld.StartAsync();
        world.Server.Before = async (context, seen) =>
            seen.Path == "/hook" && await PeopleServer.SayAsync(context, 503, "down", "text/plain");
        var message = world.Say("Checkout is down");

        var results = await world.DeliverOnceAsync();

        var hook = results.Single(result => result.Channel == "hook");
        Assert.Equal((NotificationStatus.Queued, message.Id), (hook.Status, Assert.Single(hook.Queued)));
        Assert.Contains("503", hook.Message, StringComparison.Ordinal);
        Assert.Single(world.Server.Messages);
        // The next command.
        world.Server.Before = null;
        results = await world.DeliverAsync();
        Assert.Equal([message.Id], results.Single(result => result.Channel == "hook").Delivered);
        Assert.Single(world.Server.Messages);
    }

    [Fact]
    public async Task Delivery_TwoAtOnce_TellOnce()
    {
        await using var world = await PeopleWorld.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            world.Say($"Message {i}");
        }

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => world.DeliverAsync()));

        Assert.Equal((5, 5, 5), (world.Server.Messages.Count, world.Server.To("/hook").Count, world.Server.To("/slack-webhook").Count));
    }
}
