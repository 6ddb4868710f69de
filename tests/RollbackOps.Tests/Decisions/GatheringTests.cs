using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Decisions;

/// <summary>What a judge gathers before it judges, and what it does without.</summary>
public sealed class GatheringTests
{
    private static readonly PolicySettings s_policy = new() { ConfirmingReads = 2, ConfirmingTime = TimeSpan.FromMilliseconds(50) };

    [Fact]
    public async Task TargetProbe_TheTargetFailsToo_WouldNotHelpAndSaysWhy()
    {
        var world = World.WithThree();
        world.Platform.HasOwnAddresses = true;
        world.Prober.Sick.UnionWith(["v2", "v3"]);
        var judge = new Judge(world.Context, _ => { });

        var decision = await JudgeAsync(judge);
        var again = await JudgeAsync(judge);

        Assert.Equal((Verdict.RollbackWouldNotHelp, Severity.P1, false), (decision.Verdict, decision.Severity, decision.IsAutomatic));
        Assert.Contains("health: Failed, it is sick", decision.Reasons[0], StringComparison.Ordinal);
        Assert.Equal(Verdict.RollbackWouldNotHelp, again.Verdict);
        // Three tries, once for all looks.
        Assert.Equal(3, world.Prober.Requests.Count(request => request.Address == FakeProber.OwnAddressOf("v2")));
    }

