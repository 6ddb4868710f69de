using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Escalations;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Tests.Escalations;

/// <summary>Who is called when, and by what it stops: the written chain, second by second.</summary>
public sealed class ChainTests
{
    [Fact]
    public void Chain_NobodyAcknowledges_IsTheWrittenOneAndBeginsAgain()
    {
        var world = new EscalationWorld().Open();

        world.RunTo(400);

        Assert.Equal(["30 Ann", "90 Bob", "150 Cleo", "210 Ann", "270 Bob", "330 Cleo", "390 Ann"], world.Calls);
        Assert.Equal(["210", "390"], world.Of(EscalationStepKind.Repeated));
        Assert.Equal(Enumerable.Range(1, 7).Cast<int?>(), world.Emitted.Where(one => one.Step.Kind == EscalationStepKind.Called).Select(one => one.Step.Call));
    }

    [Fact]
    public void Chain_NotCritical_LeavesTheManagerAlone()
    {
        var world = new EscalationWorld().Open(Severity.P2);

        world.RunTo(200);

        Assert.Equal(["30 Ann", "90 Bob", "150 Ann"], world.Calls);
    }

    [Fact]
    public void Chain_OverHours_DoesNotDrift()
    {
        var world = new EscalationWorld().Open();

        world.RunTo(2 * 3600);

        Assert.Equal(120, world.Calls.Count);
        Assert.All(world.Emitted.Where(one => one.Step.Kind == EscalationStepKind.Called),
            one => Assert.InRange(one.At - (30 + (60 * (one.Step.Call!.Value - 1))), 0, 0.1));
    }

