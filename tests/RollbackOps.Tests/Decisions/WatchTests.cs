using RollbackOps.Configuration;
using RollbackOps.Decisions;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Decisions;

/// <summary>How long a watch looks, and what ends it.</summary>
public sealed class WatchTests
{
    private static readonly RollbackDecision s_assess = Given.Decide(Given.Rate(3, TimeSpan.FromMinutes(3)));
    private static readonly RollbackDecision s_monitor = Given.Decide(Given.Rate(1, TimeSpan.FromMinutes(3)));
    private static readonly RollbackDecision s_fix = Given.Decide(Given.Rate(0.1, TimeSpan.FromMinutes(3)));
    private static readonly RollbackDecision s_rollBack = Given.Decide(Given.Rate(50, TimeSpan.FromMinutes(5)));

    [Fact]
    public async Task Watch_Assess_LooksEveryTenSecondsForAMinute() => Assert.Equal(
        [0, 10, 20, 30, 40, 50, 60], await LooksAsync(length: null, _ => s_assess));

    [Fact]
    public async Task Watch_Monitor_LooksForFiveMinutes() => Assert.Equal(
        Enumerable.Range(0, 31).Select(look => 10 * look), await LooksAsync(length: null, _ => s_monitor));

    [Fact]
    public async Task Watch_TheTierChanges_ItsOwnWindowBegins() => Assert.Equal(
        Enumerable.Range(0, 10).Select(look => 10 * look), await LooksAsync(length: null, look => look < 3 ? s_monitor : s_assess));

    [Fact]
    public async Task Watch_ADecisiveVerdict_EndsIt()
    {
        Assert.Equal([0, 10], await LooksAsync(length: null, look => look < 1 ? s_monitor : s_rollBack));
        Assert.Equal([0], await LooksAsync(length: null, _ => s_fix));
    }

    [Fact]
    public async Task Watch_ForATime_SeesItThroughWhileAllIsWell()
    {
        Assert.Equal([0, 10, 20, 25], await LooksAsync(TimeSpan.FromSeconds(25), _ => s_fix));
        Assert.Equal([0, 10], await LooksAsync(TimeSpan.FromSeconds(25), look => look < 1 ? s_fix : s_rollBack));
    }

    [Fact]
    public async Task Watch_Stopped_KeepsWhatTheLastLookCameTo()
    {
        var world = new World();
        using var stop = new CancellationTokenSource();
        var watch = new VerdictWatch(world.Context, _ => Task.FromResult(s_assess), _ => stop.Cancel(), _ => { });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch.RunAsync(length: null, stop.Token));

        Assert.Same(s_assess, watch.Last);
        var kept = KeptVerdict.Read(world.Context);
        Assert.Equal(s_assess.Verdict, kept.Verdict);
        Assert.Equal(s_assess.Reasons, kept.Reasons);
    }

    [Fact]
    public async Task Watch_TheStateCannotBeWritten_WarnsOnceAndJudgesAllTheSame()
    {
        var world = new World();
        world.Store.IsFull = true;
        var warnings = new List<string>();

        var decision = await new VerdictWatch(world.Context, _ => Task.FromResult(s_assess), _ => { }, warnings.Add)
            .RunAsync(length: null, CancellationToken.None);

        Assert.Equal(Verdict.Assess, decision.Verdict);
        Assert.Single(warnings);
    }

    [Fact]
    public void Last_NothingWasKeptOrItIsUnreadable_SaysSo()
    {
        var world = new World();
        Assert.Equal(ErrorId.NoInput, Assert.Throws<RollbackOpsException>(() => KeptVerdict.Read(world.Context)).Id);

        world.Store.Notes["last-verdict.production.json"] = "{ \"project\": 1"u8.ToArray();
        Assert.Equal(ErrorId.NoInput, Assert.Throws<RollbackOpsException>(() => KeptVerdict.Read(world.Context)).Id);
    }

    /// <summary>The seconds at which was looked.</summary>
    private static async Task<List<int>> LooksAsync(TimeSpan? length, Func<int, RollbackDecision> verdict)
    {
        var world = new World(new PolicySettings());
        var begin = world.Clock.GetUtcNow();
        var looks = new List<int>();
        var watch = new VerdictWatch(
            world.Context,
            _ =>
            {
                looks.Add((int)(world.Clock.GetUtcNow() - begin).TotalSeconds);
                return Task.FromResult(verdict(looks.Count - 1));
            },
            _ => { },
            _ => { });
        await watch.RunAsync(length, CancellationToken.None);
        return looks;
    }
}
