using System.Text;
using RollbackOps.Notifications;

namespace RollbackOps.Adapters.Tests.Notifications;

/// <summary>Endpoints that fail, lie and dawdle: never a false delivery, never a lost message, and always a reason.</summary>
public sealed class ChannelFaultTests
{
    private const string Slack = "/slack/chat.postMessage";

    [Theory]
    [InlineData("invalid_auth", "slack", "scopes")]
    [InlineData("token_expired", "slack", "scopes")]
    [InlineData("channel_not_found", "slack", "Invite the bot")]
    [InlineData("is_archived", "slack", "Invite the bot")]
    public async Task Slack_OkFalse_IsNoDeliveryAndSaysWhatToDo(string error, string channel, string nextStep)
    {
        await using var world = (await PeopleWorld.StartAsync()).With(channel);
        world.Server.Before = async (context, seen) =>
            seen.Path == Slack && await PeopleServer.SayAsync(context, 200, $$"""{"ok":false,"error":"{{error}}"}""");
        var message = world.Say("Down");

        var result = Assert.Single(await world.DeliverOnceAsync());

        Assert.Equal((NotificationStatus.Queued, message.Id), (result.Status, Assert.Single(result.Queued)));
        Assert.Contains(error, result.Message, StringComparison.Ordinal);
        Assert.Contains(nextStep, result.NextStep, StringComparison.Ordinal);
        // The token was renewed, the bot invited.
        world.Server.Before = null;
        Assert.Equal([message.Id], Assert.Single(await world.DeliverAsync()).Delivered);
        Assert.Single(world.Server.Messages);
    }

    [Theory]
    [InlineData("slack", Slack, 200, """{"ok":false,"error":"invalid_blocks"}""")]
    [InlineData("slack-webhook", "/slack-webhook", 400, "invalid_payload")]
    [InlineData("pager", "/v2/change/enqueue", 400, """{"status":"invalid event","message":"Event object is invalid","errors":["Length of 'routing_key' is incorrect"]}""")]
    [InlineData("hook", "/hook", 422, "no")]
    public async Task Message_ThatWillNeverBeTaken_IsSentOnceKeptAsideAndTold(string channel, string path, int status, string body)
    {
        await using var world = (await PeopleWorld.StartAsync()).With(channel);
        world.Server.Before = async (context, seen) => seen.Path == path && await PeopleServer.SayAsync(context, status, body);
        var message = world.Say("Down");

        var result = Assert.Single(await world.DeliverAsync());
        await world.DeliverAsync();

        Assert.Equal((NotificationStatus.Refused, message.Id), (result.Status, Assert.Single(result.Refused)));
        Assert.NotNull(result.NextStep);
        Assert.Single(world.Server.To(path));
        Assert.Contains($"{message.Id}.refused.json", world.Outbox.List());
    }

    [Theory]
    [InlineData("slack", Slack)]
    [InlineData("slack-webhook", "/slack-webhook")]
    [InlineData("pager", "/v2/change/enqueue")]
    [InlineData("hook", "/hook")]
    public async Task RateLimit_RetryAfter_IsHonoured(string channel, string path)
    {
        await using var world = (await PeopleWorld.StartAsync()).With(channel);
        var times = new List<DateTimeOffset>();
        world.Server.Before = async (context, seen) =>
        {
            if (seen.Path != path)
            {
                return false;
            }

            times.Add(DateTimeOffset.UtcNow);
            return times.Count == 1 && await PeopleServer.SayAsync(context, 429, """{"ok":false,"error":"ratelimited"}""", retryAfter: "1");
        };
        world.Say("Down");

        var result = Assert.Single(await world.DeliverAsync());

        Assert.Equal((NotificationStatus.Delivered, 2), (result.Status, times.Count));
        Assert.True(times[1] - times[0] > TimeSpan.FromMilliseconds(900), $"{times[1] - times[0]}");
        // Turned away is not arrived: this is no repeat.
        Assert.Empty(result.Repeated);
    }

