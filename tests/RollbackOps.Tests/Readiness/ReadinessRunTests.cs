using System.Diagnostics;
using RollbackOps.Readiness;

namespace RollbackOps.Tests.Readiness;

/// <summary>All checks side by side, each with its own deadline.</summary>
public sealed class ReadinessRunTests
{
    private readonly ReadinessWorld _world = new();

    [Fact]
    public async Task Inspections_AllOfThem_AreUnderWayAtOnce()
    {
        // None ends before the last has begun: one after the other they would never end.
        var (begun, all) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var inspections = Enumerable.Range(1, 30).Select(number => new Inspection($"check-{number}", async _ =>
        {
            if (Interlocked.Increment(ref begun) == 30)
            {
                all.SetResult();
            }

            await all.Task;
            return ReadinessFinding.Ready("fine");
        })).ToList();

        var checks = await MakeAsync(inspections, TimeSpan.FromMinutes(1));

        Assert.Equal(inspections.Select(inspection => inspection.Name), checks.Select(check => check.Name));
        Assert.All(checks, check => Assert.Equal(ReadinessStatus.Ready, check.Status));
    }

    [Fact]
    public async Task Inspection_ThatHangs_IsNotToldAndKeepsNobodyElse()
    {
        using var never = new CancellationTokenSource();
        IInspection Hanging(string name, bool listens) => new Inspection(name, async token =>
        {
            await Task.Delay(Timeout.Infinite, listens ? token : never.Token);
            return ReadinessFinding.Ready("never");
        });
        var begun = Stopwatch.GetTimestamp();

        var checks = await MakeAsync(
            [Hanging("hanging", listens: true), Hanging("deaf", listens: false), new Inspection("quick", _ => Task.FromResult(ReadinessFinding.Ready("fine")))],
            TimeSpan.FromSeconds(2));

        Assert.Equal([ReadinessStatus.NotTold, ReadinessStatus.NotTold, ReadinessStatus.Ready], checks.Select(check => check.Status));
        Assert.Equal("not told within 2 s", checks[0].Observed);
        Assert.Contains("Test-RollbackReadiness hanging -Timeout", checks[0].NextStep!, StringComparison.Ordinal);
        Assert.False(checks[0].IsReady);
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(30));
        await never.CancelAsync();
    }

    [Theory]
    [InlineData(0.2, 3.8)]
    [InlineData(1.5, 2.5)]
    [InlineData(9.0, 2.0)]
    public void Patience_AfterASlowStart_IsWhatIsLeftOfTheWholeAndNeverNothing(double spent, double left) =>
        Assert.Equal(TimeSpan.FromSeconds(left), ReadinessRun.PatienceAfter(TimeSpan.FromSeconds(spent)));

    [Theory]
    [InlineData(ErrorId.PlatformUnavailable, ReadinessStatus.NotTold)]
    [InlineData(ErrorId.OutcomeUnknown, ReadinessStatus.NotTold)]
    [InlineData(ErrorId.PlatformUnauthorized, ReadinessStatus.Failed)]
    [InlineData(ErrorId.SecretUnavailable, ReadinessStatus.Failed)]
    [InlineData(ErrorId.CurrentUnknown, ReadinessStatus.Failed)]
    public async Task Inspection_ThatThrows_IsToldWithItsNextStep(ErrorId id, object status)
    {
        var check = Assert.Single(await MakeAsync(
            [new Inspection("broken", _ => throw new RollbackOpsException(id, "It is down: password=hunter2-planted.", "Look at it."))],
            TimeSpan.FromMinutes(1)));

        Assert.Equal((status, "Look at it."), (check.Status, check.NextStep));
        Assert.DoesNotContain("hunter2", check.Observed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspection_OfForeignText_IsMadeInert()
    {
        var check = Assert.Single(await MakeAsync([new Inspection("odd", _ => Task.FromResult(ReadinessFinding.Ready("a\u001b[2Jb")))], TimeSpan.FromMinutes(1)));

        Assert.DoesNotContain('\u001b', check.Observed);
    }

    [Fact]
    public async Task Run_WhenItIsStopped_StopsTheInspections()
    {
        using var stopping = new CancellationTokenSource();
        var stopped = new TaskCompletionSource();
        using var scope = _world.Open();
        var run = new ReadinessRun(scope, TimeSpan.FromMinutes(1)).MakeAsync(
            [
                new Inspection("slow", async token =>
                {
                    await stopping.CancelAsync();
                    await using var registered = token.Register(stopped.SetResult);
                    await Task.Delay(Timeout.Infinite, token);
                    return ReadinessFinding.Ready("never");
                }),
            ],
            stopping.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await run.GetAsyncEnumerator().MoveNextAsync());
        await stopped.Task;
    }

    [Fact]
    public async Task Checks_AllOfThem_ReadTogetherWhatTheyShareAndWriteNothing()
    {
        _world.Engine = new FakeEngine();
        var channel = new FakeChannel("ops") { CanRing = true };
        var service = new FakeService(() => new ServiceReading { Detail = "fine", NextStep = "None.", ServerTime = _world.Now, LocalTime = _world.Now });
        _world.Channels.Add(channel);
        _world.Services.Add(service);

        var checks = await _world.MakeAllAsync();

        Assert.Equal((1, 1), (service.Reads, channel.Tries));
        Assert.Equal((0, 0), (_world.World.Store.Appends, _world.World.Platform.Effects.Count));
        Assert.Null(_world.World.Store.Holder);
        Assert.All(checks.Values, check =>
        {
            Assert.NotEmpty(check.Observed);
            Assert.NotEmpty(check.Expected);
            Assert.Equal(check.Status is ReadinessStatus.Ready or ReadinessStatus.NotApplicable, check.NextStep is null);
            Assert.Matches("^[a-z][a-z-]*$", check.Name);
        });
    }

    private async Task<IReadOnlyList<ReadinessCheck>> MakeAsync(IReadOnlyList<IInspection> inspections, TimeSpan patience)
    {
        using var scope = _world.Open();
        var checks = new List<ReadinessCheck>();
        await foreach (var check in new ReadinessRun(scope, patience).MakeAsync(inspections, CancellationToken.None))
        {
            checks.Add(check);
        }

        return checks;
    }

    private sealed class Inspection(string name, Func<CancellationToken, Task<ReadinessFinding>> look) : IInspection
    {
        public string Name => name;

        public ReadinessArea Area => ReadinessArea.Machine;

        public string Expected => "that it is fine";

        public Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken) => look(cancellationToken);
    }
}
