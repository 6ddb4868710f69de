using RollbackOps.Decisions;

namespace RollbackOps.Tests.Decisions;

/// <summary>The written table (decisions.md §2 and §4), number by number and at every boundary.</summary>
public sealed class TierTests
{
    private static readonly TimeSpan s_fiveMinutes = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_twoMinutes = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(5.0, Verdict.Assess, Severity.P2)]
    [InlineData(5.000001, Verdict.RollBack, Severity.P1)]
    [InlineData(2.0, Verdict.Assess, Severity.P2)]
    [InlineData(1.999999, Verdict.Monitor, Severity.P3)]
    [InlineData(0.5, Verdict.Monitor, Severity.P3)]
    [InlineData(0.499999, Verdict.FixForward, Severity.P4)]
    [InlineData(0.0, Verdict.FixForward, Severity.P4)]
    [InlineData(100.0, Verdict.RollBack, Severity.P1)]
    public void Verdict_RateOverFiveMinutes_IsTheTablesTier(double percent, Verdict verdict, Severity severity)
    {
        var decision = Given.Decide(Given.Rate(percent, s_fiveMinutes));

        Assert.Equal((verdict, severity), (decision.Verdict, decision.Severity));
        Assert.False(decision.IsAutomatic, "traffic alone acts on nothing");
        Assert.NotEmpty(decision.Reasons);
    }

    [Fact]
    public void Verdict_FiveMinutesMinusOneCell_IsNotImmediateYet()
    {
        Assert.Equal(Verdict.Assess, Given.Decide(Given.Rate(50, s_fiveMinutes - Given.Cell)).Verdict);
        Assert.Equal(Verdict.RollBack, Given.Decide(Given.Rate(50, s_fiveMinutes)).Verdict);
    }

    [Fact]
    public void Verdict_TwoMinutesMinusOneCell_IsNotAssessYet()
    {
        Assert.Equal(Verdict.InsufficientData, Given.Decide(Given.Rate(50, s_twoMinutes - Given.Cell)).Verdict);
        Assert.Equal(Verdict.Assess, Given.Decide(Given.Rate(50, s_twoMinutes)).Verdict);
    }

    [Fact]
    public void TimeToDecide_PerTier_IsTheProcedures()
    {
        Assert.Equal(TimeSpan.Zero, Given.Decide(Given.Rate(6, s_fiveMinutes)).TimeToDecide);
        Assert.Equal(TimeSpan.FromSeconds(60), Given.Decide(Given.Rate(3, s_fiveMinutes)).TimeToDecide);
        Assert.Equal(TimeSpan.FromMinutes(5), Given.Decide(Given.Rate(1, s_fiveMinutes)).TimeToDecide);
        Assert.Null(Given.Decide(Given.Rate(0.1, s_fiveMinutes)).TimeToDecide);
    }

    // decisions.md §9: "0 errors in 58 / 59 / 149".
    [Theory]
    [InlineData(58, 0, Verdict.InsufficientData)]
    [InlineData(59, 0, Verdict.Monitor)]
    [InlineData(148, 0, Verdict.Monitor)]
    [InlineData(149, 0, Verdict.FixForward)]
    [InlineData(0, 0, Verdict.InsufficientData)]
    [InlineData(10_000, 49, Verdict.FixForward)]
    [InlineData(10_000, 50, Verdict.Monitor)]
    [InlineData(10_000, 199, Verdict.Monitor)]
    [InlineData(10_000, 200, Verdict.Assess)]
    [InlineData(10_000, 500, Verdict.Assess)]
    [InlineData(10_000, 501, Verdict.RollBack)]
    public void Verdict_CountsOverFiveMinutes_NeedASampleThatCarriesThem(long requests, long errors, Verdict verdict)
    {
        Assert.Equal(verdict, Given.Decide(Given.Counts(requests, errors, s_fiveMinutes)).Verdict);
    }

    [Fact]
    public void Verdict_OneErrorInTen_IsInsufficientDataAndSaysWhatIsMissing()
    {
        var decision = Given.Decide(Given.Counts(10, 1, TimeSpan.FromMinutes(1)));

        Assert.Equal(Verdict.InsufficientData, decision.Verdict);
        Assert.Contains(decision.Reasons, reason => reason.Contains("1 of 10", StringComparison.Ordinal)
            && reason.Contains("0.51 to 39.42 %", StringComparison.Ordinal)
            && reason.Contains("83 for 5 %, 226 for 2 %, 937 for 0.5 %", StringComparison.Ordinal));
    }

    // decisions.md §4: 59, 149 and 598 without an error.
    [Theory]
    [InlineData(10, "49 for 5 %, 139 for 2 %, 588 for 0.5 %")]
    [InlineData(58, "1 for 5 %, 91 for 2 %, 540 for 0.5 %")]
    public void Verdict_TooFewWithoutAnError_SaysHowManyMore(long requests, string missing)
    {
        var decision = Given.Decide(Given.Cells([.. Given.Same(29, 0, 0), (requests, 0)]));

        Assert.Equal(Verdict.InsufficientData, decision.Verdict);
        Assert.Contains(missing, decision.Reasons[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2.0, 2, Verdict.InsufficientData)]
    [InlineData(2.001, 2, Verdict.Assess)]
    [InlineData(9.0, 1.8, Verdict.InsufficientData)]
    public void Verdict_P95_MustExceedTwoSecondsForTwoMinutes(double seconds, double minutes, Verdict verdict)
    {
        Assert.Equal(verdict, Given.Decide(Given.P95(seconds, TimeSpan.FromMinutes(minutes))).Verdict);
    }

    [Theory]
    [InlineData(90.0, 2, Verdict.Assess)]
    [InlineData(89.9, 2, Verdict.InsufficientData)]
    [InlineData(99.0, 1.8, Verdict.InsufficientData)]
    public void Verdict_Resource_MustReachNinetyPercentForTwoMinutes(double percent, double minutes, Verdict verdict)
    {
        Assert.Equal(verdict, Given.Decide(Given.Resource(percent, TimeSpan.FromMinutes(minutes))).Verdict);
    }

    [Fact]
    public void Verdict_SlowButFewErrors_IsAssess()
    {
        Assert.Equal(Verdict.Assess,
            Given.Decide(Given.Rate(0.1, s_fiveMinutes), Given.P95(3, s_twoMinutes)).Verdict);
    }

    [Fact]
    public void Verdict_NothingGiven_IsInsufficientDataAndSaysSo()
    {
        var decision = Given.Decide();

        Assert.Equal((Verdict.InsufficientData, Severity.Unknown), (decision.Verdict, decision.Severity));
        Assert.NotEmpty(decision.Reasons);
    }
}
