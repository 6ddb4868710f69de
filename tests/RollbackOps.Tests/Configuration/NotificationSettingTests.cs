using RollbackOps.Configuration;

namespace RollbackOps.Tests.Configuration;

/// <summary>The notifications section.</summary>
public sealed class NotificationSettingTests
{
    [Fact]
    public void Read_EveryKindOfChannel_IsTaken()
    {
        var notifications = Configured.Read("""
            {
              "notifications": {
                "budget": "3s",
                "channels": [
                  { "name": "ops", "slack": { "token": "env:T", "channel": "C1" } },
                  { "name": "all", "slack": { "webhook": "secret:ops/hook" } },
                  { "name": "pager", "pagerDuty": { "routingKey": "env:K" } },
                  { "name": "hook", "webhook": { "address": "http://127.0.0.1:8080/in", "secret": "env:S", "rings": true } },
                  { "name": "mail", "mail": { "host": "localhost", "port": 25, "encryption": "none", "from": "a@b.example", "to": ["c@d.example"] } }
                ]
              }
            }
            """).Settings.Notifications;

        Assert.Equal(TimeSpan.FromSeconds(3), notifications.Budget);
        Assert.Equal(["ops", "all", "pager", "hook", "mail"], notifications.Channels.Select(channel => channel.Name));
        Assert.Equal(("env:T", "C1", new Uri("https://slack.com/api")),
            (notifications.Channels[0].Slack!.Token, notifications.Channels[0].Slack!.Channel, notifications.Channels[0].Slack!.Api));
        Assert.Equal(new Uri("https://events.pagerduty.com"), notifications.Channels[2].PagerDuty!.Events);
        Assert.True(notifications.Channels[3].Webhook!.Rings);
        Assert.Equal((25, MailEncryption.None), (notifications.Channels[4].Mail!.Port, notifications.Channels[4].Mail!.Encryption));
        Assert.Empty(Configured.Read("{}").Settings.Notifications.Channels);
    }

    [Theory]
    [InlineData("""{ "name": "a" }""", "needs exactly one of slack, pagerDuty, webhook, mail")]
    [InlineData("""{ "name": "a", "slack": { "webhook": "env:A" }, "pagerDuty": { "routingKey": "env:B" } }""", "needs exactly one of")]
    [InlineData("""{ "name": "a", "slack": { "webhook": "env:A", "token": "env:B" } }""", "needs exactly one of webhook, token")]
    [InlineData("""{ "name": "a", "slack": { "token": "env:B" } }""", "lacks the channel")]
    [InlineData("""{ "name": "a", "slack": { "webhook": "env:A", "channel": "C1" } }""", "has its own")]
    [InlineData("""{ "name": "a", "pagerDuty": {} }""", "lacks 'routingKey'")]
    [InlineData("""{ "name": "a", "pagerDuty": { "routingKey": "env:B", "events": "http://pd.example" } }""", "expects an https address")]
    [InlineData("""{ "name": "a", "webhook": { "address": "http://elsewhere.example", "secret": "env:S" } }""", "expects an https address")]
    [InlineData("""{ "name": "a", "webhook": { "address": "https://elsewhere.example" } }""", "lacks 'secret'")]
    [InlineData("""{ "name": "a", "webhook": { "address": "https://e.example", "secret": "env:S", "rings": "yes" } }""", "expects true or false")]
    [InlineData("""{ "name": "a", "mail": { "host": "smtp.example", "encryption": "none", "from": "a@b", "to": ["c@d"] } }""", "this machine only")]
    [InlineData("""{ "name": "a", "mail": { "host": "smtp.example", "password": "env:P", "from": "a@b", "to": ["c@d"] } }""", "lacks the user")]
    [InlineData("""{ "name": "a", "mail": { "host": "smtp.example", "from": "a@b", "to": [] } }""", "expects a list of mail addresses")]
    [InlineData("""{ "name": "a", "mail": { "host": "smtp.example", "from": "Ann <a@b>", "to": ["c@d"] } }""", "expects a mail address")]
    [InlineData("""{ "name": "a", "slak": {} }""", "did you mean 'slack'?")]
    public void Read_FaultyChannel_IsRefused(string channel, string told) => Assert.Contains(told,
        Configured.Refused($$"""{ "notifications": { "channels": [{{channel}}] } }""").Message, StringComparison.Ordinal);

    [Fact]
    public void Read_TwoChannelsOfOneName_AreRefused() => Assert.Contains("each needs its own", Configured.Refused("""
        { "notifications": { "channels": [
          { "name": "a", "slack": { "webhook": "env:A" } }, { "name": "A", "slack": { "webhook": "env:B" } } ] } }
        """).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "name": "a", "slack": { "webhook": "https://hooks.slack.com/services/T0/B0/planted" } }""")]
    [InlineData("""{ "name": "a", "slack": { "token": "xoxb-planted-token", "channel": "C1" } }""")]
    [InlineData("""{ "name": "a", "pagerDuty": { "routingKey": "planted0planted0planted0planted0" } }""")]
    [InlineData("""{ "name": "a", "webhook": { "address": "https://e.example", "secret": "planted" } }""")]
    [InlineData("""{ "name": "a", "mail": { "host": "h", "user": "u", "password": "planted", "from": "a@b", "to": ["c@d"] } }""")]
    public void Read_ALiteralSecret_IsRefusedAndNotShown(string channel)
    {
        var error = Configured.Refused($$"""{ "notifications": { "channels": [{{channel}}] } }""");

        Assert.Equal(ErrorId.SecretInConfiguration, error.Id);
        Assert.DoesNotContain("planted", error.Message, StringComparison.Ordinal);
    }
}