    // Each moment of the first two rounds, and of the pause after it until people are called again.
    [Fact]
    public void Acknowledged_AtAnyMoment_StopsAtOnceAndCallsAgainAfterFifteenMinutesWithoutProgress()
    {
        for (var moment = 0; moment <= 400; moment++)
        {
            var world = new EscalationWorld().Open();
            world.RunTo(moment);
            world.Say(EscalationStepKind.Acknowledged);
            var before = Enumerable.Range(0, 7).Select(call => 30 + (60 * call)).Where(at => at <= moment).ToList();

            // Nobody, whenever it is looked at, until the quarter of an hour is over.
            foreach (var later in new[] { 1, 30, 61, 200, 899 })
            {
                world.WaitTo(moment + later);
                world.Look();
            }

            Assert.Equal(before.Count, world.Calls.Count);
            world.RunTo(moment + 902);
            Assert.Equal(before.Count + 1, world.Calls.Count);
            Assert.Contains(world.Calls[^1], new[] { $"{moment + 900} Ann", $"{moment + 901} Ann" });
            world.RunTo(moment + 965);
            Assert.EndsWith(" Bob", world.Calls[^1], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(29)]
    [InlineData(100)]
    [InlineData(399)]
    public void Resolved_AtAnyMoment_EndsItForGood(int moment)
    {
        var world = new EscalationWorld().Open();
        world.RunTo(moment);
        world.Say(EscalationStepKind.Resolved);
        world.Look();
        var calls = world.Calls.Count;

        world.WaitTo(moment + 100_000);
        world.Look();

        Assert.Equal(calls, world.Calls.Count);
        Assert.Null(world.Session.Next);
    }

    [Fact]
    public void Acknowledged_WithProgress_CallsNobodyUntilItStops()
    {
        var world = new EscalationWorld().Open();
        world.RunTo(100);
        world.Say(EscalationStepKind.Acknowledged);
        world.RunTo(900);
        world.Say(EscalationStepKind.Progress);
        world.RunTo(1700);
        // Whatever is done about the incident counts, by whomever.
        world.RollBack(isAutomatic: false);
        var last = (world.Clock.Now - world.Session.State.Started.At).TotalSeconds;

        world.RunTo(last + 899);
        Assert.Equal(["30 Ann", "90 Bob"], world.Calls);
        world.RunTo(last + 901);
        Assert.EndsWith(" Ann", world.Calls[2], StringComparison.Ordinal);
        Assert.Equal(2, world.Emitted[^1].Step.Round);
    }

    [Fact]
    public void Level_WithSeveralContacts_CallsAllOfThemAtOnce()
    {
        var world = new EscalationWorld(settings => settings with
        {
            Contacts = [.. settings.Contacts, EscalationWorld.Contact("Abe", "primary", "+49 30 1234567"), EscalationWorld.Contact("Ada", "PRIMARY", channels: "chat")],
        }).Open();

        world.RunTo(91);

        Assert.Equal(["30 Ann", "30 Abe", "30 Ada", "90 Bob"], world.Calls);
        Assert.Equal("+49 30 1234567", world.Emitted.Single(one => one.Step.Contact == "Abe").Step.Phone);
    }

    [Fact]
    public void Level_WithoutContact_IsPassedOver()
    {
        var world = new EscalationWorld(settings => settings with { Contacts = [settings.Contacts[0], settings.Contacts[2]] }).Open();

        world.RunTo(160);

        Assert.Equal(["30 Ann", "90 Cleo", "150 Ann"], world.Calls);
    }

    [Fact]
    public void Telephone_NotAnswered_CallsTheNextLevelAtOnceAndAnsweredAcknowledges()
    {
        var world = new EscalationWorld(settings => settings with
        {
            Contacts =
            [
                EscalationWorld.Contact("Ann", "primary", "+1 555 0100"), EscalationWorld.Contact("Bob", "secondary", "+1 555 0101"),
                EscalationWorld.Contact("Cleo", "manager", "+1 555 0102", "pager"),
            ],
        }).Open();
        world.RunTo(40);
        Assert.Equal("Ann", world.Say(EscalationStepKind.NoAnswer).Contact);
        world.RunTo(50);
        Assert.Equal("Bob", world.Say(EscalationStepKind.NoAnswer).Contact);
        world.RunTo(55);
        // The pager may still be answered: that has its minute.
        world.Say(EscalationStepKind.NoAnswer);
        world.RunTo(100);
        Assert.Equal(["30 Ann", "41 Bob", "51 Cleo"], world.Calls);
        world.RunTo(112);
        Assert.Equal("Ann", world.Say(EscalationStepKind.Answered).Contact);
        world.RunTo(800);

        Assert.Equal(["30 Ann", "41 Bob", "51 Cleo", "110 Ann"], world.Calls);
        Assert.Equal(EscalationStepKind.Answered, world.Session.State.Acknowledged?.Kind);
    }

    [Theory]
    // A verified automatic rollback within its time: nobody, or for P1 one notice that does not ring.
    [InlineData(Severity.P2, true, RollbackStatus.Succeeded, 10, null, "")]
    [InlineData(Severity.P1, true, RollbackStatus.Succeeded, 10, null, "pager")]
    // Too late, not verified, not automatic: people.
    [InlineData(Severity.P2, true, RollbackStatus.Succeeded, 31, null, null)]
    [InlineData(Severity.P2, true, RollbackStatus.Unhealthy, 10, null, null)]
    [InlineData(Severity.P2, true, RollbackStatus.IdentityUnproven, 10, null, null)]
    [InlineData(Severity.P2, false, RollbackStatus.Succeeded, 10, null, null)]
    // Corruption and a breach always.
    [InlineData(Severity.P2, true, RollbackStatus.Succeeded, 10, HardSignal.DataCorruption, null)]
    [InlineData(Severity.P1, true, RollbackStatus.Succeeded, 10, HardSignal.SecurityBreach, null)]
    [InlineData(Severity.P1, true, RollbackStatus.Succeeded, 10, HardSignal.ServiceDown, "pager")]
    public void AutomaticRollback_InTheFirstThirtySeconds_SparesPeopleOnlyWhereItMay(
        Severity severity, bool isAutomatic, RollbackStatus status, double seconds, HardSignal? signal, string? notified)
    {
        var world = new EscalationWorld().Open(severity, request => request with { Signals = signal is { } one ? [one] : [] });
        world.RollBack(isAutomatic, status, seconds);

        world.RunTo(600);

        if (notified is null)
        {
            Assert.NotEmpty(world.Calls);
            return;
        }

        Assert.Empty(world.Calls);
        Assert.Equal(notified, string.Join(' ', world.Emitted.Single(one => one.Step.Kind == EscalationStepKind.Spared).Step.Channels));
    }

    [Fact]
    public void CorruptData_CallsAtOnce()
    {
        var world = new EscalationWorld().Open(Severity.P1, request => request with { Signals = [HardSignal.DataCorruption] });

        Assert.Equal("0 Ann", Assert.Single(world.Calls));
    }

    [Fact]
    public void Rollback_ThatFailedAlready_CallsAtOnceAndAnOldVerdictHasHadItsTime()
    {
        var failed = new EscalationWorld().Open(change: request => request with { IsAutomaticOver = true });
        var old = new EscalationWorld();
        old.Open(change: request => request with { Since = old.Clock.Now.AddMinutes(-20) });
        var fresh = new EscalationWorld();
        fresh.Open(change: request => request with { Since = fresh.Clock.Now.AddSeconds(-20) });
        fresh.RunTo(12);

        // With the first level: nobody was called before.
        Assert.Equal("0 Ann", Assert.Single(failed.Calls));
        Assert.Equal("0 Ann", Assert.Single(old.Calls));
        Assert.Equal("10 Ann", Assert.Single(fresh.Calls));
    }

    [Theory]
    [InlineData(Severity.P1, false)]
    [InlineData(Severity.P2, false)]
    [InlineData(Severity.P3, true)]
    [InlineData(Severity.P4, true)]
    public void QuietHours_HoldWhatCanWaitAndNothingElse(Severity severity, bool isHeld)
    {
        // The clock begins at 12:00 UTC, which is 13:00 in Berlin in winter.
        var world = new EscalationWorld(settings => settings with
        {
            QuietHours = new QuietHoursSettings { From = "12:30", To = "13:10", Zone = "Europe/Berlin" },
        }).Open(severity);

        world.RunTo(700);

        Assert.Equal(isHeld ? "600 Ann" : "30 Ann", world.Calls[0]);
        Assert.Equal(isHeld ? 1 : 0, world.Of(EscalationStepKind.Held).Count);
    }

    [Fact]
    public void QuietHours_AcrossMidnightAndTheChangeOfClocks_EndWhenTheClockSaysSo()
    {
        var hours = QuietHours.For(new QuietHoursSettings { From = "22:00", To = "02:30", Zone = "Europe/Berlin" }, Severity.P3)!;

        // On 30 March 2025 the clocks went from 02:00 to 03:00; 02:30 was not.
        Assert.Equal(new DateTimeOffset(2025, 3, 30, 1, 0, 0, TimeSpan.Zero), hours.FirstAfter(new DateTimeOffset(2025, 3, 29, 22, 0, 0, TimeSpan.Zero)));
        Assert.Equal(new DateTimeOffset(2025, 3, 29, 1, 30, 0, TimeSpan.Zero), hours.FirstAfter(new DateTimeOffset(2025, 3, 28, 21, 0, 0, TimeSpan.Zero)));
        var noon = new DateTimeOffset(2025, 3, 29, 11, 0, 0, TimeSpan.Zero);
        Assert.Equal(noon, hours.FirstAfter(noon));
    }
}
