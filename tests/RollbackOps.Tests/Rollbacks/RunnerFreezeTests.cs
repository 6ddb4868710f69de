using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>The pin that the policy <c>freeze</c> sets before the switch (S9) does not outlive a switch that fails.</summary>
public sealed class RunnerFreezeTests
{
    [Fact]
    public async Task Run_SwitchFailsAfterTheEarlyPin_LiftsThePin()
    {
        var world = Frozen();
        FailSwitch(world);

        var result = await world.RollBackAsync();

        Assert.Equal((RollbackStatus.Failed, ErrorId.StepFailed), (result.Status, result.Error));
        Assert.Equal(["Pin v2", "Unpin v2"], world.Platform.Effects);
        Assert.Null(world.Platform.Pin);
        Assert.Equal((StepKind.Unpin, StepStatus.Done), (result.Steps[0].Kind, result.Steps[0].Status));
        Assert.EndsWith("and lift it again", result.Steps[0].Description, StringComparison.Ordinal);
        Assert.EndsWith(": Pin, Unpin", RollbackLogEntry.From(world.Ledger, owner: null).Single().ActionsTaken, StringComparison.Ordinal);
        Assert.True(JournalCheck.Of(world.Context).IsTrusted);
    }

    [Fact]
    public async Task Run_SwitchFailsWhereAPinStoodBefore_PutsThatOneBack()
    {
        var world = Frozen();
        var before = PinOf("Bob");
        world.Platform.Pin = before;
        FailSwitch(world);

        var result = await world.RollBackAsync();

        Assert.Equal(RollbackStatus.Failed, result.Status);
        Assert.Equal(before, world.Platform.Pin);
    }

    [Fact]
    public async Task Run_SomebodyElsePinsMeanwhile_LeavesThatPin()
    {
        var world = Frozen();
        var theirs = PinOf("Mallory");
        FailSwitch(world, () => world.Platform.Pin = theirs);

        var result = await world.RollBackAsync();

        Assert.Equal(RollbackStatus.Failed, result.Status);
        Assert.Equal(theirs, world.Platform.Pin);
        Assert.Equal(["Pin v2"], world.Platform.Effects);
    }

    [Fact]
    public async Task Run_WorldChangesAfterTheEarlyPin_LiftsThePinAndOverwritesNothing()
    {
        var world = Frozen();
        var plan = await world.PlanAsync();
        world.Platform.OnObserve = kind => world.Platform.Current = kind == StepKind.Switch ? "v1" : world.Platform.Current;

        var result = await world.RunAsync(plan);

        Assert.Equal((RollbackStatus.Failed, ErrorId.WorldChanged), (result.Status, result.Error));
        Assert.Equal(("v1", null), (world.Platform.Current, world.Platform.Pin));
    }

    [Fact]
    public async Task Run_SwitchOutcomeUnknown_KeepsThePin()
    {
        var world = Frozen();
        world.Platform.OnApply = (kind, _) => kind == StepKind.Switch
            ? throw new RollbackOpsException(ErrorId.OutcomeUnknown, "no answer", "Look.") : false;

        var result = await world.RollBackAsync();

        Assert.Equal(RollbackStatus.Unknown, result.Status);
        Assert.Equal(result.RollbackId, world.Platform.Pin?.RollbackId);
    }

    [Fact]
    public async Task Run_PinCannotBeLifted_IsUnknownAndResumeLiftsIt()
    {
        var world = Frozen();
        world.Platform.OnApply = (kind, _) => kind is StepKind.Switch or StepKind.Unpin
            ? throw new RollbackOpsException(ErrorId.StepFailed, $"{kind} failed", "Mend it.") : false;

        var result = await world.RollBackAsync();
        FailSwitch(world);
        var resumed = await world.ResumeAsync();

        Assert.Equal((RollbackStatus.Unknown, ErrorId.StepFailed), (result.Status, result.Error));
        Assert.Contains("Unpin failed", result.Message, StringComparison.Ordinal);
        Assert.Contains("Resume-Rollback", result.NextStep, StringComparison.Ordinal);
        Assert.Equal((RollbackStatus.Failed, null), (resumed.Status, world.Platform.Pin));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Resume_KilledAnywhereWhileTheSwitchFailed_EndsPinnedOnlyWhenSwitched(bool isMended, bool isExpired)
    {
        var boundaries = await BoundariesOfFailureAsync();
        Assert.Contains("Unpin.After", boundaries);
        var before = PinOf("Bob");
        for (var at = boundaries.IndexOf("Switch.Before"); at < boundaries.Count; at++)
        {
            var world = Frozen();
            world.Platform.Pin = before;
            var plan = await world.PlanAsync();
            FailSwitch(world);
            world.Faults.FailAt = at;
            await Assert.ThrowsAsync<CrashException>(() => world.RunAsync(plan));
            (world.Store.Holder, world.Faults.FailAt) = (null, null);
            if (world.Ledger.Unfinished is null)
            {
                Assert.Equal((boundaries.Count - 1, before), (at, world.Platform.Pin));
                continue;
            }

            world.Platform.OnApply = isMended ? null : world.Platform.OnApply;
            world.Clock.Pass(isExpired ? TimeSpan.FromMinutes(11) : TimeSpan.Zero);
            var result = await world.ResumeAsync();

            Assert.True(result.Status == (isMended ? RollbackStatus.Succeeded : RollbackStatus.Failed), $"{boundaries[at]}: {result}");
            Assert.Equal(isMended ? ("v2", plan.Id) : ("v3", before.RollbackId), (world.Platform.Current, world.Platform.Pin?.RollbackId));
            Assert.Null(world.Ledger.Unfinished);
            Assert.True(JournalCheck.Of(world.Context).IsTrusted);
        }
    }

    private static async Task<List<string>> BoundariesOfFailureAsync()
    {
        var world = Frozen();
        world.Platform.Pin = PinOf("Bob");
        FailSwitch(world);
        await world.RollBackAsync();
        return [.. world.Faults.Passed];
    }

    /// <summary>Three deployments, a fourth in flight, and the policy to freeze.</summary>
    private static World Frozen()
    {
        var world = World.WithThree(new PolicySettings
        {
            InFlight = InFlightPolicy.Freeze,
            ConfirmingReads = 2,
            ConfirmingTime = TimeSpan.FromMilliseconds(50),
        });
        world.Platform.InFlight.Add(world.Platform.Add("v4", DeploymentState.Building));
        return world;
    }

    private static void FailSwitch(World world, Action? meanwhile = null) => world.Platform.OnApply = (kind, _) =>
    {
        if (kind != StepKind.Switch)
        {
            return false;
        }

        meanwhile?.Invoke();
        throw new RollbackOpsException(ErrorId.StepFailed, "The link cannot be replaced.", "Check rights.");
    };

    private static PromotionPin PinOf(string by) => new()
    {
        DeploymentId = "v1",
        Since = FakeClock.Start,
        By = by,
        RollbackId = $"rb-{by}",
    };
}
