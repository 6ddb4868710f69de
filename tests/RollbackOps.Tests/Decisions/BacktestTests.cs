using System.Xml.Linq;
using RollbackOps.Configuration;
using RollbackOps.Decisions;

namespace RollbackOps.Tests.Decisions;

/// <summary>A past series through the policy: what fired, and when.</summary>
public sealed class BacktestTests
{
    private const int Minute = 6;

    private static readonly DecisionInputs s_series =
        Given.Live([.. Given.Same(20 * Minute, 100, 0), .. Given.Same(10 * Minute, 100, 20)]);

    private static readonly DateTimeOffset s_begin = s_series.Measurements[0].From;

    [Fact]
    public void Backtest_TroubleAfterTwentyMinutes_FiresAfterItsOnset()
    {
        var result = Run(onset: s_begin.AddMinutes(20));

        Assert.InRange(result.TimeToAssess!.Value, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));
        Assert.InRange(result.TimeToAutomatic!.Value, TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(180));
        Assert.Equal(0, result.FalseFirings);
        Assert.All(result.Events, one => Assert.NotEmpty(one.Why));
    }

    [Fact]
    public void Backtest_NoOnsetGiven_EstimatesIt()
    {
        var result = Run(onset: null);

        Assert.True(result.IsOnsetEstimated);
        Assert.Equal(s_begin.AddMinutes(20), result.Onset);
        Assert.Null(result.FalseFirings);
    }

    [Fact]
    public void Backtest_OnsetLaterThanWhatFired_CountsItAsFalse()
    {
        var result = Run(onset: s_begin.AddMinutes(29));

        Assert.True(result.FalseFirings >= 2);
        Assert.Null(result.TimeToAutomatic);
    }

    [Fact]
    public void Backtest_AHealthyTime_CountsWhateverFires()
    {
        var result = Backtest.Run(s_series.Measurements[0], new PolicySettings(), s_begin, onset: null, isHealthy: true);

        Assert.Equal(result.Events.Count, result.FalseFirings);
        Assert.Null(result.Onset);
    }

    [Fact]
    public void Backtest_WithoutCells_SaysThatItCannot()
    {
        var failure = Assert.Throws<RollbackOpsException>(() => Backtest.Run(
            Given.Counts(100, 1, TimeSpan.FromMinutes(5)), new PolicySettings(), goLive: null, onset: null, isHealthy: false));

        Assert.Equal(ErrorId.MeasurementInvalid, failure.Id);
    }

    [Fact]
    public void Draw_ABacktest_IsWellFormedAndInert()
    {
        var hostile = s_series.Measurements[0] with { Source = "<script>alert(1)</script>" };
        var result = Backtest.Run(hostile, new PolicySettings(), s_begin, onset: null, isHealthy: false);

        var svg = XDocument.Parse(BacktestPlot.Draw(result, new PolicySettings(), isPage: false));
        Assert.Contains(svg.Descendants(), element => element.Name.LocalName == "polyline");
        Assert.Contains(svg.Descendants(), element => element.Value == "Automatic");
        Assert.DoesNotContain(svg.Descendants(), element => element.Name.LocalName == "script");
        Assert.DoesNotContain("<script", BacktestPlot.Draw(result, new PolicySettings(), isPage: true), StringComparison.Ordinal);
    }

    private static BacktestResult Run(DateTimeOffset? onset) =>
        Backtest.Run(s_series.Measurements[0], new PolicySettings(), s_begin, onset, isHealthy: false);
}
