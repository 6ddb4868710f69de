using RollbackOps.Decisions;
using RollbackOps.Escalations;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;

namespace RollbackOps.Tests.Escalations;

/// <summary>A killed process, a handed-over chain, and what is refused.</summary>
public sealed class ContinuationTests
{
    [Theory]
    // Within the turn that was called already: nobody, until the next is due.
    [InlineData(40, 60, "", "90 Bob")]
    // One turn missed, and more: the highest of them, once, and then its whole minute.
    [InlineData(40, 100, "100 Bob", "160 Cleo")]
    [InlineData(40, 170, "170 Cleo", "230 Ann")]
    // A few seconds late, it keeps its time.
    [InlineData(20, 33, "33 Ann", "90 Bob")]
    [InlineData(20, 50, "50 Ann", "110 Bob")]
    [InlineData(20, 100, "100 Bob", "160 Cleo")]
    // A round that began meanwhile: the manager was due before, but was called already.
    [InlineData(160, 220, "220 Ann", "280 Bob")]
    [InlineData(160, 300, "300 Bob", "360 Cleo")]
    // After hours: the manager, and no burst.
    [InlineData(40, 7200, "7200 Cleo", "7260 Ann")]
    public void Process_KilledAndTakenUp_CallsTheHighestLevelThatIsDueOnce(int killedAt, int takenUpAt, string called, string next)
    {
        var world = new EscalationWorld().Open();
        world.RunTo(killedAt);
        var before = world.Calls.Count;
        world.Kill();
        world.WaitTo(takenUpAt);

        world.Open();

        Assert.Equal(called.Length == 0 ? [] : [called], world.Calls.Skip(before));
        var after = world.Calls.Count;
        world.RunTo(int.Parse(next.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) + 2);
        Assert.Equal(next, world.Calls.Skip(after).Single());
    }

    [Theory]
    [InlineData(0, 5000)]
    [InlineData(0, 100)]
    [InlineData(45, 100)]
    [InlineData(45, 5000)]
    [InlineData(91, 155)]
    public void Disk_FullForAWhile_CallsAsEverAndWritesItDownLater(int from, int to)
    {
        var free = new EscalationWorld().Open();
        free.RunTo(400);
        var world = new EscalationWorld();
        if (from == 0)
        {
            world.Store.IsFull = true;
        }

        world.Open();
        world.RunTo(from);
        world.Store.IsFull = true;
        world.RunTo(Math.Min(to, 400));
        world.Store.IsFull = to > 400;
        world.RunTo(400);

        Assert.Equal(free.Calls, world.Calls);
        Assert.Single(world.Warnings);
        Assert.Equal(to < 400, world.Session.End());
        world.Store.IsFull = false;
        Assert.True(world.Session.End());
        var written = Assert.Single(new EscalationRecords(world.Context).Read());
        Assert.Equal(free.Session.State.Steps.Select(step => (step.Kind, step.Call, step.Contact, step.DueAt)),
            written.Steps.Select(step => (step.Kind, step.Call, step.Contact, step.DueAt)));
        world.Look();
        Assert.Equal(free.Calls, world.Calls);
    }

    [Fact]
    public void Acknowledged_AtThePromptOfAFullDisk_StopsTheCalls()
    {
        var world = new EscalationWorld().Open();
        world.RunTo(40);
        world.Store.IsFull = true;

        world.Session.Append(new EscalationStep { Kind = EscalationStepKind.Acknowledged, By = "Dan" });
        world.RunTo(400);

        Assert.Equal(["30 Ann"], world.Calls);
        Assert.Single(world.Of(EscalationStepKind.Acknowledged));
    }

