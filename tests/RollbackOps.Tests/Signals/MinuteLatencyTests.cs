using RollbackOps.Signals;

namespace RollbackOps.Tests.Signals;

/// <summary>Answer times by the minute, as the charts show them.</summary>
public class MinuteLatencyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(900)]
    [InlineData(48_000)]
    [InlineData(2_100_000)]
    [InlineData(61_000_000)]
    public void P95_OfAnyLength_IsAtMostSixPercentOff(long microseconds)
    {
        var minutes = new MinuteLatencies();
        minutes.Add(3, microseconds);
        Assert.InRange(minutes.P95(3)!.Value.TotalMicroseconds / microseconds, 0.93, 1.07);
        Assert.Null(minutes.P95(2));
    }

    [Fact]
    public void P95_ByNearestRankAndAddedUp_IsTheNineteenthOfTwenty()
    {
        var (one, other) = (new MinuteLatencies(), new MinuteLatencies());
        for (var i = 1; i <= 20; i++)
        {
            (i % 2 == 0 ? one : other).Add(0, i * 100_000);
        }

        one.Add(other);
        Assert.InRange(one.P95(0)!.Value.TotalMilliseconds, 1_900 * 0.94, 1_900 * 1.06);
    }
}
