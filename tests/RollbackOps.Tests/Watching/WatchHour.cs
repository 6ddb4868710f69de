using RollbackOps.Configuration;
using RollbackOps.Deployments;
using RollbackOps.Signals;
using RollbackOps.Tests.Fakes;
using RollbackOps.Watching;

namespace RollbackOps.Tests.Watching;

/// <summary>How it is with one deployment of the hour.</summary>
/// <param name="Name">In a few words.</param>
/// <param name="IsBad">Whether it is to be taken back.</param>
/// <param name="IsSlow">Whether only the traffic shows it, which takes minutes (decisions.md §8).</param>
/// <param name="GoesLive">Whether it ever goes live.</param>
internal sealed record Way(string Name, bool IsBad, bool IsSlow = false, bool GoesLive = true);

/// <summary>What became of one deployment.</summary>
/// <param name="Id">The deployment.</param>
/// <param name="Way">How it was.</param>
/// <param name="LiveBefore">What was live before it.</param>
/// <param name="ServedAtEnd">What was served when the next one came.</param>
internal sealed record Fate(string Id, Way Way, string LiveBefore, string? ServedAtEnd);

/// <summary>
/// Deployments one after the other, every fifth of them bad in another way, under one watch that goes on and on; on a clock on
/// which waiting costs nothing.
/// </summary>
internal sealed class WatchHour
{
    public static readonly IReadOnlyList<Way> Bad =
    [
        new("fails to build", IsBad: true, GoesLive: false),
        new("fails to deploy", IsBad: true),
        new("is down from the start", IsBad: true),
        new("is down after ten seconds", IsBad: true),
        new("loses its database", IsBad: true),
        new("lets nobody log in", IsBad: true),
        new("is down while the platform turns requests away", IsBad: true),
        new("is down while another deployment is in flight", IsBad: true),
        new("fails every request", IsBad: true, IsSlow: true),
        new("fails a quarter of the requests", IsBad: true, IsSlow: true),
    ];

    public static readonly IReadOnlyList<Way> Good =
    [
        new("is well", IsBad: false),
        new("fails one probe", IsBad: false),
        new("takes its time to build", IsBad: false),
        new("fails one request in a hundred", IsBad: false),
        new("is cancelled", IsBad: false, GoesLive: false),
        new("fails a fifth of the requests for ten seconds", IsBad: false),
    ];

    private readonly World _world;
    private readonly TimeSpan _bake;
    private readonly TimeSpan _length;
    private readonly DateTimeOffset _begin;
    private readonly List<(DateTimeOffset From, DateTimeOffset To, int Errors)> _errors = [];
    private readonly List<Fate> _fates = [];

    /// <param name="count">How many deployments.</param>
    /// <param name="good">The time of a good one.</param>
    /// <param name="quick">
    /// The time of a bad one that probes show: real requests of the same 30 s have to have failed by half as well (decisions.md §1).
    /// </param>
    /// <param name="slow">The time of one that only the traffic shows.</param>
    /// <param name="bake">How long each is looked at.</param>
    /// <param name="pause">S27's pause.</param>
    /// <param name="hasSpikes">
    /// Whether some good ones have a spike of errors: its verdict, a matter to assess, keeps an incident open for the pause (S27).
    /// </param>
    public WatchHour(int count, TimeSpan good, TimeSpan quick, TimeSpan slow, TimeSpan bake, TimeSpan pause, bool hasSpikes = true)
    {
        _bake = bake;
        _world = World.WithThree(new PolicySettings { ConfirmingReads = 2, ConfirmingTime = TimeSpan.FromMilliseconds(50), AutomaticPause = pause }, checks:
        [
            Check("health", HardSignal.ServiceDown),
            Check("database", HardSignal.DatabaseUnreachable),
            Check("login", HardSignal.SessionsFailing),
        ]);
        _world.Platform.HasOwnAddresses = true;
        _begin = _world.Clock.Now;
        var at = TimeSpan.FromSeconds(10);
        IReadOnlyList<Way> well = hasSpikes ? Good : [.. Good.SkipLast(1)];
        for (var i = 0; i < count; i++)
        {
            var way = i % 5 == 4 ? Bad[i / 5 % Bad.Count] : well[i % well.Count];
            var end = at + (way.IsSlow ? slow : way.IsBad ? quick : good);
            Plan($"d{i:000}", way, at, end);
            at = end;
        }

        _length = at;
    }

    /// <summary>The time that the watch runs.</summary>
    public TimeSpan Length => _length;

    public World World => _world;

    /// <summary>Watches to the end.</summary>
    public async Task<IReadOnlyList<Fate>> RunAsync()
    {
        await new WatchRun(_world)
        {
            Request = new WatchRequest
            {
                IsContinuous = true,
                RollbackOnFailure = true,
                Bake = _bake,
                Measure = _ => Task.FromResult<IReadOnlyList<Measurement>>([Traffic()]),
            },
        }.RunAsync(_length + TimeSpan.FromSeconds(1));
        return _fates;
    }

