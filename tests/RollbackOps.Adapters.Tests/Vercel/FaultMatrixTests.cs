using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Tests.Vercel;

/// <summary>
/// Every call of a good run, each with every fault, once and lasting: never a false success, never a double effect,
/// never "nothing was switched" when it was; and once the fault is gone, the end state is as after one effect.
/// </summary>
public sealed class FaultMatrixTests
{
    private static readonly Fault[] s_faults =
    [
        .. new[] { 400, 401, 402, 403, 404, 409, 410, 422, 429, 500, 502, 503 }.Select(status => new Fault($"{status}", status)),
        new("429 with Retry-After", 429, RetryAfter: "2"),
        new("429 with a long Retry-After", 429, RetryAfter: "600"),
        new("500 after the effect", 500, HasEffect: true),
        new("time-out before", Spoil: Spoil.Hang),
        new("time-out after", HasEffect: true, Spoil: Spoil.Hang),
        new("reset before", Spoil: Spoil.Reset),
        new("reset after", HasEffect: true, Spoil: Spoil.Reset),
        new("reset in the body", Spoil: Spoil.ResetInBody),
        new("truncated", Spoil: Spoil.Truncate),
        new("html", Spoil: Spoil.Html),
        new("redirect", 307),
        new("unknown words", Spoil: Spoil.UnknownWords),
        new("extra fields", Spoil: Spoil.ExtraFields),
        new("10 MB", Spoil: Spoil.Huge),
        new("slow drip", Spoil: Spoil.Drip),
    ];

    public static TheoryData<string, bool> Faults
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var fault in s_faults)
            {
                data.Add(fault.Name, false);
                data.Add(fault.Name, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task EveryCall_WithAFault_EndsHonestly(string name, bool isLasting)
    {
        var fault = s_faults.Single(one => one.Name == name);
        var recorded = await RecordAsync();
        for (var at = 0; at < recorded.Count; at++)
        {
            await RunAsync(fault, isLasting, at, $"{name}{(isLasting ? ", lasting" : "")} at call {at}: {recorded[at]}");
        }
    }

    [Fact]
    public async Task GoodRun_Calls_HoldEveryStation()
    {
        var recorded = await RecordAsync();

        Assert.Contains("GET /v6/deployments", recorded);
        Assert.Contains("GET /v9/projects/shop", recorded);
        Assert.Single(recorded, "POST /v1/projects/prj_shop/rollback/dpl_two");
        Assert.Contains("GET /v9/projects/prj_shop/rollback/aliases", recorded);
        Assert.Contains("GET /v2/deployments/dpl_two/aliases", recorded);
    }

    private static async Task<List<string>> RecordAsync()
    {
        var world = new VercelWorld();
        Assert.Equal(RollbackStatus.Succeeded, (await world.RollBackAsync()).Status);
        return world.Handler.Calls;
    }

    private static async Task RunAsync(Fault fault, bool isLasting, int at, string name)
    {
        var world = new VercelWorld();
        (world.Handler.Fault, world.Handler.FaultAt, world.Handler.IsLasting) = (fault, at, isLasting);
        RollbackResult? result = null;
        RollbackOpsException? refusal = null;
        try
        {
            result = await world.RollBackAsync();
        }
        catch (RollbackOpsException error)
        {
            refusal = error;
        }

        var switches = world.Fake.Switches;
        Assert.True(switches <= 1, $"{name}: switched {switches} times");
        Assert.True(refusal is null || switches == 0, $"{name}: refused, but switched: {refusal?.Message}");
        Assert.True(result?.Status != RollbackStatus.Failed || switches == 0, $"{name}: failed, but switched: {result?.Message}");
        if (result?.Status == RollbackStatus.Succeeded)
        {
            Assert.True(world.IsAllAt("dpl_two") && !world.Fake.AutoAssign, $"{name}: a false success");
        }

        var told = $"{refusal?.Message}{refusal?.NextStep}{result?.Message}{result?.NextStep}{world.Journal}{string.Join('\n', world.Said)}";
        Assert.False(told.Contains(FakeVercel.Token, StringComparison.Ordinal), $"{name}: tells the token");
        Assert.False(told.Contains('\u001b', StringComparison.Ordinal), $"{name}: lets foreign text act");

        (world.Handler.Fault, world.Handler.IsLasting) = (new Fault("none", Spoil: Spoil.ExtraFields), false);
        world.Clock.Pass(TimeSpan.FromMinutes(1));
        var end = result?.Status switch
        {
            RollbackStatus.Succeeded => result,
            null or RollbackStatus.Failed => await RollBackAnewAsync(world),
            _ => await world.ResumeAsync(),
        };
        Assert.True(end.Status == RollbackStatus.Succeeded, $"{name}: was {result?.Status} ({result?.Message}), then {end.Status}: {end.Message}");
        Assert.True(world.Fake.Switches == 1, $"{name}: {world.Fake.Switches} switches in the end");
        Assert.True(world.IsAllAt("dpl_two") && !world.Fake.AutoAssign, $"{name}: not as after one effect");
    }

    private static async Task<RollbackResult> RollBackAnewAsync(VercelWorld world)
    {
        world.Platform = world.NewPlatform();
        return await world.RollBackAsync();
    }
}
