using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>What a rollback marks, and what its undo leaves of it (S2, S26).</summary>
public sealed class RunnerMarkTests
{
    [Fact]
    public async Task Run_FromASuspectedDeployment_MarksItKnownBad()
    {
        var world = World.WithThree();
        Suspect(world);

        var result = await world.RollBackAsync();

        var mark = world.Ledger.Marks["v3"];
        Assert.Equal((MarkKind.KnownBad, result.RollbackId), (mark.Kind, mark.RollbackId));
    }

    [Fact]
    public async Task Undo_OfARollbackFromASuspectedDeployment_PutsTheSuspicionBackAlsoAfterAnyCrash()
    {
        var rehearsal = World.WithThree();
        Suspect(rehearsal);
        await rehearsal.RollBackAsync();
        var first = rehearsal.Faults.Passed.Count;
        await rehearsal.UndoAsync();
        var last = rehearsal.Faults.Passed.Count;
        for (var at = first; at <= last; at++)
        {
            var world = World.WithThree();
            var suspicion = Suspect(world);
            await world.RollBackAsync();
            var plan = await world.PlanUndoAsync();
            world.Faults.FailAt = at;
            if (at < last)
            {
                await Assert.ThrowsAsync<CrashException>(() => world.RunAsync(plan));
                (world.Store.Holder, world.Faults.FailAt) = (null, null);
            }

            if (world.Ledger.Find(plan.Id) is null)
            {
                await world.RunAsync(plan);
            }
            else if (world.Ledger.Unfinished is not null)
            {
                await world.ResumeAsync();
            }

            Assert.Equal(suspicion, world.Ledger.Marks["v3"]);
            Assert.Equal("v3", world.Platform.Served);
        }
    }

    [Fact]
    public async Task Undo_WhereAPersonHadMarkedIt_LeavesThatMark()
    {
        var world = World.WithThree();
        new DeploymentMarks(world.Context).Block(world.Platform.Deployments.Single(one => one.Id == "v3"), "seen to be bad");
        var theirs = world.Ledger.Marks["v3"];

        await world.RollBackAsync();
        var marked = world.Ledger.Marks["v3"];
        await world.UndoAsync();

        Assert.Equal((theirs, theirs), (marked, world.Ledger.Marks["v3"]));
    }

    [Fact]
    public async Task Undo_SuspectedAgainAfterwards_RemembersTheNewestSuspicion()
    {
        var world = World.WithThree();
        Suspect(world, "the first time");
        await world.RollBackAsync();
        await world.UndoAsync();
        var newest = Suspect(world, "the second time");

        await world.RollBackAsync();
        await world.UndoAsync();

        Assert.Equal(newest, world.Ledger.Marks["v3"]);
    }

    [Fact]
    public async Task PlanUndo_WhatTheRollbackLeftCanNoLongerServe_IsRefused()
    {
        var world = World.WithThree();
        await world.RollBackAsync();
        world.Platform.Break("v3");

        var refused = await World.RefusedAsync(() => world.PlanUndoAsync());

        Assert.Equal(ErrorId.TargetNotEligible, refused.Id);
        Assert.Contains("its files are gone", refused.Message, StringComparison.Ordinal);
        Assert.Equal("v2", world.Platform.Current);
    }

    private static DeploymentMark Suspect(World world, string reason = "rolling away did not help")
    {
        var mark = new DeploymentMark
        {
            Kind = MarkKind.Suspected,
            DeploymentId = "v3",
            Reason = reason,
            By = "Ann",
            At = world.Clock.Now,
        };
        world.Context.Journal.Append(JournalKind.DeploymentMarked, rollbackId: null,
            new DeploymentMarkedData { Mark = mark }, RollbackJson.Compact.DeploymentMarkedData);
        return mark;
    }
}
