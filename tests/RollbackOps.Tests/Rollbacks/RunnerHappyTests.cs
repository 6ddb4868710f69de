using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

public sealed class RunnerHappyTests
{
    [Fact]
    public async Task Run_GoodTarget_SwitchesOncePinsMarksAndVerifies()
    {
        var world = World.WithThree();

        var result = await world.RollBackAsync();

        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        Assert.Equal(["Switch v2", "Pin v2", "Activate v2"], world.Platform.Effects);
        Assert.Equal(result.RollbackId, world.Platform.Pin?.RollbackId);
        Assert.True(world.Ledger.Marks["v3"].Kind == Deployments.MarkKind.KnownBad);
        Assert.All(result.Steps, step => Assert.Equal(StepStatus.Done, step.Status));
        Assert.Null(world.Store.Holder);
        Assert.True(JournalCheck.Of(world.Context).IsTrusted);
    }

    [Fact]
    public async Task Run_SecondTime_NeedsFurtherAndGoesFurtherBack()
    {
        var world = World.WithThree();
        await world.RollBackAsync();

        var refused = await World.RefusedAsync(() => world.PlanAsync());
        var second = await world.RollBackAsync(further: true);

        Assert.Equal(ErrorId.RecentlyRolledBack, refused.Id);
        Assert.Equal("v1", second.Target?.Id);
        Assert.Equal("v1", world.Platform.Served);
    }

    [Fact]
    public async Task Undo_AfterRollback_IsTheIdentity()
    {
        var world = World.WithThree();
        await world.RollBackAsync();

        var undone = await world.UndoAsync();

        Assert.Equal(RollbackStatus.Succeeded, undone.Status);
        Assert.Equal("v3", world.Platform.Served);
        Assert.Null(world.Platform.Pin);
        Assert.Empty(world.Ledger.Marks);
        Assert.Equal("v2", await world.NextChoiceAsync());
    }
}