    [Fact]
    public void Process_KilledAtRandomMoments_NeverCallsTwoLevelsAtOnceNorTheSameTurnTwice()
    {
        var random = new Random(20261128);
        for (var run = 0; run < 60; run++)
        {
            var world = new EscalationWorld().Open();
            var second = 0;
            while (second < 1200)
            {
                second += random.Next(1, 90);
                world.RunTo(second);
                world.Kill();
                second += random.Next(0, 200);
                world.WaitTo(second);
                world.Open();
            }

            var calls = world.Emitted.Where(one => one.Step.Kind == EscalationStepKind.Called).ToList();
            Assert.All(calls.Zip(calls.Skip(1)), pair => Assert.True(pair.Second.At - pair.First.At > 30, $"run {run}: {pair}"));
            Assert.Equal(Enumerable.Range(1, calls.Count), calls.Select(one => one.Step.Call!.Value));
            // While a process runs nobody waits longer than a minute and the time that no process ran.
            Assert.True(calls.Count >= 5, $"run {run}: {calls.Count}");
        }
    }

    [Fact]
    public void Process_KilledBetweenTwoCallsOfOneTurn_LeavesNobodyOut()
    {
        var world = new EscalationWorld(settings => settings with { Contacts = [.. settings.Contacts, EscalationWorld.Contact("Abe", "primary")] }).Open();
        world.RunTo(31);
        // The journal as it was when only Ann's call had been written.
        var lines = System.Text.Encoding.UTF8.GetString(world.Store.Bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        world.Kill();
        world.Store.Bytes = System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines[..^1]) + "\n");
        world.Store.Head = null;
        world.Emitted.Clear();
        world.WaitTo(45);

        world.Open();

