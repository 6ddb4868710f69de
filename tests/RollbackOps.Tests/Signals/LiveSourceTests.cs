using System.Runtime.CompilerServices;
using RollbackOps.Deployments;
using RollbackOps.Signals;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Signals;

/// <summary>Sources that know only what they saw since somebody began to look.</summary>
public sealed class LiveSourceTests
{
    private readonly World _world = World.WithThree();

    [Fact]
    public async Task Probes_RoundsOverTime_AreASeriesOfTheirOwn()
    {
        var prober = new RoundsProber(_world.Clock, rounds: 40, round => round > 30 ? CheckStatus.Failed : CheckStatus.Passed);
        await using var source = new ProbeSource(With(prober));

        Assert.Empty((await source.ReadAsync(goLive: null, CancellationToken.None)).Measurements);
        await prober.Done;
        var reading = await source.ReadAsync(goLive: null, CancellationToken.None);

        var measurement = Assert.Single(reading.Measurements);
        Assert.Equal((40, 10), (measurement.Requests, measurement.Errors));
        // Every two seconds a round: five in a cell.
        Assert.All(measurement.Cells, cell => Assert.InRange(cell.Requests, 4, 6));
        Assert.All(measurement.Cells, cell => Assert.Null(cell.Clients));
        Assert.InRange(measurement.P95!.Value, TimeSpan.FromMilliseconds(2.99), TimeSpan.FromMilliseconds(3.01));
        Assert.Equal([38, 39, 40], reading.Probes.Select(probe => probe.Round));
        Assert.Contains(measurement.Notes, note => note.StartsWith("40 rounds of probes of our own", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Probes_ThisMachineIsOffline_ItsRoundsAreLeftOutAndSaid()
    {
        var prober = new RoundsProber(_world.Clock, rounds: 20, round => round > 15 ? null : CheckStatus.Passed);
        await using var source = new ProbeSource(With(prober));

        await source.ReadAsync(goLive: null, CancellationToken.None);
        await prober.Done;
        var measurement = Assert.Single((await source.ReadAsync(goLive: null, CancellationToken.None)).Measurements);

        Assert.Equal((15, 0), (measurement.Requests, measurement.Errors));
        Assert.Contains(measurement.Notes, note => note.StartsWith("5 rounds without any answer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RuntimeLog_RequestsAsTheyAreServed_AreCountedWithoutOurOwnProbes()
    {
        _world.Platform.Tail = Tail(streams: 1);
        await using var source = new RuntimeLogSource(With(_world.Prober));

        await source.ReadAsync(goLive: null, CancellationToken.None);
        await _end.Task;
        var measurement = Assert.Single((await source.ReadAsync(goLive: null, CancellationToken.None)).Measurements);

        Assert.Equal((60, 6), (measurement.Requests, measurement.Errors));
        Assert.Equal("runtime log of v3", measurement.Source);
        Assert.Null(measurement.Slow);
        Assert.Equal(["/page"], measurement.Paths.Select(path => path.Path));
        Assert.Contains(measurement.Notes, note => note.Contains("what was before is not in it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RuntimeLog_TheStreamIsAwayForAWhile_LeavesAGapAndSaysSo()
    {
        _world.Platform.Tail = Tail(streams: 2, away: TimeSpan.FromSeconds(25));
        await using var source = new RuntimeLogSource(With(_world.Prober));

        await source.ReadAsync(goLive: null, CancellationToken.None);
        await _end.Task;
        var measurement = Assert.Single((await source.ReadAsync(goLive: null, CancellationToken.None)).Measurements);

        Assert.Equal(120, measurement.Requests);
        Assert.NotNull(measurement.GapSince(measurement.From));
        Assert.Contains("the stream ended 1 times and was opened again", measurement.Notes);
    }

    [Fact]
    public async Task RuntimeLog_ThePlatformTellsOfNone_SaysSo()
    {
        await using var source = new RuntimeLogSource(With(_world.Prober));

        var error = await Assert.ThrowsAsync<RollbackOpsException>(() => source.ReadAsync(goLive: null, CancellationToken.None));

        Assert.Equal(ErrorId.InvalidArgument, error.Id);
    }

    [Fact]
    public async Task RuntimeLog_TheTokenIsTurnedAwayLater_IsHeardAtTheNextLook()
    {
        _world.Platform.Tail = (_, opened) => opened == 1
            ? Ended()
            : throw new RollbackOpsException(ErrorId.PlatformUnauthorized, "No.", "Log in.");
        await using var source = new RuntimeLogSource(With(_world.Prober));
        await source.ReadAsync(goLive: null, CancellationToken.None);

        // It fails in the background, in its own time.
        var deadline = DateTime.UtcNow.AddSeconds(30);
        RollbackOpsException? error = null;
        while (error is null && DateTime.UtcNow < deadline)
        {
            error = await Record.ExceptionAsync(() => source.ReadAsync(goLive: null, CancellationToken.None)) as RollbackOpsException;
            await Task.Yield();
        }

        Assert.Equal(ErrorId.PlatformUnauthorized, error?.Id);
    }

    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RollbackContext With(IHealthProber prober) => new(
        _world.Settings, _world.Platform, _world.Store, prober, repository: null, [], new FakeSecrets(), _world.Clock, "Ann");

    /// <summary>Streams of sixty requests, one a second, a tenth of them failed, and probes between; the last stays open.</summary>
    private Func<string, int, IAsyncEnumerable<ServedRequest>> Tail(int streams, TimeSpan away = default) => (_, opened) =>
    {
        if (opened > 1)
        {
            _world.Clock.Pass(away);
        }

        return Requests(isLast: opened == streams);
    };

    private async IAsyncEnumerable<ServedRequest> Requests(bool isLast, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var second = 0; second < 60; second++)
        {
            _world.Clock.Pass(TimeSpan.FromSeconds(1));
            yield return new ServedRequest(_world.Clock.Now, second % 10 == 0 ? (second % 20 == 0 ? 500 : -1) : 200, "/page?id=1");
            yield return new ServedRequest(_world.Clock.Now, 200, "/");
        }

        if (isLast)
        {
            _world.Clock.Pass(TimeSpan.FromSeconds(1));
            _end.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    private static async IAsyncEnumerable<ServedRequest> Ended()
    {
        await Task.CompletedTask;
        yield break;
    }

    /// <summary>Answers so many rounds, and hangs then until it is stopped.</summary>
    private sealed class RoundsProber(FakeClock clock, int rounds, Func<int, CheckStatus?> status) : IHealthProber
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => _done.Task;

        public async Task<IReadOnlyList<HealthCheckResult>> ProbeAsync(ProbeRequest request, CancellationToken cancellationToken)
        {
            if (request.Round > rounds)
            {
                _done.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return
            [
                new HealthCheckResult
                {
                    Name = "health",
                    Address = request.Address,
                    Status = status(request.Round) ?? CheckStatus.Failed,
                    StatusCode = status(request.Round) switch { null => null, CheckStatus.Passed => 200, _ => 503 },
                    At = clock.GetUtcNow(),
                    Duration = TimeSpan.FromMilliseconds(3),
                    Round = request.Round,
                },
            ];
        }

        public Task<bool> AnswersAsync(Uri address, TimeSpan timeout, CancellationToken cancellationToken) => Task.FromResult(false);
    }
}
