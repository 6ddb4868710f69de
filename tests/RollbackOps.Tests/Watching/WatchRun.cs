using RollbackOps.Signals;
using RollbackOps.Tests.Fakes;
using RollbackOps.Watching;

namespace RollbackOps.Tests.Watching;

/// <summary>A watch over a world in which things happen at their times; waiting costs nothing.</summary>
internal sealed class WatchRun(World world)
{
    /// <summary>The usual request: each deployment that follows, and whatever is to be done about it.</summary>
    public WatchRequest Request { get; init; } = new() { IsContinuous = true, RollbackOnFailure = true };

    public List<WatchState> States { get; } = [];

    /// <summary>Three deployments of which the last is live and good, each with an address of its own.</summary>
    public static World NewWorld()
    {
        var world = World.WithThree();
        world.Platform.HasOwnAddresses = true;
        return world;
    }

    /// <summary>How far a deployment came, in order.</summary>
    public IReadOnlyList<WatchPhase> PhasesOf(string id) => [.. States.Where(state => state.Deployment?.Id == id).Select(state => state.Phase)];

    public WatchState Single(WatchPhase phase) => Assert.Single(States, state => state.Phase == phase);

    /// <summary>Watches until the end, or for a time.</summary>
    public async Task<WatchRun> RunAsync(TimeSpan? time = null)
    {
        using var stop = new CancellationTokenSource();
        if (time is { } length)
        {
            world.Clock.In(length, stop.Cancel);
        }

        var watch = new DeploymentWatch(world.Context, keeper: null, world.Progress.Add);
        try
        {
            await foreach (var state in watch.WatchAsync(Request, stop.Token))
            {
                States.Add(state);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }

        return this;
    }

    /// <summary>Ten requests a second since a moment, each cell with as many errors as asked for, spread over four clients.</summary>
    public static Measurement Traffic(DateTimeOffset from, DateTimeOffset to, Func<DateTimeOffset, int> errors)
    {
        var length = TimeSpan.FromSeconds(10);
        var cells = new List<TrafficCell>();
        for (var at = from; at + length <= to; at += length)
        {
            var (bad, turn) = (errors(at), cells.Count * 7);
            cells.Add(new TrafficCell
            {
                At = at,
                Length = length,
                Requests = 100,
                Errors = bad,
                Clients = [.. Enumerable.Range(0, 4).Select(client => new ClientTraffic
                {
                    Client = $"client {client}",
                    Requests = 25,
                    Errors = Enumerable.Range(0, 25).Count(request => ((4 * request) + client + turn) % 100 < bad),
                })],
            });
        }

        return Measurement.FromCells("traffic", cells);
    }
}
