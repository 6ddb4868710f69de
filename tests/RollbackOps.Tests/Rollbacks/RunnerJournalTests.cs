using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>A full disk while journaling: nothing is done without a record, and nothing done is called failed.</summary>
public sealed class RunnerJournalTests
{
    [Fact]
    public async Task Run_JournalUnwritableFromTheStart_DoesNothing()
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        world.Store.IsFull = true;

        var refused = await World.RefusedAsync(() => world.RunAsync(plan));

        Assert.Equal(ErrorId.JournalUnwritable, refused.Id);
        Assert.Empty(world.Platform.Effects);
        Assert.Null(world.Store.Holder);
    }

    [Fact]
    public async Task Run_JournalUnwritableBeforeTheSwitch_DoesNotSwitch()
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        world.Store.OnRenew = step => world.Store.IsFull |= step == nameof(StepKind.Switch);

        var result = await world.RunAsync(plan);

        Assert.Equal((RollbackStatus.Failed, ErrorId.JournalUnwritable), (result.Status, result.Error));
        Assert.Empty(world.Platform.Effects);
        await AssertResumesAsync(world);
    }

    [Fact]
    public async Task Run_JournalUnwritableAfterTheSwitch_IsUnknownAndResumes()
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        world.Platform.OnApply = (kind, _) =>
        {
            world.Store.IsFull = kind == StepKind.Switch;
            return false;
        };

        var result = await world.RunAsync(plan);

        Assert.Equal((RollbackStatus.Unknown, ErrorId.JournalUnwritable), (result.Status, result.Error));
        Assert.Equal("v2", world.Platform.Current);
        await AssertResumesAsync(world);
    }

    [Fact]
    public async Task Run_SwitchUnseenAndItsFailureUnrecordable_IsUnknownAndNotFailed()
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        world.Platform.OnApply = (kind, _) =>
        {
            world.Store.IsFull = kind == StepKind.Switch;
            return false;
        };
        world.Platform.Seen = _ => new EffectObservation { State = EffectState.Unknown, Detail = "the platform is mute" };

        var result = await world.RunAsync(plan);
        world.Platform.Seen = null;

        Assert.Equal((RollbackStatus.Unknown, ErrorId.OutcomeUnknown), (result.Status, result.Error));
        await AssertResumesAsync(world);
    }

    [Fact]
    public async Task Run_JournalUnwritableWhileVerifying_IsResumable()
    {
        var world = World.WithThree();
        var plan = await world.PlanAsync();
        world.Store.OnRenew = step => world.Store.IsFull |= step == nameof(StepKind.Verify);

        var result = await world.RunAsync(plan);

        Assert.NotEqual(RollbackStatus.Succeeded, result.Status);
        Assert.NotEqual(RollbackStatus.Failed, result.Status);
        Assert.Equal("v2", world.Platform.Served);
        await AssertResumesAsync(world);
    }

    private static async Task AssertResumesAsync(World world)
    {
        world.Store.IsFull = false;
        world.Store.OnRenew = null;
        world.Platform.OnApply = null;

        var resumed = await world.ResumeAsync();

        Assert.Equal(RollbackStatus.Succeeded, resumed.Status);
        Assert.Equal(1, world.Platform.Switches);
        Assert.Equal("v2", world.Platform.Served);
        Assert.True(JournalCheck.Of(world.Context).IsTrusted);
    }
}
