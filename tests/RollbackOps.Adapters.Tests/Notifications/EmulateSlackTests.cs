using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using RollbackOps.Adapters.Slack;
using RollbackOps.Adapters.Tests.Peers;
using RollbackOps.Configuration;
using RollbackOps.Notifications;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Notifications;

/// <summary>Slack against a stand-in that nobody here wrote: threads, updates, looking before repeating, and webhooks.</summary>
public sealed class EmulateSlackTests : IAsyncLifetime
{
    private const string Package = "emulate";
    private const string Token = "xoxb-emulated-token-0123456789";

    private readonly string _folder = Directory.CreateTempSubdirectory("rollback-slack-").FullName;
    private PeerServer? _server;
    private string _channel = string.Empty;
    private string _team = string.Empty;

    public async Task InitializeAsync()
    {
        if (OutsiderFactAttribute.Folder is null)
        {
            return;
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "seed.json"), $$"""
            {
              "tokens": { "{{Token}}": { "login": "ann", "scopes": ["chat:write", "channels:history"] } },
              "slack": { "team": { "name": "Acme", "domain": "acme" }, "users": [{ "name": "ann", "email": "ann@shop.example" }], "channels": [{ "name": "ops" }] }
            }
            """);
        _server = await PeerServer.StartAsync("emulate/dist/index.js", "Config:", port =>
            ["start", "--service", "slack", "--port", port.ToString(CultureInfo.InvariantCulture), "--seed", Path.Combine(_folder, "seed.json")]);
        var channels = (await AskAsync("conversations.list"))["channels"]!.AsArray();
        _channel = (string)channels.Single(channel => (string?)channel!["name"] == "ops")!["id"]!;
        _team = (string)(await AskAsync("auth.test"))["team_id"]!;
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [OutsiderFact(Package)]
    public async Task Bot_ThreadOfARollback_IsOneMessageWithRepliesAndIsNeverThereTwice()
    {
        using var channel = NewBot();
        var begun = await channel.DeliverAsync(Order("J1", NotificationKind.Progress, "Started <!channel> & co"), CancellationToken.None);
        Assert.NotNull(begun.ThreadReference);
        var ended = Order("J2", NotificationKind.Outcome, "Succeeded") with { ThreadReference = begun.ThreadReference };
        await channel.DeliverAsync(ended, CancellationToken.None);
        // Nobody knows whether it arrived: it is looked for, with and without knowing the thread.
        foreach (var reference in new[] { begun.ThreadReference, null })
        {
            var again = await channel.DeliverAsync(
                ended with { Attempt = 2, IsRepeat = true, LastAttemptAt = DateTimeOffset.UtcNow, ThreadReference = reference }, CancellationToken.None);
            Assert.True(again.WasThere);
            Assert.Equal(begun.ThreadReference, again.ThreadReference);
        }

        var root = Assert.Single((await AskAsync("conversations.history", ("channel", _channel)))["messages"]!.AsArray(), IsOurs)!;
        Assert.Contains("Succeeded", (string?)root["text"], StringComparison.Ordinal);
        Assert.Equal("J1", (string?)root["metadata"]!["event_payload"]!["id"]);
        var thread = (await AskAsync("conversations.replies", ("channel", _channel), ("ts", (string)root["ts"]!)))["messages"]!.AsArray();
        Assert.Equal(["J1", "J2"], thread.Select(message => (string?)message!["metadata"]!["event_payload"]!["id"]));
    }

    [OutsiderFact(Package)]
    public async Task Bot_ChannelThatIsNone_SaysSo()
    {
        using var channel = NewBot("C0NOTHERE");

        var failure = await Assert.ThrowsAsync<DeliveryException>(() =>
            channel.DeliverAsync(Order("J1", NotificationKind.Progress, "Started"), CancellationToken.None));

        Assert.Contains("channel_not_found", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.MayHaveArrived);
    }

    [OutsiderFact(Package)]
    public async Task Webhook_Message_IsPosted()
    {
        using var channel = new SlackWebhookChannel("all", new SlackSettings
        {
            Webhook = $"http://127.0.0.1:{_server!.Port}/services/{_team}/B000000001/X000000001",
        }, new NoSecrets(), TimeProvider.System);

        await channel.DeliverAsync(Order("J3", NotificationKind.Outcome, "Hooked <https://evil.example|x>"), CancellationToken.None);

        var posted = new List<JsonNode>();
        foreach (var one in (await AskAsync("conversations.list"))["channels"]!.AsArray())
        {
            posted.AddRange((await AskAsync("conversations.history", ("channel", (string)one!["id"]!)))["messages"]!.AsArray().Select(message => message!));
        }

        Assert.Contains(posted, message => ((string?)message["text"])?.Contains("Hooked &lt;https://evil.example|x&gt;", StringComparison.Ordinal) == true);
    }

    private static bool IsOurs(JsonNode? message) => (string?)message?["metadata"]?["event_payload"]?["thread"] == "roll-1";

    private static DeliveryOrder Order(string id, NotificationKind kind, string title) => new()
    {
        Notification = Hostile.Notification with { Id = id, Kind = kind, Title = title, Facts = [new NotificationFact("Reason", Hostile.Text)], Text = null, Mentions = [] },
    };

    private SlackChannel NewBot(string? channel = null) => new(
        "ops",
        new SlackSettings { Token = Token, Channel = channel ?? _channel, Api = new Uri($"http://127.0.0.1:{_server!.Port}/api") },
        new NoSecrets(), TimeProvider.System, visible: TimeSpan.FromMilliseconds(1));

    private async Task<JsonNode> AskAsync(string method, params (string Name, string Value)[] form)
    {
        using var client = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) } };
        using var content = new FormUrlEncodedContent(form.Select(one => KeyValuePair.Create(one.Name, one.Value)));
        using var answer = await client.PostAsync(new Uri($"http://127.0.0.1:{_server!.Port}/api/{method}"), content);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }
}
