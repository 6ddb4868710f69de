using System.Diagnostics;
using System.Globalization;
using RollbackOps.Tests.Watching;
using RollbackOps.Watching;

namespace RollbackOps.Bench.Watching;

/// <summary>The watch over long times, on a clock on which waiting costs nothing.</summary>
internal static class WatchRuns
{
    /// <summary>A hundred deployments: in an hour, and in a day with S27's own numbers.</summary>
    public static async Task HoursAsync()
    {
        await TellAsync("an hour", new WatchHour(
            100, TimeSpan.FromSeconds(21), TimeSpan.FromSeconds(45), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), pause: TimeSpan.FromSeconds(10)));
        await TellAsync("25 hours, S27's own numbers", new WatchHour(
            100, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(10), pause: TimeSpan.FromMinutes(60), hasSpikes: false));
    }

    /// <summary>How much lives after each hour of a watch with a deployment every half hour, the journal's own bytes left out.</summary>
    public static async Task MemoryAsync(int hours)
    {
        var world = WatchRun.NewWorld();
        for (var i = 0; i < 2 * hours; i++)
        {
            var id = $"d{i:0000}";
            world.Clock.In(TimeSpan.FromMinutes(30 * i) + TimeSpan.FromSeconds(10), () => world.Platform.Deploy(id));
        }

        for (var hour = 1; hour <= hours; hour++)
        {
            var at = hour;
            world.Clock.In(TimeSpan.FromHours(at), () =>
            {
                var probes = world.Prober.Requests.Count;
                world.Prober.Requests.Clear();
                var live = GC.GetTotalMemory(forceFullCollection: true) - world.Store.Bytes.Length;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"hour {at}: {live / 1e6:0.00} MB live, {probes} probes"));
            });
        }

        var watch = new DeploymentWatch(world.Context, keeper: null, _ => { });
        using var stop = new CancellationTokenSource();
        world.Clock.In(TimeSpan.FromHours(hours) + TimeSpan.FromSeconds(1), stop.Cancel);
        try
        {
            await foreach (var state in watch.WatchAsync(new WatchRequest { IsContinuous = true, RollbackOnFailure = true }, stop.Token))
            {
                _ = state;
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async Task TellAsync(string name, WatchHour hour)
    {
        var begun = Stopwatch.GetTimestamp();
        var fates = await hour.RunAsync();
        var took = Stopwatch.GetElapsedTime(begun);
        var bad = fates.Where(fate => fate.Way.IsBad).Select(fate => fate.Id).ToHashSet(StringComparer.Ordinal);
        var left = hour.World.Ledger.Attempts.Where(attempt => attempt.SwitchedAt is not null).Select(attempt => attempt.Plan!.From.Id).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name} ({hour.Length.TotalHours:0.0} h of the watch's clock in {took.TotalSeconds:0.0} s): {fates.Count} deployments, {bad.Count} bad, {fates.Count(fate => bad.Contains(fate.Id) && !bad.Contains(fate.ServedAtEnd!))} of them gone before the next one, {left.Count} rolled away from, {left.Count(id => !bad.Contains(id))} of those good"));
        foreach (var fate in fates.Where(fate => fate.Way.IsBad))
        {
            var attempt = hour.World.Ledger.Attempts.LastOrDefault(one => one.Plan?.From.Id == fate.Id && one.SwitchedAt is not null);
            Console.WriteLine($"  {fate.Id} {fate.Way.Name}: {(attempt is null ? $"{fate.ServedAtEnd} still live" : $"back to {attempt.LiveId} (before it: {fate.LiveBefore})")}");
        }
    }
}
