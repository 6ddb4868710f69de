using RollbackOps.Configuration;
using RollbackOps.Notifications;
using RollbackOps.Readiness;
using RollbackOps.Readiness.Inspections;

namespace RollbackOps.Tests.Readiness;

/// <summary>What is said of channels and of who is woken, in each status. The fakes fail when anything is sent.</summary>
public sealed class PeopleInspectionTests
{
    private readonly ReadinessWorld _world = new();

    [Theory]
    [InlineData(true, ReadinessStatus.Ready, null)]
    [InlineData(false, ReadinessStatus.Failed, "Mend it.")]
    [InlineData(null, ReadinessStatus.Warning, "Once in a while: Send-RollbackNotification 'Test' -Channel ops")]
    public async Task Channel_ByItsDryRun_IsReadyFailedOrOnlyReached(bool? isAccepted, object status, string? nextStep)
    {
        var channel = new FakeChannel("ops", () => new ChannelTrial { IsAccepted = isAccepted, Detail = "it said so", NextStep = "Mend it." });
        _world.Channels.Add(channel);

        var found = await _world.LookAsync(scope => new ChannelInspection(scope, channel));

        Assert.Equal((status, nextStep), (found.Status, found.NextStep));
        Assert.StartsWith("it said so", found.Observed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Channel_ThatCannotBeReached_Fails()
    {
        var channel = new FakeChannel("ops", () => throw new DeliveryException("ops: connection refused", "Look at the network."));
        _world.Channels.Add(channel);

        var found = await _world.LookAsync(scope => new ChannelInspection(scope, channel));

        Assert.Equal((ReadinessStatus.Failed, "Look at the network."), (found.Status, found.NextStep));
    }

    [Fact]
    public async Task Escalation_WithoutAChannelThatRings_Fails()
    {
        var none = await _world.LookAsync(scope => new EscalationInspection(scope));
        _world.Channels.Add(new FakeChannel("mail"));
        var silent = await _world.LookAsync(scope => new EscalationInspection(scope));
        _world.Channels.Add(new FakeChannel("pager") { CanRing = true });
        var ringing = await _world.LookAsync(scope => new EscalationInspection(scope));

        Assert.Equal((ReadinessStatus.Failed, ReadinessStatus.Failed, ReadinessStatus.Warning), (none.Status, silent.Status, ringing.Status));
        Assert.Contains("\"rings\": true", silent.NextStep!, StringComparison.Ordinal);
        Assert.Contains("nobody to call", ringing.Observed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mail", "mail", ReadinessStatus.Failed, "No contact is reached by a channel that can ring")]
    [InlineData("pager", "mail", ReadinessStatus.Warning, "Nothing rings at the level 'second' by itself")]
    [InlineData("pager", "pager", ReadinessStatus.Ready, "2 contacts can be called")]
    public async Task Escalation_ByItsContacts_IsReadyOrNot(string first, string second, object status, string said)
    {
        _world.Channels.Add(new FakeChannel("mail"));
        _world.Channels.Add(new FakeChannel("pager") { CanRing = true });
        _world.Change = settings => settings with
        {
            Escalation = new EscalationSettings
            {
                Levels = [new LevelSettings { Name = "first" }, new LevelSettings { Name = "second" }],
                Contacts =
                [
                    new ContactSettings { Name = "Ann", Level = "first", Channels = [first] },
                    new ContactSettings { Name = "Bob", Level = "second", Channels = [second] },
                ],
            },
        };

        var found = await _world.LookAsync(scope => new EscalationInspection(scope));

        Assert.Equal(status, found.Status);
        Assert.Contains(said, found.Observed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contacts_ByWhatReachesThem_AreReadyAWarningOrFailed()
    {
        var none = await _world.LookAsync(scope => new ContactInspection(scope));
        _world.Channels.Add(new FakeChannel("hook", () => new ChannelTrial { IsAccepted = null, Detail = "it accepts connections" }));
        _world.Channels.Add(new FakeChannel("down", () => throw new DeliveryException("down: connection refused", "Look at the network.")));
        _world.Channels.Add(new FakeChannel("shut", () => new ChannelTrial { IsAccepted = false, Detail = "no such room" }));
        Call(("Ann", "primary", "HOOK", null));
        var reached = await _world.LookAsync(scope => new ContactInspection(scope));
        Call(("Ann", "primary", "hook", null), ("Bea", "secondary", "down", "+49 30 1234567"));
        var byPhone = await _world.LookAsync(scope => new ContactInspection(scope));
        Call(("Ann", "primary", "hook", null), ("Bea", "secondary", "down", null), ("Cem", "manager", "shut", null));
        var lost = await _world.LookAsync(scope => new ContactInspection(scope));

        Assert.Equal(
            (ReadinessStatus.NotApplicable, ReadinessStatus.Ready, ReadinessStatus.Warning, ReadinessStatus.Failed),
            (none.Status, reached.Status, byPhone.Status, lost.Status));
        Assert.Contains("Bea (secondary), Cem (manager)", lost.Observed, StringComparison.Ordinal);
        Assert.DoesNotContain("Ann", lost.Observed, StringComparison.Ordinal);
    }

    private void Call(params (string Name, string Level, string Channel, string? Phone)[] contacts) => _world.Change = settings => settings with
    {
        Escalation = new EscalationSettings
        {
            Contacts = [.. contacts.Select(one => new ContactSettings { Name = one.Name, Level = one.Level, Channels = [one.Channel], Phone = one.Phone })],
        },
    };
}
