using RollbackOps.Decisions;
using RollbackOps.Escalations;
using RollbackOps.Tests.Readiness;

namespace RollbackOps.Tests.Configuration;

/// <summary>The escalation section.</summary>
public class EscalationSettingTests
{
    [Fact]
    public void Escalation_LeftOut_IsTheWrittenChainWithNobodyInIt()
    {
        var escalation = Configured.Read("{}").Settings.Escalation;

        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(15)), (escalation.Automatic, escalation.StalledAfter));
        Assert.Equal(
            [("primary", 60.0, Severity.P4), ("secondary", 60.0, Severity.P4), ("manager", 60.0, Severity.P1)],
            escalation.Levels.Select(level => (level.Name, level.Wait.TotalSeconds, level.Severity)));
        Assert.Empty(escalation.Contacts);
    }

    [Fact]
    public void Escalation_Whole_IsReadAsWritten()
    {
        var escalation = Configured.Read("""
            {
              "notifications": { "channels": [{ "name": "pager", "pagerDuty": { "routingKey": "env:PD" } }] },
              "escalation": {
                "automatic": "0s", "stalledAfter": "5m", "handOver": "pager",
                "levels": [{ "name": "first", "wait": "90s", "severity": "p2" }],
                "contacts": [{ "name": "Ann", "level": "first", "phone": "+49 30 1234567", "channels": ["Pager"], "slack": "U123" }],
                "quietHours": { "from": "22:00", "to": "07:00", "zone": "Europe/Berlin" }
              }
            }
            """).Settings.Escalation;

        Assert.Equal((TimeSpan.Zero, "pager", "Europe/Berlin"), (escalation.Automatic, escalation.HandOver, escalation.QuietHours!.Zone));
        Assert.Equal(("first", TimeSpan.FromSeconds(90), Severity.P2),
            (escalation.Levels[0].Name, escalation.Levels[0].Wait, escalation.Levels[0].Severity));
        Assert.Equal(("Ann", "+49 30 1234567", "U123", "Pager"),
            (escalation.Contacts[0].Name, escalation.Contacts[0].Phone, escalation.Contacts[0].Slack, escalation.Contacts[0].Channels[0]));
    }

    [Theory]
    [InlineData("""{ "contacts": [{ "name": "Ann", "level": "boss", "phone": "112" }] }""", "the levels are primary, secondary, manager")]
    [InlineData("""{ "contacts": [{ "name": "Ann", "level": "primary" }] }""", "neither a phone nor a channel")]
    [InlineData("""{ "contacts": [{ "name": "Ann", "level": "primary", "channels": ["pager"] }] }""", "notifications.channels lacks")]
    [InlineData("""{ "handOver": "pager" }""", "no PagerDuty channel")]
    [InlineData("""{ "quietHours": { "from": "22:00", "to": "06:00", "zone": "Mars/Olympus" } }""", "does not know")]
    [InlineData("""{ "contacts": [{ "name": "Ann", "level": "primary", "phone": "call me" }] }""", "a telephone number")]
    public void Escalation_ThatCannotBe_IsRefusedWithTheReason(string escalation, string reason) =>
        Assert.Contains(reason, Configured.Refused($$"""{ "escalation": {{escalation}} }""").Message, StringComparison.Ordinal);

    [Theory]
    // Nobody; telephones alone; a chat that cannot ring; a pager for one level of two.
    [InlineData("""{ "escalation": {} }""", 1, 1)]
    [InlineData("""{ "escalation": { "contacts": [{ "name": "Ann", "level": "primary", "phone": "112" }] } }""", 1, 4)]
    [InlineData("""{ "escalation": { "contacts": [{ "name": "Ann", "level": "primary", "channels": ["chat"] }] } }""", 1, 4)]
    [InlineData("""{ "escalation": { "contacts": [{ "name": "Ann", "level": "primary", "channels": ["pager"] }, { "name": "Bob", "level": "secondary", "phone": "112" }] } }""", 0, 2)]
    [InlineData("""{ "escalation": { "levels": [{ "name": "all" }], "contacts": [{ "name": "Ann", "level": "all", "channels": ["pager"] }] } }""", 0, 0)]
    [InlineData("""{ "escalation": { "levels": [{ "name": "all" }], "handOver": "pager" } }""", 0, 1)]
    public void Faults_OfAChain_AreFatalWhereNobodyIsWoken(string json, int fatal, int all)
    {
        var settings = Configured.Read(json.Insert(1, """
            "notifications": { "channels": [
              { "name": "pager", "pagerDuty": { "routingKey": "env:PD" } }, { "name": "chat", "slack": { "webhook": "env:H" } }
            ] },
            """)).Settings;

        var faults = EscalationChain.Faults(settings, [new FakeChannel("pager") { CanRing = true }, new FakeChannel("chat")]);

        Assert.Equal((fatal, all), (faults.Count(fault => fault.IsFatal), faults.Count));
        Assert.All(faults, fault => Assert.NotEmpty(fault.NextStep));
    }
}
