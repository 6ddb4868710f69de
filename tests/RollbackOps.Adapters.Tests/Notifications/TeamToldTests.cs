using RollbackOps.Incidents;
using RollbackOps.Notifications;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Notifications;

/// <summary>That people were told is known from the channels, and what could not be told is not kept for ever.</summary>
public sealed class TeamToldTests
{
    [Fact]
    public async Task RecordTold_AfterARollback_TicksTheTeamAndIsNotedOnce()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("hook", "slack");
        var result = await world.RollBackAsync();
        using (var notifier = world.Open())
        {
            await notifier.DeliverAsync(CancellationToken.None, CancellationToken.None);
            notifier.RecordTold();
            notifier.RecordTold();
        }

        var ledger = world.Context.ReadLedger();
        Assert.Single(world.Root.Records(JournalKind.TeamTold));
        Assert.Equal(["hook", "slack"], ledger.ToldOf(result.RollbackId!)!.Channels.Order());
        var item = VerificationChecklist.TeamNotified(result.RollbackId, ledger);
        Assert.Equal((VerificationStatus.Passed, "the journal"), (item.Status, item.Source));
        var report = new IncidentReporter(world.Context).Make(new ReportInput());
        Assert.Equal(VerificationStatus.Passed, report.Checklist.Single(one => one.Name == VerificationChecklist.Team).Status);
        Assert.True(JournalCheck.Of(world.Context).IsTrusted);
    }

    [Fact]
    public async Task RecordTold_NothingArrived_LeavesTheItemToAPerson()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("hook");
        world.Server.After = (context, _) => PeopleServer.SayAsync(context, 500, "oops", "text/plain");
        var result = await world.RollBackAsync();
        using (var notifier = world.Open())
        {
            await notifier.DeliverAsync(enough: new CancellationToken(canceled: true), CancellationToken.None);
            notifier.RecordTold();
        }

        var ledger = world.Context.ReadLedger();
        Assert.Null(ledger.ToldOf(result.RollbackId!));
        Assert.Equal(VerificationStatus.Pending, VerificationChecklist.TeamNotified(result.RollbackId, ledger).Status);
    }

    [Fact]
    public async Task ForgetOld_RefusedAndUnreadableMessages_AreKeptForAMonth()
    {
        await using var world = (await PeopleWorld.StartAsync()).With("hook");
        var outbox = world.Outbox;
        var queue = new NotificationQueue(outbox, new JournalNews(world.Context), TimeProvider.System);
        var composer = new NotificationComposer(Redaction.Redactor.Default);
        foreach (var (id, age) in new[] { ("old", 31), ("young", 29) })
        {
            var at = DateTimeOffset.UtcNow.AddDays(-age);
            var entry = new OutboxEntry { Notification = composer.Message(id, id, "shop", "production", at, NotificationSeverity.Info, thread: null) };
            queue.RemoveEnded(entry.With("hook", new Delivery { State = DeliveryState.Refused }), ["hook"]);
            outbox.Put($"{at.UtcTicks:D19}-{id}.message.json.unreadable", [1]);
        }

        queue.ForgetOld();

        Assert.Equal(2, outbox.List().Count);
        Assert.All(outbox.List(), name => Assert.Contains("young", name, StringComparison.Ordinal));
    }
}
