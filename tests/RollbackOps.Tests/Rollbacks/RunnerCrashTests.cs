using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>A fault at every boundary of a rollback, before and after each record and each effect (S16).</summary>
public sealed class RunnerCrashTests
{
    /// <summary>Every boundary of a rollback that goes well.</summary>
    private static async Task<IReadOnlyList<string>> BoundariesAsync()
    {
        var world = World.WithThree();
        await world.RollBackAsync();
        return world.Faults.Passed;
    }

    [Fact]
    public async Task Resume_AfterACrashAtEveryBoundary_FinishesWithExactlyOneSwitch()
    {
        var boundaries = await BoundariesAsync();
        Assert.Contains("Switch.Before", boundaries);
        Assert.True(boundaries.Count > 20);
        for (var at = 0; at < boundaries.Count; at++)
        {
            var world = World.WithThree();
            var plan = await world.PlanAsync();
            world.Faults.FailAt = at;
            await Assert.ThrowsAsync<CrashException>(() => world.RunAsync(plan));
            world.Store.Holder = null;

            await AssertResumesAsync(world, $"crash at {at}, {boundaries[at]}");
        }
    }

    [Fact]
    public async Task Resume_AfterTwoCrashes_FinishesWithExactlyOneSwitch()
    {
        var boundaries = (await BoundariesAsync()).Count;
        for (var at = 2; at < boundaries; at += 3)
        {
            for (var again = 1; again < 12; again += 2)
            {
                var world = World.WithThree();
                var plan = await world.PlanAsync();
                world.Faults.FailAt = at;
                await Assert.ThrowsAsync<CrashException>(() => world.RunAsync(plan));
                world.Store.Holder = null;
                world.Faults.FailAt = at + again;
                try
                {
                    await world.ResumeAsync();
                }
                catch (CrashException)
                {
                    world.Store.Holder = null;
                }
                catch (RollbackOpsException done) when (done.Id == ErrorId.RollbackNotFound)
                {
                    continue;
                }

                await AssertResumesAsync(world, $"crash at {at} and {again} later");
            }
        }
    }

    [Fact]
    public async Task Undo_AfterACrashAtEveryBoundary_IsTheIdentityOnceResumed()
    {
        var rehearsal = World.WithThree();
        await rehearsal.RollBackAsync();
        var first = rehearsal.Faults.Passed.Count;
        await rehearsal.UndoAsync();
        for (var at = first; at < rehearsal.Faults.Passed.Count; at++)
        {
            var world = World.WithThree();
            await world.RollBackAsync();
            var plan = await world.PlanUndoAsync();
            world.Faults.FailAt = at;
            await Assert.ThrowsAsync<CrashException>(() => world.RunAsync(plan));
            world.Store.Holder = null;

            var isStarted = world.Ledger.Find(plan.Id) is not null;
            var result = !isStarted ? await world.UndoAsync()
                : world.Ledger.Unfinished is null ? null : await world.ResumeAsync();

            Assert.True(result is null or { Status: RollbackStatus.Succeeded }, $"at {at}: {result?.Message}");
            Assert.Equal(("v3", "v3", null), (world.Platform.Current, world.Platform.Served, world.Platform.Pin));
            Assert.Empty(world.Ledger.Marks);
            Assert.Equal(2, world.Platform.Switches);
        }
    }

    [Fact]
    public async Task Run_AFailureOfEveryEffect_SaysWhereProductionIsAndResumes()
    {
        var boundaries = await BoundariesAsync();
        for (var at = 0; at < boundaries.Count; at++)
        {
            if (boundaries[at].StartsWith("Journal", StringComparison.Ordinal))
            {
                continue;
            }

            var world = World.WithThree();
            var plan = await world.PlanAsync();
            world.Faults.FailAt = at;
            world.Faults.Failure = where => new RollbackOpsException(ErrorId.StepFailed, $"{where} failed.", "Look.");

            var result = await world.RunAsync(plan);

            // "Failed" means that production is what it was; everything else can be resumed.
            var isSwitched = world.Platform.Current == "v2";
            Assert.True(isSwitched == (result.Status != RollbackStatus.Failed), $"{boundaries[at]}: {result.Status}");
            if (isSwitched && result.Status != RollbackStatus.Succeeded)
            {
                var resumed = await world.ResumeAsync();
                Assert.Equal(RollbackStatus.Succeeded, resumed.Status);
            }

            Assert.True(world.Platform.Switches <= 1);
            Assert.True(JournalCheck.Of(world.Context).IsTrusted);
            Assert.Null(world.Ledger.Unfinished);
        }
    }

    [Fact]
    public async Task Resume_AfterTheMachineRestartedWithTornRecord_Recovers()
    {
        var boundaries = await BoundariesAsync();
        for (var at = 2; at < boundaries.Count; at += 2)
        {
            var world = World.WithThree();
            var plan = await world.PlanAsync();
            world.Faults.FailAt = at;
            await Assert.ThrowsAsync<CrashException>(() => world.RunAsync(plan));
            world.Store.Holder = null;
            world.Store.Bytes = [.. world.Store.Bytes, .. "{\"v\":1,\"n\":"u8];

            await AssertResumesAsync(world, $"torn after {at}, {boundaries[at]}");
        }
    }

    /// <summary>Resumed, or run anew where nothing had begun, it ends as after one rollback.</summary>
    private static async Task AssertResumesAsync(World world, string when)
    {
        if (world.Ledger.Attempts.Count == 0)
        {
            Assert.True(world.Platform.Effects.Count == 0, $"{when}: an effect without a record");
            await world.RollBackAsync();
        }
        else if (world.Ledger.Unfinished is not null)
        {
            Assert.Equal(ErrorId.RollbackUnfinished, (await World.RefusedAsync(() => world.PlanAsync(further: true))).Id);
            var result = await world.ResumeAsync();
            Assert.True(result.Status == RollbackStatus.Succeeded, $"{when}: {result.Status} {result.Message}");
        }

        Assert.Equal(("v2", "v2"), (world.Platform.Current, world.Platform.Served));
        // A restart that is seen to have worked is not repeated either.
        Assert.True(world.Platform.Effects is ["Switch v2", "Pin v2", "Activate v2"],
            $"{when}: {string.Join(", ", world.Platform.Effects)}");
        Assert.Equal(world.Ledger.LastStanding?.RollbackId, world.Platform.Pin?.RollbackId);
        Assert.Equal("v3", Assert.Single(world.Ledger.Marks).Key);
        Assert.Equal(RollbackStatus.Succeeded, Assert.Single(world.Ledger.Attempts).Status);
        Assert.True(JournalCheck.Of(world.Context).IsTrusted, when);
        Assert.Null(world.Store.Holder);
    }
}
