using RollbackOps.Adapters.Tests.Notifications;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Notifications;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Readiness;

/// <summary>A dry run of each sort of channel, at a stand-in that keeps what it was sent: nothing.</summary>
public sealed class ChannelTrialTests
{
    [Fact]
    public async Task Slack_KnownAndInTheChannel_IsAccepted()
    {
        await using var world = await PeopleWorld.StartAsync();

        var trial = await TryAsync(world, "slack");

        Assert.True(trial.IsAccepted);
        Assert.Equal(["/slack/auth.test", "/slack/conversations.history"], world.Server.Requests.Select(request => request.Path));
        Assert.Empty(world.Server.Messages);
    }

    [Theory]
    [InlineData("chat:write,channels:history", "not_in_channel", false)]
    [InlineData("chat:write,chat:write.public", "not_in_channel", true)]
    [InlineData("chat:write", "missing_scope", null)]
    [InlineData("channels:history", null, false)]
    [InlineData("chat:write", "channel_not_found", false)]
    public async Task Slack_ByScopesAndWhatTheChannelSays_IsAcceptedOrNot(string scopes, string? error, bool? isAccepted)
    {
        await using var world = await PeopleWorld.StartAsync();
        world.Server.Before = async (context, seen) =>
        {
            context.Response.Headers["X-OAuth-Scopes"] = scopes;
            return seen.Path == "/slack/conversations.history" && error is not null
                && await PeopleServer.SayAsync(context, 200, $$"""{"ok":false,"error":"{{error}}"}""");
        };

        bool? accepted;
        try
        {
            accepted = (await TryAsync(world, "slack")).IsAccepted;
        }
        catch (DeliveryException refused)
        {
            accepted = false;
            Assert.Contains("Invite the bot", refused.NextStep, StringComparison.Ordinal);
        }

        Assert.Equal(isAccepted, accepted);
        Assert.Empty(world.Server.Messages);
    }

    [Fact]
    public async Task Slack_TokenThatIsRevoked_IsToldWithoutIt()
    {
        await using var world = await PeopleWorld.StartAsync();
        world.Server.Before = (context, _) => PeopleServer.SayAsync(context, 200, """{"ok":false,"error":"token_revoked"}""");

        var failure = await Assert.ThrowsAsync<DeliveryException>(() => TryAsync(world, "slack"));

        Assert.Contains("token_revoked", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(PeopleWorld.Token, failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "no_text", true)]
    [InlineData(404, "no_service", false)]
    [InlineData(410, "channel_is_archived", false)]
    [InlineData(400, "<html>", false)]
    [InlineData(200, "ok", null)]
    public async Task SlackWebhook_ByItsAnswerToAnEmptyMessage_IsThereOrNot(int status, string answer, bool? isAccepted)
    {
        await using var world = await PeopleWorld.StartAsync();
        world.Server.Before = (context, _) => PeopleServer.SayAsync(context, status, answer, "text/plain");

        var trial = await TryAsync(world, "slack-webhook");

        Assert.Equal(isAccepted, trial.IsAccepted);
        Assert.Equal("{}", Assert.Single(world.Server.Requests).Body);
        Assert.DoesNotContain(world.Server.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), trial.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pager")]
    [InlineData("hook")]
    public async Task Channel_ThatRingsOnAnyRequest_IsConnectedToAndNothingIsSaid(string name)
    {
        await using var world = await PeopleWorld.StartAsync();

        var trial = await TryAsync(world, name);

        Assert.Null(trial.IsAccepted);
        Assert.Contains("accepts connections", trial.Detail, StringComparison.Ordinal);
        Assert.Empty(world.Server.Requests);
    }

    [Theory]
    [InlineData("pager")]
    [InlineData("hook")]
    public async Task Channel_ThatNobodyListensAt_CannotBeReached(string name)
    {
        await using var world = await PeopleWorld.StartAsync();
        var nobody = new Uri($"http://127.0.0.1:{FreePort.Find()}/");
        world.Replace(channel => channel with
        {
            PagerDuty = channel.PagerDuty is { } pager ? pager with { Events = nobody } : null,
            Webhook = channel.Webhook is { } hook ? hook with { Address = nobody } : null,
        });

        var failure = await Assert.ThrowsAsync<DeliveryException>(() => TryAsync(world, name));

        Assert.Contains("cannot be reached", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0123456789abcdef", 200, false)]
    [InlineData(PeopleWorld.RoutingKey, 401, false)]
    [InlineData(PeopleWorld.RoutingKey, 200, null)]
    public async Task PagerDuty_ByKeyAndToken_IsFitOrNot(string key, int status, bool? isAccepted)
    {
        await using var world = await PeopleWorld.StartAsync();
        world.Replace(channel => channel with
        {
            PagerDuty = channel.PagerDuty is { } pager ? pager with { RoutingKey = key, Token = "pd-token-planted-0123" } : null,
        });
        world.Server.Before = (context, _) => PeopleServer.SayAsync(context, status, """{"incidents":[]}""");

        var trial = await TryAsync(world, "pager");

        Assert.Equal(isAccepted, trial.IsAccepted);
        Assert.DoesNotContain("pd-token-planted", trial.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(world.Server.Requests, request => request.Path.Contains("enqueue", StringComparison.Ordinal));
    }

    private static async Task<ChannelTrial> TryAsync(PeopleWorld world, string name)
    {
        var channels = new AdapterFactory().CreateChannels(world.Settings, new NoSecrets(), TimeProvider.System);
        try
        {
            return await channels.Single(channel => channel.Name == name).TryAsync(CancellationToken.None);
        }
        finally
        {
            foreach (var channel in channels)
            {
                channel.Dispose();
            }
        }
    }
}
