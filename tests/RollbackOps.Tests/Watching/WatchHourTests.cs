using RollbackOps.Deployments;

namespace RollbackOps.Tests.Watching;

/// <summary>
/// Half an hour of the watch's clock: fifty deployments, ten of them bad, each in another way. The bench has the whole hour.
/// </summary>
public sealed class WatchHourTests
{
    [Fact]
    public async Task HalfAnHour_FiftyDeploymentsTenOfThemBad_TakesBackTheBadAndNoGoodOne()
    {
        // S27's limit is for people who deploy less often: at one in 36 seconds its pause is set to ten.
        var hour = new WatchHour(
            count: 50, good: TimeSpan.FromSeconds(21), quick: TimeSpan.FromSeconds(45), slow: TimeSpan.FromMinutes(5), bake: TimeSpan.FromMinutes(10), pause: TimeSpan.FromSeconds(10));

        var fates = await hour.RunAsync();

        Assert.InRange(hour.Length.TotalMinutes, 29, 31);
        Assert.Equal((50, 10), (fates.Count, fates.Count(fate => fate.Way.IsBad)));
        var ledger = hour.World.Ledger;
        var bad = fates.Where(fate => fate.Way.IsBad).Select(fate => fate.Id).ToHashSet();
        // No good one was touched.
        var left = ledger.Attempts.Where(attempt => attempt.SwitchedAt is not null).ToList();
        Assert.Empty(left.Where(attempt => !bad.Contains(attempt.Plan!.From.Id)).Select(attempt => $"{attempt.Plan!.From.Id} at {attempt.StartedAt:T}: {attempt.Plan.Reason}"));
        // Every bad one is gone before the next one comes, and what is served in its place is good.
        Assert.All(fates.Where(fate => fate.Way.IsBad), fate => Assert.False(bad.Contains(fate.ServedAtEnd!), $"{fate.Id} {fate.Way.Name}: {fate.ServedAtEnd} is served"));
        // What never went live changed nothing.
        Assert.All(fates.Where(fate => !fate.Way.GoesLive), fate => Assert.Equal(fate.LiveBefore, fate.ServedAtEnd));
        Assert.All(fates.Where(fate => fate.Way is { IsBad: false, GoesLive: true }), fate => Assert.Equal(fate.Id, fate.ServedAtEnd));
        Assert.Equal(fates.Where(fate => fate.Way is { IsBad: true, GoesLive: true }).Select(fate => fate.Id), left.Select(attempt => attempt.Plan!.From.Id));
        Assert.All(ledger.Marks.Values, mark => Assert.True(mark.Kind == MarkKind.KnownBad && bad.Contains(mark.DeploymentId)));
        Assert.All(ledger.Attempts, attempt => Assert.True(attempt.IsAutomatic));
    }
}
