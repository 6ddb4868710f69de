using RollbackOps.Databases;
using RollbackOps.Readiness;
using RollbackOps.Readiness.Inspections;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Readiness;

/// <summary>What is said of journal, lease and kill switch, in each status.</summary>
public sealed class StateInspectionTests
{
    private readonly ReadinessWorld _world = new();

    [Fact]
    public async Task Lease_ByItsHolder_IsFreeHeldOrStuck()
    {
        var free = await _world.LookAsync(scope => new LeaseInspection(scope));
        _world.World.Store.AcquireLease(new LeaseRequest("key", "rb-1", "Bea", "Switch"));
        var holder = _world.World.Store.Holder!;
        _world.World.Store.Holder = holder with { Expires = _world.Now + TimeSpan.FromMinutes(1) };
        var held = await _world.LookAsync(scope => new LeaseInspection(scope));
        _world.World.Store.Holder = holder with { Expires = _world.Now - TimeSpan.FromMinutes(1) };
        var stuck = await _world.LookAsync(scope => new LeaseInspection(scope));

        Assert.Equal((ReadinessStatus.Ready, ReadinessStatus.Warning, ReadinessStatus.Failed), (free.Status, held.Status, stuck.Status));
        Assert.Contains("Bea", stuck.Observed, StringComparison.Ordinal);
        Assert.Contains("process 1 on here", stuck.NextStep!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LeaseReach_OfOneMachine_SaysLocalLease()
    {
        var shared = await _world.LookAsync(scope => new LeaseReachInspection(scope));
        _world.World.Store.IsLocal = true;
        var local = await _world.LookAsync(scope => new LeaseReachInspection(scope));

        Assert.Equal((ReadinessStatus.Ready, ReadinessStatus.Warning), (shared.Status, local.Status));
        Assert.StartsWith("LocalLease:", local.Observed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unfinished_RollbackThatWasCutOff_FailsUntilItIsUnderWayAgain()
    {
        var none = await _world.LookAsync(scope => new UnfinishedInspection(scope));
        var plan = await _world.World.PlanAsync();
        _world.World.Faults.FailAt = _world.World.Faults.Passed.Count + 4;
        await Assert.ThrowsAsync<CrashException>(() => _world.World.RunAsync(plan));
        var holder = _world.World.Store.Holder;
        _world.World.Store.Holder = null;
        var left = await _world.LookAsync(scope => new UnfinishedInspection(scope));
        _world.World.Store.AcquireLease(new LeaseRequest("key", "rb-1", "Bea", "Switch"));
        var underWay = await _world.LookAsync(scope => new UnfinishedInspection(scope));

        Assert.Equal((ReadinessStatus.Ready, ReadinessStatus.Failed, ReadinessStatus.NotApplicable), (none.Status, left.Status, underWay.Status));
        Assert.Contains("Resume-Rollback", left.NextStep!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unfinished_RestoreThatWasCutOff_Fails()
    {
        _world.World.Context.Journal.Append(JournalKind.RestoreStarted, "restore-1", new RestoreStartedData
        {
            Plan = new DatabaseRestorePlan
            {
                Id = "restore-1",
                Kind = RestoreKind.Restore,
                Project = World.Project,
                Environment = World.Environment,
                Database = "app.db",
                Order = RestoreOrder.StopFirst,
                Reason = "corrupt",
                CreatedAt = _world.Now,
                LostWrites = TimeSpan.Zero,
                LiveSize = 1,
                SpaceNeeded = 1,
                Side = "aside",
                Kept = "kept",
                Steps = [],
            },
            Owner = "Ann",
            Host = "here",
            ProcessId = 1,
            Token = 1,
        }, RollbackJson.Compact.RestoreStartedData);

        var found = await _world.LookAsync(scope => new UnfinishedInspection(scope));

        Assert.Equal(ReadinessStatus.Failed, found.Status);
        Assert.StartsWith("the restore restore-1 was cut off", found.Observed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Journal_EditedSomewhere_Fails()
    {
        var none = await _world.LookAsync(scope => new JournalInspection(scope));
        await _world.World.RollBackAsync();
        var whole = await _world.LookAsync(scope => new JournalInspection(scope));
        var at = _world.World.Store.Bytes.AsSpan().IndexOf("errors"u8);
        _world.World.Store.Bytes[at] = (byte)'E';
        var edited = await _world.LookAsync(scope => new JournalInspection(scope));

        Assert.Equal((ReadinessStatus.Ready, ReadinessStatus.Ready, ReadinessStatus.Failed), (none.Status, whole.Status, edited.Status));
        Assert.Contains("Test-RollbackLog", edited.NextStep!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KillSwitch_WhenItIsOn_IsAWarning()
    {
        var off = await _world.LookAsync(scope => new KillSwitchInspection(scope));
        _world.World.Store.IsAutomaticOff = true;
        var on = await _world.LookAsync(scope => new KillSwitchInspection(scope));

        Assert.Equal((ReadinessStatus.Ready, ReadinessStatus.Warning), (off.Status, on.Status));
        Assert.Contains("STOP", on.NextStep!, StringComparison.Ordinal);
    }
}