    [Theory]
    [InlineData(true, CheckStatus.Passed)]
    [InlineData(false, CheckStatus.NotProbed)]
    public async Task TargetProbe_PassesOrCannotBeMade_IsShownAndBlocksNothing(bool hasOwnAddress, CheckStatus status)
    {
        var world = World.WithThree();
        world.Platform.HasOwnAddresses = hasOwnAddress;
        world.Prober.Sick.Add("v3");

        var decision = await JudgeAsync(new Judge(world.Context, _ => { }));

        Assert.Equal((Verdict.RollBack, true), (decision.Verdict, decision.IsAutomatic));
        Assert.Equal(status, decision.Inputs.TargetProbe);
        Assert.Contains(decision.Evidence, line => line.StartsWith($"target v2 at its own address: {status}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TargetProbe_NothingSerious_IsNotMade()
    {
        var world = World.WithThree();
        world.Platform.HasOwnAddresses = true;

        var decision = await JudgeAsync(new Judge(world.Context, _ => { }), Given.Rate(1, TimeSpan.FromMinutes(5)) with { To = world.Clock.Now });

        Assert.Equal(Verdict.Monitor, decision.Verdict);
        Assert.Null(decision.Inputs.TargetProbe);
        Assert.Empty(world.Prober.Requests);
    }

    [Fact]
    public async Task KillSwitch_On_NothingIsAutomatic()
    {
        var world = World.WithThree();
        world.Prober.Sick.Add("v3");
        world.Store.IsAutomaticOff = true;

        var decision = await JudgeAsync(new Judge(world.Context, _ => { }));

        Assert.Equal((Verdict.RollBack, false), (decision.Verdict, decision.IsAutomatic));
        Assert.Contains("switched off", decision.Automatic, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(61, true)]
    public async Task LastRollback_WithinTheHour_IsEnough(int minutes, bool isAutomatic)
    {
        var world = World.WithThree(s_policy);
        Assert.Equal(RollbackStatus.Succeeded, (await world.RollBackAsync()).Status);
        world.Clock.Pass(TimeSpan.FromMinutes(minutes));
        world.Prober.Sick.Add("v2");

        var decision = await JudgeAsync(new Judge(world.Context, _ => { }));

        Assert.Equal((Verdict.RollBack, isAutomatic), (decision.Verdict, decision.IsAutomatic));
    }

    [Fact]
    public async Task Prior_ATierThatIsNotLeft_StaysForALookThatCannotSeeItsBegin()
    {
        var world = World.WithThree();
        var judge = new Judge(world.Context, _ => { });

        var first = await JudgeAsync(judge, Window(world, requests: 100, errors: 20));
        world.Clock.Pass(TimeSpan.FromMinutes(5));
        var second = await JudgeAsync(judge, Window(world, requests: 3, errors: 0));
        var stranger = await JudgeAsync(new Judge(world.Context, _ => { }), Window(world, requests: 3, errors: 0));
        world.Clock.Pass(TimeSpan.FromMinutes(5));
        var third = await JudgeAsync(judge, Window(world, requests: 100, errors: 0));

        Assert.Equal(Verdict.RollBack, first.Verdict);
        Assert.Equal(Verdict.Assess, second.Verdict);
        Assert.Contains(second.Reasons, reason => reason.StartsWith("not left yet", StringComparison.Ordinal));
        Assert.NotEqual(Verdict.Assess, stranger.Verdict);
        Assert.Equal(Verdict.FixForward, third.Verdict);
        Assert.Equal(second.Reasons, DecisionRule.Decide(second.Project, second.Environment, second.Inputs).Reasons);
    }

    [Fact]
    public async Task Prior_OfAWatch_CarriesOverToTheNextLookAtTheSameDeployment()
    {
        var world = World.WithThree();
        var watch = new VerdictWatch(
            world.Context, _ => JudgeAsync(new Judge(world.Context, _ => { }), Window(world, requests: 100, errors: 20)), _ => { }, _ => { });
        await watch.RunAsync(length: null, CancellationToken.None);
        world.Clock.Pass(TimeSpan.FromMinutes(5));

        var decision = await JudgeAsync(new Judge(world.Context, _ => { }), Window(world, requests: 3, errors: 0));
        world.Platform.Deploy("v4");
        var ofAnother = await JudgeAsync(new Judge(world.Context, _ => { }), Window(world, requests: 3, errors: 0));

        Assert.Contains(decision.Reasons, reason => reason.StartsWith("not left yet", StringComparison.Ordinal));
        Assert.Null(ofAnother.Inputs.Prior);
    }

    [Fact]
    public async Task Deadline_OfTheSameVerdict_RunsFromItsFirstLook()
    {
        var world = World.WithThree();
        var judge = new Judge(world.Context, _ => { });
        var first = await JudgeAsync(judge, Given.Resource(95, TimeSpan.FromMinutes(3)) with { To = world.Clock.Now });
        world.Clock.Pass(TimeSpan.FromSeconds(40));

        var second = await JudgeAsync(judge, Given.Resource(95, TimeSpan.FromMinutes(3)) with { To = world.Clock.Now });

        Assert.Equal((Verdict.Assess, Verdict.Assess), (first.Verdict, second.Verdict));
        Assert.Equal(first.Deadline, second.Deadline);
    }

    [Fact]
    public void Lag_CellsThatMayStillGrow_AreNotLookedAt()
    {
        var measurement = Given.Cells([.. Given.Same(30, 100, 0), (100, 100)]);
        var inputs = Given.Inputs(measurement);

        var now = Given.Decide(inputs);
        var later = Given.Decide(inputs with { Policy = inputs.Policy with { Lag = TimeSpan.FromSeconds(10) } });

        Assert.Equal(100, now.Traffic!.Errors);
        Assert.Equal((0, 3000), (later.Traffic!.Errors, later.Traffic.Requests));
    }

    [Fact]
    public async Task Metrics_NothingGiven_AreReadFromAnHourBeforeGoLiveOn()
    {
        var world = World.WithThree();
        var metrics = new FakeMetrics(query => [Cells(query.From, query.To, errors: at => at >= query.GoLive ? 20 : 0)]);
        var goLive = (await JudgeAsync(new Judge(world.Context, _ => { }))).Inputs.GoLive!.Value;
        world.Clock.Pass(TimeSpan.FromMinutes(-50));

        var decision = await JudgeAsync(new Judge(WithMetrics(world, metrics), _ => { }));

        var query = Assert.Single(metrics.Queries);
        Assert.Equal((goLive - TimeSpan.FromHours(1), goLive), (query.From, query.GoLive));
        Assert.InRange(decision.DecidedAt - query.To, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11));
        Assert.Equal(Verdict.RollBack, decision.Verdict);
        // Clients are not known and no probe fails.
        Assert.False(decision.IsAutomatic);
    }

    [Fact]
    public async Task Metrics_GoLiveIsLongAgo_ItsHourBeforeIsReadApart()
    {
        var world = World.WithThree();
        var metrics = new FakeMetrics(query => [Cells(query.From, query.To, errors: _ => 1)]);
        world.Clock.Pass(TimeSpan.FromHours(5));

        var decision = await JudgeAsync(new Judge(WithMetrics(world, metrics), _ => { }));

        Assert.Equal(2, metrics.Queries.Count);
        Assert.Equal((decision.Inputs.GoLive - TimeSpan.FromHours(1), decision.Inputs.GoLive), (decision.Inputs.Baseline!.From, decision.Inputs.Baseline.To));
    }

    [Fact]
    public async Task Metrics_CannotBeRead_IsSaidAndNeverHealth()
    {
        var world = World.WithThree();
        var metrics = new FakeMetrics(_ => throw new RollbackOpsException(ErrorId.MetricsUnavailable, "It is away.", "Wait."));
        var judge = new Judge(WithMetrics(world, metrics), _ => { });

        var well = await JudgeAsync(judge);
        world.Prober.Sick.Add("v3");
        var down = await JudgeAsync(judge);

        Assert.Equal(Verdict.InsufficientData, well.Verdict);
        Assert.Contains("Prometheus cannot be read: It is away.", well.Reasons);
        Assert.Equal((Verdict.RollBack, true), (down.Verdict, down.IsAutomatic));
        Assert.Contains("Prometheus cannot be read: It is away.", down.Evidence);
    }

    [Fact]
    public void Partial_ItIsNotTakenForHealthAndBadNewsStand()
    {
        var well = Given.Cells([.. Given.Same(30, 100, 0)]) with { IsPartial = true, Notes = ["a store is away"] };
        var bad = Given.Cells([.. Given.Same(30, 100, 20)]) with { IsPartial = true };

        Assert.Equal(Verdict.InsufficientData, Given.Decide(well).Verdict);
        Assert.Contains("test gave only a part", Given.Decide(well).Reasons);
        Assert.Contains("test: a store is away", Given.Decide(well).Evidence);
        Assert.Equal(Verdict.RollBack, Given.Decide(bad).Verdict);
        Assert.Equal(Verdict.FixForward, Given.Decide(well with { IsPartial = false }).Verdict);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Probes_TheTrafficIsBadAndTellsNoClients_AreMadeForTheAutomaticAct(bool isSick)
    {
        var world = World.WithThree();
        world.Clock.Pass(TimeSpan.FromMinutes(-50));
        if (isSick)
        {
            world.Prober.Sick.Add("v3");
        }

        var decision = await JudgeAsync(new Judge(world.Context, _ => { }), Window(world, requests: 100, errors: 20));

        Assert.Equal(isSick ? 3 : 1, decision.Inputs.Probes.Count);
        Assert.Equal((Verdict.RollBack, isSick), (decision.Verdict, decision.IsAutomatic));
    }

    // 2 % were refused before go-live, so 10 % are five times that.
    [Theory]
    [InlineData(9, Verdict.FixForward)]
    [InlineData(10, Verdict.RollBack)]
    [InlineData(30, Verdict.RollBack)]
    public void Refused_FiveTimesAsManyAsBefore_IsSessionsFailing(int refused, Verdict verdict)
    {
        var decision = Given.Decide(Refused(refused));

        Assert.Equal((verdict, false), (decision.Verdict, decision.IsAutomatic));
        Assert.Equal(verdict == Verdict.RollBack, decision.Reasons[0].StartsWith("SessionsFailing: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Refused_AProbeFailsAsWell_MayBeActedOn()
    {
        var inputs = Refused(30) with { IsProberOnline = true, Probes = Given.Rounds(true, true, false) };

        Assert.Equal((Verdict.RollBack, true), (Given.Decide(inputs).Verdict, Given.Decide(inputs).IsAutomatic));
    }

    [Fact]
    public void Refused_OfFewRequestsOrWithoutABefore_SaysNothing()
    {
        var few = Refused(30, requests: 1);
        var bare = Refused(30) with { GoLive = null };

        Assert.DoesNotContain(Given.Decide(few).Reasons, reason => reason.StartsWith("SessionsFailing", StringComparison.Ordinal));
        Assert.DoesNotContain(Given.Decide(bare).Reasons, reason => reason.StartsWith("SessionsFailing", StringComparison.Ordinal));
    }

    /// <summary>Half an hour before go-live with 2 % refused, and three minutes after it with so many percent.</summary>
    private static DecisionInputs Refused(int percent, long requests = 100)
    {
        const int Before = 180;
        var measurement = Given.Cells([.. Given.Same(Before + 18, requests, 0)]);
        return Given.Inputs(measurement with
        {
            Cells = [.. measurement.Cells.Select((cell, at) => cell with { Refused = requests * (at < Before ? 2 : percent) / 100 })],
        }) with
        { GoLive = measurement.Cells[Before].At };
    }

    [Fact]
    public void Slow_CountedInCells_TheRuleJudgesAndNoPercentileOfTheWholeWindow()
    {
        var cells = Given.Cells([.. Given.Same(30, 100, 0)]);
        var old = cells with
        {
            P95 = TimeSpan.FromSeconds(3),
            Slow = 500,
            Cells = [.. cells.Cells.Select((cell, at) => cell with { Slow = at < 10 ? 50 : 0 })],
        };

        Assert.Equal(Verdict.FixForward, Given.Decide(old).Verdict);
        Assert.Equal(Verdict.Assess, Given.Decide(old with { Slow = null, Cells = [] }).Verdict);
    }

    private static Task<RollbackDecision> JudgeAsync(Judge judge, params Measurement[] measurements) =>
        judge.JudgeAsync([], measurements, [], prior: null, CancellationToken.None);

    private static RollbackContext WithMetrics(World world, IMetricsReader metrics) => new(
        world.Settings with { Prometheus = new PrometheusSettings { Address = new Uri("http://metrics.test/") } },
        world.Platform, world.Store, world.Prober, world.Repository, [world.Git], new FakeSecrets(), world.Clock, "Ann",
        metrics: metrics);

    /// <summary>Five minutes and a cell up to now, the same all along; clients are not known.</summary>
    private static Measurement Window(World world, long requests, long errors)
    {
        var end = world.Clock.Now;
        return Measurement.FromCells("test", [.. Enumerable.Range(0, 31).Select(cell => new TrafficCell
        {
            At = end - ((31 - cell) * Given.Cell),
            Length = Given.Cell,
            Requests = requests,
            Errors = errors,
        })]);
    }

    private static Measurement Cells(DateTimeOffset from, DateTimeOffset to, Func<DateTimeOffset, long> errors) =>
        Measurement.FromCells("test", [.. Enumerable.Range(0, (int)((to - from).Ticks / Given.Cell.Ticks)).Select(cell => new TrafficCell
        {
            At = from + (cell * Given.Cell),
            Length = Given.Cell,
            Requests = 100,
            Errors = errors(from + (cell * Given.Cell)),
        })]);
}
