using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Vercel;

/// <summary>The rollback from plan to verified end, and every way it may come out.</summary>
public sealed class RollbackTests
{
    private readonly VercelWorld _world = new();

    private FakeVercel Fake => _world.Fake;

    [Fact]
    public async Task RollBack_GoodRun_MovesEveryAliasOnceAndIsPinned()
    {
        var result = await _world.RollBackAsync();

        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        Assert.Equal(("dpl_three", "dpl_two"), (result.From!.Id, result.Target!.Id));
        Assert.True(_world.IsAllAt("dpl_two"));
        Assert.Equal((1, false), (Fake.Switches, Fake.AutoAssign));
        Assert.Equal("dpl_three", Fake.Aliases[FakeVercel.BranchAlias]);
        Assert.Contains("shop.example", Step(result, StepKind.Switch).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RollBack_GoodRun_DescriptionHoldsReasonAndId()
    {
        var result = await _world.RollBackAsync();
        var pin = await _world.Platform.ReadPinAsync(CancellationToken.None);

        Assert.Equal(result.RollbackId, pin!.RollbackId);
        Assert.Equal(("dpl_two", "ann", "errors after the release"), (pin.DeploymentId, pin.By, pin.Reason));
    }

    [Fact]
    public async Task RollBack_Again_IsStoppedWhileThePinIsUp()
    {
        await _world.RollBackAsync();

        var error = await Assert.ThrowsAsync<RollbackOpsException>(() => _world.PlanAsync());

        Assert.Equal(ErrorId.RecentlyRolledBack, error.Id);
        Assert.Equal("dpl_one", (await _world.PlanAsync(further: true)).Target.Id);
    }

    // S10: what was live is not what the plan saw.
    [Fact]
    public async Task RollBack_AnotherWentLiveBeforeTheRequest_NothingIsAsked()
    {
        var plan = await _world.PlanAsync();
        Fake.Deploy("dpl_four", _world.Clock.Now);

        var error = await Assert.ThrowsAsync<RollbackOpsException>(() => _world.RunAsync(plan));

        Assert.Equal(ErrorId.WorldChanged, error.Id);
        Assert.Equal(0, Fake.Switches);
    }

    // S10: Vercel's own record tells what was replaced.
    [Fact]
    public async Task RollBack_AnotherWentLiveInTheSameMoment_WorldChangedIsReported()
    {
        var plan = await _world.PlanAsync();
        Fake.OnSwitch = () => Fake.Deploy("dpl_four", _world.Clock.Now);

        var result = await _world.RunAsync(plan);

        Assert.Equal((RollbackStatus.Unknown, ErrorId.WorldChanged), (result.Status, result.Error));
        Assert.Contains("'dpl_four'", result.Message, StringComparison.Ordinal);
        Assert.True(_world.IsAllAt("dpl_two"));
    }

    // S19: a straggler is let lead to the target once.
    [Fact]
    public async Task RollBack_OneAliasStuckInTheJob_IsRetriedAndSucceeds()
    {
        Fake.StuckInJob.Add("www.shop.example");

        var result = await _world.RollBackAsync();

        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        Assert.True(_world.IsAllAt("dpl_two"));
        Assert.Equal(1, Fake.Calls.Count(call => call == "POST /v2/deployments/dpl_two/aliases"));
    }

    [Fact]
    public async Task RollBack_OneAliasStuckForGood_IsPartialAndNamesIt()
    {
        Fake.StuckInJob.Add("www.shop.example");
        Fake.StuckForGood.Add("www.shop.example");

        var result = await _world.RollBackAsync();

        Assert.Equal((RollbackStatus.PartiallyRolledBack, ErrorId.PartiallyRolledBack), (result.Status, result.Error));
        Assert.Contains("Not moved: www.shop.example", result.Message, StringComparison.Ordinal);
        Assert.Contains("Moved: shop.example, shop-acme.vercel.app", result.Message, StringComparison.Ordinal);

        Fake.StuckForGood.Clear();
        Assert.Equal(RollbackStatus.Succeeded, (await _world.ResumeAsync()).Status);
        Assert.Equal(1, Fake.Switches);
    }

    [Theory]
    [InlineData("skipped", ErrorId.SwitchSkipped)]
    [InlineData("failed", ErrorId.StepFailed)]
    public async Task RollBack_JobMovesNothing_HasAnOutcomeOfItsOwn(string end, ErrorId id)
    {
        Fake.JobEnd = end;
        Fake.StuckInJob.UnionWith(FakeVercel.ProductionAliases);

        var result = await _world.RollBackAsync();

        Assert.Equal((RollbackStatus.Failed, id), (result.Status, result.Error));
        Assert.True(_world.IsAllAt("dpl_three"));
    }

    // S24, S17: accepted, and no record of it.
    [Fact]
    public async Task RollBack_NoRecordAppears_IsUnknownUntilItIsLive()
    {
        Fake.KeepsRecord = false;
        Fake.JobTime = TimeSpan.FromMinutes(5);

        var result = await _world.RollBackAsync();

        Assert.Equal((RollbackStatus.Unknown, ErrorId.OutcomeUnknown), (result.Status, result.Error));
        _world.Clock.Pass(TimeSpan.FromMinutes(6));
        Assert.Equal(RollbackStatus.Succeeded, (await _world.ResumeAsync()).Status);
        Assert.Equal(1, Fake.Switches);
    }

    // S24: the shared record is somebody else's, of before.
    [Fact]
    public async Task RollBack_AnOlderRecordToTheSameTarget_IsNotTakenForOurs()
    {
        Fake.Job = new FakeJob("rollback", "dpl_one", "dpl_two", _world.Clock.Now.AddHours(-1), []) { Status = "failed" };

        var result = await _world.RollBackAsync();

        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        Assert.Equal(1, Fake.Switches);
    }

    [Fact]
    public async Task RollBack_AnotherSwitchIsUnderWay_NothingIsAsked()
    {
        var plan = await _world.PlanAsync();
        Fake.JobTime = TimeSpan.FromMinutes(2);
        Fake.Begin("rollback", "dpl_one");

        var result = await _world.RunAsync(plan);

        Assert.Equal(RollbackStatus.Failed, result.Status);
        Assert.Contains("dpl_one", result.Message, StringComparison.Ordinal);
        Assert.Equal(1, Fake.Switches);
    }

    [Fact]
    public async Task RollBack_JobTakesTooLong_IsUnknownAndResumeWaitsForIt()
    {
        Fake.JobTime = TimeSpan.FromMinutes(4);

        var result = await _world.RollBackAsync();
        var resumed = await _world.ResumeAsync();

        Assert.Equal(RollbackStatus.Unknown, result.Status);
        Assert.Equal(RollbackStatus.Succeeded, resumed.Status);
        Assert.Equal(1, Fake.Switches);
    }

    [Theory]
    [InlineData(400, ErrorId.StepFailed)]
    [InlineData(401, ErrorId.PlatformUnauthorized)]
    [InlineData(402, ErrorId.PlatformLimit)]
    [InlineData(403, ErrorId.PlatformForbidden)]
    [InlineData(404, ErrorId.DeploymentNotFound)]
    [InlineData(409, ErrorId.PlatformBusy)]
    [InlineData(410, ErrorId.TargetNotEligible)]
    [InlineData(422, ErrorId.TargetNotEligible)]
    [InlineData(429, ErrorId.RateLimited)]
    public async Task RollBack_Refused_SaysWhyAndChangesNothing(int status, ErrorId id)
    {
        var plan = await _world.PlanAsync();
        Fake.Refusal = (status, "because");

        var result = await _world.RunAsync(plan);

        Assert.Equal((RollbackStatus.Failed, id), (result.Status, result.Error));
        Assert.Contains("because", result.Message, StringComparison.Ordinal);
        Assert.Contains($"status {status}", result.Message, StringComparison.Ordinal);
        Assert.Equal(0, Fake.Switches);
    }

    [Fact]
    public async Task Undo_AfterARollback_PromotesForwardAndLiftsThePin()
    {
        await _world.RollBackAsync();

        var undone = await _world.UndoAsync();

        Assert.Equal(RollbackStatus.Succeeded, undone.Status);
        Assert.True(_world.IsAllAt("dpl_three"));
        Assert.True(Fake.AutoAssign);
        Assert.Contains("POST /v10/projects/prj_shop/promote/dpl_three", Fake.Calls);
        Assert.Null(await _world.Platform.ReadPinAsync(CancellationToken.None));
    }

    // S12: queued is not done.
    [Fact]
    public async Task Undo_QueuedBehindARollingRelease_IsNotDone()
    {
        await _world.RollBackAsync();
        Fake.Canary = "dpl_three";

        var undone = await _world.UndoAsync();

        Assert.Equal(RollbackStatus.Unknown, undone.Status);
        Assert.Contains("queued behind a rolling release", undone.Message, StringComparison.Ordinal);
        Assert.True(_world.IsAllAt("dpl_two"));
    }

    // A pin that was there before the rollback is put back.
    [Fact]
    public async Task Undo_PinnedBefore_IsPinnedAgain()
    {
        Fake.AutoAssign = false;
        await _world.RollBackAsync();

        var undone = await _world.UndoAsync();

        Assert.Equal(RollbackStatus.Succeeded, undone.Status);
        Assert.False(Fake.AutoAssign);
    }

    [Theory]
    [InlineData(InFlightPolicy.Freeze)]
    [InlineData(InFlightPolicy.Cancel)]
    public async Task RollBack_InFlight_IsFrozenOrCancelledBeforeTheSwitch(InFlightPolicy policy)
    {
        var world = new VercelWorld(new PolicySettings { ConfirmingReads = 1, ConfirmingTime = TimeSpan.Zero, InFlight = policy });
        world.Fake.Deployments.Add(new FakeDeployment("dpl_building", world.Clock.Now.AddMinutes(-1)) { State = "BUILDING", Substate = null });

        var result = await world.RollBackAsync();

        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        Assert.Equal(policy == InFlightPolicy.Cancel ? "CANCELED" : "BUILDING", world.Fake["dpl_building"].State);
        var first = world.Fake.Calls.FindIndex(call => call.StartsWith("PATCH", StringComparison.Ordinal));
        Assert.InRange(first, 0, world.Fake.Calls.FindIndex(call => call.Contains("/rollback/dpl", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Plan_InFlight_IsRefusedByDefault()
    {
        Fake.Deployments.Add(new FakeDeployment("dpl_queued", _world.Clock.Now.AddMinutes(-1)) { State = "QUEUED", Substate = null });

        var error = await Assert.ThrowsAsync<RollbackOpsException>(() => _world.PlanAsync());

        Assert.Equal(ErrorId.DeploymentInFlight, error.Id);
    }

    // S40: nowhere, whatever happens.
    [Fact]
    public async Task Token_AfterARollback_IsInNoRecord()
    {
        await _world.RollBackAsync();

        Assert.DoesNotContain(FakeVercel.Token, _world.Journal, StringComparison.Ordinal);
        Assert.DoesNotContain(VercelWorld.Bypass, _world.Journal, StringComparison.Ordinal);
    }

    // S6: the target's own address, with the secret that lets a probe in.
    [Fact]
    public async Task Plan_TargetProbe_AsksTheImmutableAddressWithTheBypass()
    {
        var plan = await _world.PlanAsync();

        var own = Assert.Single(_world.Prober.Requests);
        Assert.Equal(new Uri("https://shop-two-acme.vercel.app/"), own.Address);
        Assert.Equal(VercelWorld.Bypass, own.Headers["x-vercel-protection-bypass"]);
        Assert.True(own.IsBehindPlatform);
        Assert.Equal(RollbackOps.Signals.CheckStatus.Passed, plan.TargetProbe.Status);
    }

    // While a release rolls, what is current is the good one: nothing older than it is what anybody wants.
    [Fact]
    public async Task Plan_ReleaseIsRolling_SaysToAbortItInstead()
    {
        Fake.AutoAssign = false;
        Fake.Deploy("dpl_four", _world.Clock.GetUtcNow().AddMinutes(-5));
        (Fake.AutoAssign, Fake.Canary) = (true, "dpl_four");

        var refusal = await Assert.ThrowsAsync<RollbackOpsException>(() => _world.PlanAsync());

        Assert.Equal(ErrorId.PlatformBusy, refusal.Id);
        Assert.Contains("dpl_four has 25 % of the traffic", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("rolling-release abort --dpl dpl_four", refusal.NextStep, StringComparison.Ordinal);
    }

    // S7: Vercel freezes environment variables in the build. Their values are never read.
    [Fact]
    public async Task Plan_VariablesChangedSinceTheTargetsBuild_AreNamedNewestFirst()
    {
        var built = _world.Fake["dpl_two"].CreatedAt;
        _world.Fake.Variables.AddRange(
        [
            new("OLDER", built.AddMinutes(-1), "production"),
            new("MODEL", built.AddHours(1), "production", "preview"),
            new("DATABASE_URL", built.AddHours(2), "production"),
            new("ONLY_PREVIEW", built.AddHours(3), "preview"),
        ]);

        var plan = await _world.PlanAsync();

        var warning = Assert.Single(plan.Warnings, warning => warning.Id == "SettingsChanged");
        Assert.Matches(@"^dpl_two keeps the settings of its build\. Changed since: DATABASE_URL \([^)]+ UTC\), MODEL \([^)]+ UTC\)\. ", warning.Message);
        Assert.DoesNotContain(FakeVariable.Secret, System.Text.Json.JsonSerializer.Serialize(plan, RollbackJson.Compact.RollbackPlan), StringComparison.Ordinal);
        Assert.DoesNotContain(plan.Difference.NotTakenBack, what => what.Contains("scheduled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plan_VariablesUnreadable_SaysSoAndGoesOn()
    {
        var good = new VercelWorld();
        await good.PlanAsync();
        (_world.Handler.Fault, _world.Handler.FaultAt) =
            (new Faults.Fault("forbidden", 403), good.Handler.Calls.FindIndex(call => call.EndsWith("/env", StringComparison.Ordinal)));

        var plan = await _world.PlanAsync();

        Assert.Contains(plan.Warnings, warning => warning.Id == "SettingsNotRead" && warning.Message.Contains("403", StringComparison.Ordinal));
    }

    private static StepResult Step(RollbackResult result, StepKind kind) => Assert.Single(result.Steps, step => step.Kind == kind);
}
