using RollbackOps.Decisions;
using RollbackOps.Escalations;
using RollbackOps.Notifications;
using RollbackOps.Rollbacks;

namespace RollbackOps.Tests.Escalations;

/// <summary>What an escalation tells, and to whom.</summary>
public sealed class MessageTests
{
    [Theory]
    [InlineData(Severity.P1, 1)]
    [InlineData(Severity.P2, 0)]
    public void Spared_TellsOnceForP1AndRingsNobody(Severity severity, int messages)
    {
        var world = new EscalationWorld().Open(severity);
        world.RollBack(isAutomatic: true);
        world.RunTo(60);

        var told = NewsOf(world).Where(one => one.Notification.Thread == EscalationWorld.Id).ToList();

        Assert.Equal(messages, told.Count);
        Assert.All(told, one => Assert.Equal(
            (NotificationKind.Message, NotificationSignal.Inform, "pager"), (one.Notification.Kind, one.Notification.Signal, string.Join(' ', one.Channels!))));
    }

    [Fact]
    public void Acknowledged_EndsEachCallThatRingsUnderItsOwnNumberAndSaysItOnceWhereNothingRings()
    {
        var world = new EscalationWorld(settings => settings with
        {
            Contacts = [.. settings.Contacts, EscalationWorld.Contact("Ada", "primary", channels: "chat")],
        }).Open();
        world.RunTo(100);
        world.Say(EscalationStepKind.Acknowledged, "Bob");

        var told = NewsOf(world);

        Assert.Equal(
            [(null, "chat"), (1, "pager"), (3, "pager")],
            told.Select(one => (one.Notification.Call, string.Join(' ', one.Channels!))));
        Assert.All(told, one => Assert.Equal((NotificationSignal.Acknowledge, NotificationKind.Call), (one.Notification.Signal, one.Notification.Kind)));
        Assert.StartsWith("Acknowledged by Bob", told[0].Notification.Title, StringComparison.Ordinal);
        Assert.Equal(told.Count, told.Select(one => one.Notification.Id).Distinct().Count());

        // Once more, later: what was ended is not ended again. Resolved, all of it is.
        world.Say(EscalationStepKind.Acknowledged, "Cleo");
        world.Say(EscalationStepKind.Resolved);
        var later = NewsOf(world).Skip(told.Count).ToList();
        Assert.Equal([null, null, 1, 3], later.Select(one => one.Notification.Call));
        Assert.Equal(["Acknowledge", "Resolve", "Resolve", "Resolve"], later.Select(one => one.Notification.Signal.ToString()));
    }

    [Fact]
    public void Acknowledged_OfARollbackThatFailed_EndsThePageOfTheRollbackToo()
    {
        var world = new EscalationWorld();
        var rollback = world.RollBack(isAutomatic: true, RollbackStatus.Unhealthy);
        world.Open(change: request => request with { IncidentId = null, RollbackId = rollback });
        var confirmation = world.Confirmation;
        confirmation.Confirm(confirmation.Find(id: null), EscalationStepKind.Acknowledged, contact: null, note: null);

        var told = NewsOf(world).Where(one => one.Notification.Signal == NotificationSignal.Acknowledge).ToList();

        Assert.All(told, one => Assert.Equal((rollback, "pager"), (one.Notification.Thread, string.Join(' ', one.Channels!))));
        Assert.Equal([null, 1], told.Select(one => one.Notification.Call));
    }

    [Fact]
    public void Reason_ThatHoldsASecretOrActs_IsMaskedAndInert()
    {
        var world = new EscalationWorld().Open(change: request => request with { Reason = "postgres://app:hunter2-planted@db \u001b[2J down" });
        world.RunTo(31);
        var call = world.Session.State.Calls.Single();

        var message = new EscalationMessages(world.Settings, new NotificationComposer(world.Context.Redactor)).Call(world.Session.State, call);

        Assert.DoesNotContain("hunter2-planted", System.Text.Encoding.UTF8.GetString(world.Store.Bytes) + message.Title, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', message.Title);
        Assert.Equal((NotificationSignal.Alert, NotificationSeverity.Critical, 1), (message.Signal, message.Severity, message.Call));
    }

    private static List<JournalMessage> NewsOf(EscalationWorld world) =>
        [.. new JournalNews(world.Context).After(0).News.Where(one => one.Channels is not null)];
}
