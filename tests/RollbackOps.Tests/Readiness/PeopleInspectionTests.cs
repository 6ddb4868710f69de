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

        Assert.Equal((ReadinessStatus.Failed, ReadinessStatus.Failed, ReadinessStatus.Ready), (none.Status, silent.Status, ringing.Status));
        Assert.Contains("\"rings\": true", silent.NextStep!, StringComparison.Ordinal);
    }
}
