using RollbackOps.Adapters.Tests.Faults;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Vercel;

/// <summary>Whatever goes wrong with a call to Vercel, of a rollback, of its undo, and of one that cancels what is in flight.</summary>
public sealed class VercelFaultTests
{
    public static TheoryData<string, bool> Faults => FaultMatrix.Faults;

    [Theory]
    [MemberData(nameof(Faults))]
    public Task RollBack_EveryCallWithAFault_EndsHonestly(string fault, bool isLasting) =>
        FaultMatrix.EveryCallEndsHonestlyAsync(LayOut, fault, isLasting);

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Undo_EveryCallWithAFault_EndsHonestly(string fault, bool isLasting) =>
        FaultMatrix.EveryCallEndsHonestlyAsync(LayOutRolledBackAsync, fault, isLasting);

    [Theory]
    [MemberData(nameof(Faults))]
    public Task CancelAndRollBack_EveryCallWithAFault_EndsHonestly(string fault, bool isLasting) =>
        FaultMatrix.EveryCallEndsHonestlyAsync(LayOutInFlight, fault, isLasting);

    [Fact]
    public async Task GoodRuns_Calls_HoldEveryStation()
    {
        var rollback = await FaultMatrix.RecordAsync(LayOut);
        Assert.Contains("GET /v6/deployments", rollback);
        Assert.Contains("GET /v9/projects/shop", rollback);
        Assert.Single(rollback, "POST /v1/projects/prj_shop/rollback/dpl_two");
        Assert.Contains("GET /v9/projects/prj_shop/rollback/aliases", rollback);
        Assert.Contains("GET /v2/deployments/dpl_two/aliases", rollback);
        Assert.Single(await FaultMatrix.RecordAsync(LayOutRolledBackAsync), "POST /v10/projects/prj_shop/promote/dpl_three");
        Assert.Single(await FaultMatrix.RecordAsync(LayOutInFlight), "PATCH /v12/deployments/dpl_four/cancel");
    }

    private static Task<IFaultScene> LayOut() => Task.FromResult<IFaultScene>(new Scene(new VercelWorld()));

    private static async Task<IFaultScene> LayOutRolledBackAsync()
    {
        var world = new VercelWorld();
        await world.RollBackAsync();
        return new Scene(world) { IsUndo = true };
    }

    private static Task<IFaultScene> LayOutInFlight()
    {
        var world = new VercelWorld(new PolicySettings
        {
            ConfirmingReads = 2,
            ConfirmingTime = TimeSpan.FromMilliseconds(50),
            InFlight = InFlightPolicy.Cancel,
        });
        world.Fake.AutoAssign = false;
        var building = world.Fake.Deploy("dpl_four", world.Clock.Now.AddMinutes(-1));
        (building.State, world.Fake.AutoAssign) = ("BUILDING", true);
        return Task.FromResult<IFaultScene>(new Scene(world));
    }

    private sealed class Scene(VercelWorld world) : IFaultScene
    {
        public bool IsUndo { get; init; }

        public VirtualClock Clock => world.Clock;

        public FaultyHandler Handler => world.Handler;

        public int Effects => world.Fake.Switches;

        public bool IsDone => world.IsAllAt(IsUndo ? "dpl_three" : "dpl_two") && world.Fake.AutoAssign == IsUndo
            && world.Fake.Deployments.All(one => one.State != "BUILDING");

        public string Told => world.Journal + string.Join('\n', world.Said);

        public string Secret => FakeVercel.Token;

        public Task<RollbackResult> ActAsync()
        {
            world.Platform = world.NewPlatform();
            return IsUndo ? world.UndoAsync() : world.RollBackAsync();
        }

        public Task<RollbackResult> ResumeAsync() => world.ResumeAsync();
    }
}