        Assert.Equal(["45 Abe"], world.Calls);
        world.RunTo(92);
        Assert.Equal(["45 Abe", "90 Bob"], world.Calls);
    }

    [Fact]
    public void Process_KilledAfterItWasAcknowledged_CallsNobodyBeforeTheQuarterOfAnHour()
    {
        var world = new EscalationWorld().Open();
        world.RunTo(100);
        world.Say(EscalationStepKind.Acknowledged, "Bob");
        world.Kill();
        world.WaitTo(500);

        world.Open();
        world.RunTo(990);

        Assert.Equal(["30 Ann", "90 Bob"], world.Calls);
    }

    [Fact]
    public void AutomaticRollback_WhileNoProcessRan_SparesPeopleAllTheSame()
    {
        var world = new EscalationWorld().Open(Severity.P2);
        world.Kill();
        world.RollBack(isAutomatic: true);
        world.WaitTo(300);

        world.Open();

        Assert.Empty(world.Calls);
        Assert.Null(world.Session.Next);
    }

    [Fact]
    public void Chain_HandedOver_IsPagerDutysUntilItDoesNotAccept()
    {
        var world = new EscalationWorld(settings => settings with { HandOver = "pager" }).Open();
        world.RunTo(31);
        var handed = world.Emitted.Single(one => one.Step.Kind == EscalationStepKind.HandedOver).Step;
        world.RunTo(80);
        Assert.Empty(world.Calls);
        // It does not accept: this chain begins with its first level, a minute later.
        world.RunTo(155);
        Assert.Equal(["90 Ann", "150 Bob"], world.Calls);

        world.Session.Append(new EscalationStep { Kind = EscalationStepKind.Reached, Call = handed.Call, Channels = ["pager"] });
        world.RunTo(900);

        Assert.Equal(2, world.Calls.Count);
        Assert.Null(world.Session.Next);
    }

    [Fact]
    public void Answer_ThatTheIncidentIsResolved_EndsIt()
    {
        var world = new EscalationWorld();
        var rollback = world.RollBack(isAutomatic: false, RollbackStatus.Unhealthy);
        world.Open(change: request => request with { IncidentId = null, RollbackId = rollback });
        Assert.Single(world.Calls);
        var answer = new HumanAnswer { Item = HumanItem.IncidentResolved, Holds = true, By = "Eve", At = world.Clock.Now };
        world.Context.Journal.Append(JournalKind.WindowVerified, rollback,
            new WindowVerifiedData
            {
                Verification = new VerificationResult
                {
                    Project = "shop",
                    Environment = "production",
                    DeploymentId = "v2",
                    Window = VerificationWindow.LongTerm,
                    Status = VerificationStatus.Passed,
                    Identity = ServedIdentity.Proven,
                    At = world.Clock.Now,
                    Duration = TimeSpan.Zero,
                    Checks = [],
                },
                Answers = [answer],
                By = "Eve",
            },
            RollbackJson.Compact.WindowVerifiedData);

        world.Look();

        Assert.Equal((EscalationStepKind.Resolved, "Eve"), (world.Emitted[^1].Step.Kind, world.Emitted[^1].Step.By));
        Assert.Null(world.Session.Next);
    }

    [Fact]
    public void Escalation_RunByAnother_IsRefusedAndOneThatIsOverToo()
    {
        var world = new EscalationWorld().Open();
        var running = Assert.Throws<RollbackOpsException>(() => world.Open());
        world.Say(EscalationStepKind.Resolved);
        world.Kill();

        var over = Assert.Throws<RollbackOpsException>(() => world.Open());
        var unknown = Assert.Throws<RollbackOpsException>(() => world.Confirmation.Find("INC-2"));
        var none = Assert.Throws<RollbackOpsException>(() => world.Confirmation.Find(id: null));

        Assert.Equal((ErrorId.EscalationRunning, ErrorId.EscalationEnded), (running.Id, over.Id));
        Assert.Equal((ErrorId.EscalationNotFound, ErrorId.EscalationNotFound), (unknown.Id, none.Id));
    }

    [Theory]
    [InlineData("no reason", ErrorId.ReasonRequired)]
    [InlineData("unknown severity", ErrorId.InvalidArgument)]
    [InlineData("bad id", ErrorId.InvalidArgument)]
    [InlineData("no rollback", ErrorId.RollbackNotFound)]
    [InlineData("nobody", ErrorId.EscalationNotConfigured)]
    [InlineData("nothing open", ErrorId.EscalationNotFound)]
    public void Begin_Unusable_IsRefusedAndNothingIsWritten(string what, ErrorId error)
    {
        var world = new EscalationWorld(settings => what == "nobody" ? settings with { Contacts = [] } : settings);

        var refusal = Assert.Throws<RollbackOpsException>(() => world.Open(change: request => what switch
        {
            "no reason" => request with { Reason = " " },
            "unknown severity" => request with { Severity = Severity.Unknown },
            "bad id" => request with { IncidentId = "INC 1; rm" },
            "no rollback" => request with { RollbackId = "rb-0" },
            "nothing open" => new EscalationRequest(),
            _ => request,
        }));

        Assert.Equal(error, refusal.Id);
        Assert.Equal(0, world.Store.Appends);
        Assert.Null(world.Store.Holder);
    }

    [Fact]
    public void Verdict_ThatComesAgain_JoinsTheEscalationThatIsOpen()
    {
        var world = new EscalationWorld().Open();
        world.Kill();

        world.Open(change: request => request with { IncidentId = null, JoinsOpen = true, Signals = [HardSignal.ServiceDown] });

        Assert.Equal(EscalationWorld.Id, world.Session.State.Id);
    }

    [Fact]
    public void Plan_OfOneRound_SaysWhoAndWhenAndWritesNothing()
    {
        var world = new EscalationWorld(settings => settings with
        {
            Contacts = [settings.Contacts[0], EscalationWorld.Contact("Bob", "secondary", "+1 555 0101")],
        });

        var plan = new EscalationOpening(world.Context).Plan(
            new EscalationRequest { Severity = Severity.P1, Reason = "down" }, channels: []);

        var begun = plan.Steps[0].At;
        Assert.Equal(
            [(EscalationStepKind.Started, null, 0), (EscalationStepKind.Called, "Ann", 30), (EscalationStepKind.Called, "Bob", 90), (EscalationStepKind.Repeated, null, 150)],
            plan.Steps.Select(step => (step.Kind, step.Contact, (int)Math.Round((step.At - begun).TotalSeconds))));
        Assert.Equal("+1 555 0101", plan.Steps[2].Phone);
        Assert.NotEmpty(plan.Faults);
        Assert.Equal(0, world.Store.Appends);
        Assert.Null(world.Store.Holder);
    }
}