    [Theory]
    [InlineData("slack", Slack)]
    [InlineData("slack-webhook", "/slack-webhook")]
    [InlineData("pager", "/v2/change/enqueue")]
    [InlineData("hook", "/hook")]
    public async Task WebPage_ThatAnswers200_IsNoDelivery(string channel, string path)
    {
        await using var world = (await PeopleWorld.StartAsync()).With(channel);
        world.Server.Before = async (context, seen) =>
            seen.Path == path && await PeopleServer.SayAsync(context, 200, "<html>Sign in</html>", "text/html; charset=utf-8");
        world.Say("Down");

        var result = Assert.Single(await world.DeliverOnceAsync());

        Assert.Equal(NotificationStatus.Queued, result.Status);
    }

    [Theory]
    [InlineData("slack")]
    [InlineData("pager")]
    [InlineData("hook")]
    public async Task Endpoint_ThatIsSilent_HoldsNobodyUp(string channel)
    {
        await using var world = (await PeopleWorld.StartAsync()).With(channel, "slack-webhook");
        var silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Server.Before = async (context, seen) =>
        {
            if (seen.Path == "/slack-webhook")
            {
                if (world.Server.To(seen.Path).Count == 2)
                {
                    second.TrySetResult();
                }

                return false;
            }

            silent.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                // The client has left.
            }

            return true;
        };
        var first = world.Say("Down");
        world.Say("Still down");
        using var notifier = world.Open();
        using var budget = new CancellationTokenSource();
        var delivering = notifier.DeliverAsync(CancellationToken.None, budget.Token);
        // The one is silent, and the other has taken the first message and is sent the second.
        await Task.WhenAll(silent.Task, second.Task).WaitAsync(TimeSpan.FromSeconds(60));

        await budget.CancelAsync();
        var results = await delivering.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal((NotificationStatus.Queued, 2), results.Where(result => result.Channel == channel).Select(result => (result.Status, result.Queued.Count)).Single());
        Assert.Contains(first.Id, results.Single(result => result.Channel == "slack-webhook").Delivered);
    }

    [Fact]
    public async Task Endpoint_ThatCannotBeReached_WasNotSentToAndIsNoRepeatLater()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("hook");
        var working = world.Settings.Notifications;
        world.Lead("hook", new Uri($"http://127.0.0.1:{Samples.FreePort.Find()}/hook"));
        world.Say("Down");
        Assert.Equal(NotificationStatus.Queued, Assert.Single(await world.DeliverAsync(TimeSpan.FromMilliseconds(700))).Status);

        world.Lead("hook", working.Channels[0].Webhook!.Address);
        var result = Assert.Single(await world.DeliverAsync());

        Assert.Single(result.Delivered);
        Assert.Empty(result.Repeated);
        Assert.False((bool)Assert.Single(world.Server.To("/hook")).Json["isRepeat"]!);
    }

    [Fact]
    public async Task Connection_CutInTheAnswer_IsARepeatThatSaysSo()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("hook");
        var cut = false;
        world.Server.After = async (context, _) =>
        {
            if (!cut)
            {
                cut = true;
                await Vercel.FakeVercelServer.ResetAsync(context, "{");
                return true;
            }

            return false;
        };
        world.Say("Down");

        var result = Assert.Single(await world.DeliverAsync());

        Assert.Single(result.Repeated);
        Assert.Equal([false, true], world.Server.To("/hook").Select(hook => (bool)hook.Json["isRepeat"]!));
    }

    [Fact]
    public async Task Secret_ThatCannotBeRead_LeavesTheMessageQueuedAndIsNamed()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("pager");
        world.Replace(channel => channel with { PagerDuty = channel.PagerDuty! with { RoutingKey = "key with blanks" } });
        world.Say("Down");

        var result = Assert.Single(await world.DeliverAsync());

        Assert.Equal(NotificationStatus.Queued, result.Status);
        Assert.Contains("is no token", result.Message, StringComparison.Ordinal);
        Assert.Empty(world.Server.Requests);
    }

    [Fact]
    public async Task Outbox_UnreadableMessage_IsSetAsideAndTold()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("hook");
        var name = $"{DateTimeOffset.UtcNow.UtcTicks:D19}-X.message.json";
        world.Outbox.Put(name, Encoding.UTF8.GetBytes("{"));
        world.Say("Down");

        var result = Assert.Single(await world.DeliverAsync());

        Assert.Single(result.Delivered);
        Assert.Contains(world.Told, told => told.Contains("is not readable", StringComparison.Ordinal));
        Assert.Contains(name + ".unreadable", world.Outbox.List());
    }
}
