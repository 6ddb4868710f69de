using RollbackOps.Decisions;
using RollbackOps.Signals;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Decisions;

/// <summary>"Rate ≥ θ for D" over cells (decisions.md §2).</summary>
public sealed class LiteralRuleTests
{
    private const int FiveMinutes = 30;
    private const int TwoMinutes = 12;
    private const int Minute = 6;

    [Fact]
    public void Holds_ExactlyFivePercent_OnlyWhereTheRateNeedNotBeExceeded()
    {
        var measurement = Given.Cells([.. Given.Same(FiveMinutes, 100, 5)]);

        Assert.False(Holds(measurement, 5, FiveMinutes, isStrict: true));
        Assert.True(Holds(measurement, 5, FiveMinutes, isStrict: false));
    }

    [Fact]
    public void Holds_OneErrorMoreThanFivePercent_IsAboveIt()
    {
        var measurement = Given.Cells([.. Given.Same(FiveMinutes - 1, 100, 5), (100, 6)]);

        Assert.True(Holds(measurement, 5, FiveMinutes, isStrict: true));
    }

    [Fact]
    public void Holds_FiveMinutesMinusOneCell_NotYet()
    {
        Assert.False(Holds(Given.Cells([.. Given.Same(FiveMinutes - 1, 100, 50)]), 5, FiveMinutes, isStrict: true));
        Assert.True(Holds(Given.Cells([.. Given.Same(FiveMinutes, 100, 50)]), 5, FiveMinutes, isStrict: true));
    }

    [Fact]
    public void Holds_OnlyTheTrailingTimeCounts()
    {
        var mended = Given.Cells([.. Given.Same(FiveMinutes, 100, 90), .. Given.Same(TwoMinutes, 100, 0)]);
        var broken = Given.Cells([.. Given.Same(FiveMinutes, 100, 0), .. Given.Same(TwoMinutes, 100, 90)]);

        Assert.False(Holds(mended, 2, TwoMinutes, isStrict: false));
        Assert.True(Holds(broken, 2, TwoMinutes, isStrict: false));
    }

    [Fact]
    public void Holds_AMinuteOfTwentyWithoutAnError_SpeaksAgainst()
    {
        var against = Given.Cells([.. Given.Same(FiveMinutes - Minute, 100, 50), .. Silent(20)]);
        var few = Given.Cells([.. Given.Same(FiveMinutes - Minute, 100, 50), .. Silent(19)]);

        Assert.False(Holds(against, 5, FiveMinutes, isStrict: true));
        Assert.True(Holds(few, 5, FiveMinutes, isStrict: true));
    }

    // P[Bin(1000, 0.05) ≤ 38] = 0.044 and P[… ≤ 39] = 0.061: the first makes 5 % implausible, the second does not.
    [Theory]
    [InlineData(1000, 38, true)]
    [InlineData(1000, 39, false)]
    [InlineData(20, 0, true)]
    [InlineData(19, 0, false)]
    [InlineData(0, 0, false)]
    [InlineData(20, 1, false)]
    public void SpeaksAgainst_AtItsBoundaries(long requests, long errors, bool isAgainst)
    {
        Assert.Equal(isAgainst, LiteralRule.SpeaksAgainst(requests, errors, 0.05));
    }

    [Fact]
    public void Holds_ACellIsMissing_DoesNot()
    {
        var whole = Given.Cells([.. Given.Same(FiveMinutes, 100, 50)]);
        var gap = whole with { Cells = [.. whole.Cells.Where((_, at) => at != 12)] };

        Assert.True(Holds(whole, 5, FiveMinutes, isStrict: true));
        Assert.False(Holds(gap, 5, FiveMinutes, isStrict: true));
    }

    [Fact]
    public void Holds_TheFirstOrLastCellIsMissing_DoesNot()
    {
        var whole = Given.Cells([.. Given.Same(FiveMinutes, 100, 50)]);

        Assert.False(Holds(whole with { Cells = [.. whole.Cells.Skip(1)] }, 5, FiveMinutes, isStrict: true));
        Assert.False(Holds(whole with { Cells = [.. whole.Cells.SkipLast(1)] }, 5, FiveMinutes, isStrict: true));
    }

    [Fact]
    public void Holds_ACellWithoutRequests_IsNoGap()
    {
        var measurement = Given.Cells([.. Given.Same(20, 100, 50), (0, 0), .. Given.Same(9, 100, 50)]);

        Assert.True(Holds(measurement, 5, FiveMinutes, isStrict: true));
    }

    [Fact]
    public void Holds_NoRequests_DoesNot()
    {
        Assert.False(Holds(Given.Cells([.. Given.Same(FiveMinutes, 0, 0)]), 0, FiveMinutes, isStrict: false));
    }

    [Fact]
    public void Verdict_TrafficThatStoppedArriving_IsNotHealthy()
    {
        var whole = Given.Cells([.. Given.Same(FiveMinutes, 100, 0)]);
        var gap = whole with { Cells = [.. whole.Cells.Where((_, at) => at is < 10 or > 20)] };

        Assert.Equal(Verdict.FixForward, Given.Decide(whole).Verdict);
        Assert.Equal(Verdict.InsufficientData, Given.Decide(gap).Verdict);
    }

    [Theory]
    [InlineData(60, Verdict.FixForward)]
    [InlineData(61, Verdict.InsufficientData)]
    public void Verdict_NewestDatumOlderThanAMinute_IsInsufficientData(int seconds, Verdict verdict)
    {
        var inputs = Given.Decide(Given.Counts(10_000, 0, TimeSpan.FromMinutes(5))).Inputs;

        Assert.Equal(verdict, Given.Decide(inputs with { At = FakeClock.Start.AddSeconds(seconds) }).Verdict);
    }

    private static IEnumerable<(long, long)> Silent(long requests) => [(requests, 0), .. Given.Same(Minute - 1, 0, 0)];

    private static bool Holds(Measurement measurement, double threshold, int cells, bool isStrict) =>
        Given.Judged(measurement).Rule.Outcome(cells, threshold, isStrict) == LiteralOutcome.Holds;
}