    private static HealthCheckSettings Check(string name, HardSignal signal) => new() { Name = name, Path = $"/{name}", Signal = signal };

    private void Plan(string id, Way way, TimeSpan at, TimeSpan end)
    {
        var before = string.Empty;
        In(at, () =>
        {
            // The team lifts the pin of a rollback before it deploys again.
            _world.Platform.Pin = null;
            before = _world.Platform.Current!;
            Begin(id, way, at, end);
        });
        // What is left in the way of the next one is cleared right before it.
        In(end - TimeSpan.FromMilliseconds(500), () =>
        {
            _fates.Add(new Fate(id, way, before, _world.Platform.Served));
            _world.Platform.InFlight.Clear();
            _world.Platform.Outage = null;
        });
    }

    private void Begin(string id, Way way, TimeSpan at, TimeSpan end)
    {
        var platform = _world.Platform;
        var sick = _world.Prober.Sick;
        switch (way.Name)
        {
            case "fails to build":
                platform.Add(id, DeploymentState.Building);
                In(at + Seconds(8), () => platform.Change(id, one => one with { State = DeploymentState.Failed, Error = "CS0246" }));
                return;
            case "is cancelled":
                platform.Add(id, DeploymentState.Building);
                In(at + Seconds(8), () => platform.Change(id, one => one with { State = DeploymentState.Canceled }));
                return;
            case "takes its time to build":
                platform.Add(id, DeploymentState.Queued);
                In(at + Seconds(4), () => platform.Change(id, one => one with { State = DeploymentState.Building }));
                In(at + Seconds(12), () => platform.GoLive(id));
                return;
        }

        platform.Deploy(id);
        switch (way.Name)
        {
            case "fails to deploy":
                platform.Break(id);
                break;
            case "is down from the start":
                Fails(id, at, end);
                break;
            case "is down after ten seconds":
                Fails(id, at + Seconds(10), end);
                break;
            case "loses its database":
                Fails($"{id}/database", at + Seconds(6), end);
                break;
            case "lets nobody log in":
                Fails($"{id}/login", at + Seconds(6), end);
                break;
            case "is down while the platform turns requests away":
                Fails(id, at + Seconds(6), end);
                In(at + Seconds(6), () =>
                {
                    platform.Outage = new RollbackOpsException(ErrorId.RateLimited, "Too many.", "Wait.") { RetryAfter = Seconds(4) };
                });
                In(at + Seconds(11), () => platform.Outage = null);
                break;
            case "is down while another deployment is in flight":
                Fails(id, at, end);
                platform.InFlight.Add(platform.Deployments[0] with { Id = $"{id}-next", State = DeploymentState.Building });
                In(at + Seconds(12), platform.InFlight.Clear);
                break;
            case "fails one probe":
                In(at + Seconds(12), () => sick.Add(id));
                In(at + Seconds(13.5), () => sick.Remove(id));
                break;
            case "fails every request":
                _errors.Add((_begin + at, _begin + end, 100));
                break;
            case "fails a quarter of the requests":
                _errors.Add((_begin + at, _begin + end, 25));
                break;
            case "fails one request in a hundred":
                _errors.Add((_begin + at, _begin + end, 1));
                break;
            case "fails a fifth of the requests for ten seconds":
                _errors.Add((_begin + at + Seconds(8), _begin + at + Seconds(18), 20));
                break;
        }
    }

    /// <summary>Checks fail from a moment on, and so do the requests of users.</summary>
    private void Fails(string what, TimeSpan from, TimeSpan end)
    {
        In(from, () => _world.Prober.Sick.Add(what));
        _errors.Add((_begin + from, _begin + end, 100));
    }

    /// <summary>What users met in the last six minutes: the errors of a bad deployment end with it.</summary>
    private Measurement Traffic()
    {
        var now = _world.Clock.Now;
        var from = now - TimeSpan.FromMinutes(6);
        var grid = TimeSpan.FromSeconds(10).Ticks;
        var left = _world.Ledger.Switches.Where(one => one.IsRollback).Select(one => one.At).ToList();
        return WatchRun.Traffic(new DateTimeOffset(from.Ticks / grid * grid, TimeSpan.Zero), now, at =>
        {
            var bad = _errors.FindLast(one => at >= one.From && at < one.To);
            return left.Exists(moment => moment >= bad.From && moment <= at) ? 0 : bad.Errors;
        });
    }

    private void In(TimeSpan at, Action happens) => _world.Clock.In(_begin + at - _world.Clock.Now, happens);

    private static TimeSpan Seconds(double count) => TimeSpan.FromSeconds(count);
}
