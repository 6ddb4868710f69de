using RollbackOps.Drills;

namespace RollbackOps.Tests.Drills;

public sealed class ScaledClockTests
{
    [Fact]
    public async Task Clock_Scaled_RunsThatMuchFasterForTimesAndForTimers()
    {
        var clock = new ScaledClock(100);
        // Around all that is measured: whatever the machine does in between, it took no less.
        var real = TimeProvider.System.GetTimestamp();
        var (begun, at) = (clock.GetTimestamp(), clock.GetUtcNow());

        await Task.Delay(TimeSpan.FromSeconds(10), clock);

        var (elapsed, passed) = (clock.GetElapsedTime(begun), clock.GetUtcNow() - at);
        var took = TimeProvider.System.GetElapsedTime(real);
        // The system's timers go by a clock of whole milliseconds, and may ring a fraction of one early: a hundredfold here.
        var least = TimeSpan.FromSeconds(9.8);
        Assert.True(elapsed >= least && passed >= least, $"{elapsed}, {passed}");
        Assert.True(elapsed <= took * 100 && passed <= took * 100, $"{elapsed}, {passed}, {took}");
    }

    [Fact]
    public void Clock_OfRealTime_ScalesNothing()
    {
        var clock = new ScaledClock(1);

        Assert.True(clock.IsRealTime);
        Assert.Equal(TimeSpan.FromMilliseconds(1500.5), clock.Real(TimeSpan.FromMilliseconds(1500.5)));
        Assert.Equal(TimeSpan.FromSeconds(3), clock.Unscaled(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)));
    }

    [Theory]
    [InlineData(60, 10_000, 167)]
    [InlineData(60, 1, 1)]
    [InlineData(100, 0, 0)]
    [InlineData(10, -1, -1)]
    public void Real_OfADuration_IsNeverShorterThanAsked(double scale, double scaled, double real) =>
        Assert.Equal(TimeSpan.FromMilliseconds(real), new ScaledClock(scale).Real(TimeSpan.FromMilliseconds(scaled)));

    [Theory]
    [InlineData(3000, 3600, 3010)]
    [InlineData(0, 600, 10)]
    [InlineData(3000, 2900, 3000)]
    public void Unscaled_OfAnAnswer_MultipliesOnlyWhatWasAskedFor(double delay, double elapsed, double expected) => Assert.Equal(
        TimeSpan.FromMilliseconds(expected), new ScaledClock(60).Unscaled(TimeSpan.FromMilliseconds(delay), TimeSpan.FromMilliseconds(elapsed)));

    [Fact]
    public void Shift_OfAClock_ChangesTheTimeOfDayAndNoDuration()
    {
        var clock = new ShiftedClock(new ScaledClock(1));
        var (begun, at) = (clock.GetTimestamp(), clock.GetUtcNow());

        clock.Shift(TimeSpan.FromHours(-3));

        Assert.True(clock.GetUtcNow() < at - TimeSpan.FromHours(2));
        Assert.True(clock.GetElapsedTime(begun) >= TimeSpan.Zero);
        clock.Shift(TimeSpan.Zero);
        Assert.True(clock.GetUtcNow() >= at);
    }
}
