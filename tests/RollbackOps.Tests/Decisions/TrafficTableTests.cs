using RollbackOps.Decisions;

namespace RollbackOps.Tests.Decisions;

/// <summary>decisions.md §9: the first look after the time given, on traffic without chance.</summary>
public sealed class TrafficTableTests
{
    private const int Minute = 6;

    [Fact]
    public void FivePercentExactly_AtSixHundredAMinute_IsAssessFromTwoMinutesAndNeverImmediate()
    {
        var looks = Looks(Given.Same(10 * Minute, 100, 5));

        Assert.Equal(2 * Minute, looks.FindIndex(rule => rule.IsByErrors) + 1);
        Assert.DoesNotContain(looks.Take((3 * Minute) - 1), rule => rule.MayAct);
        Assert.Contains(looks, rule => rule.MayAct);
        Assert.DoesNotContain(looks, rule => rule.IsImmediate);
        Assert.Equal(Verdict.Assess, Judge(Given.Same(10 * Minute, 100, 5)).Verdict);
    }

    [Fact]
    public void EightPercent_AtSixHundredAMinute_IsAssessByTwoMinutesAndAutomaticAtThree()
    {
        var looks = Looks(Given.Same(6 * Minute, 100, 8));

        Assert.InRange(looks.FindIndex(rule => rule.IsByErrors) + 1, 1, 2 * Minute);
        Assert.Equal(3 * Minute, looks.FindIndex(rule => rule.MayAct) + 1);
        Assert.Equal((Verdict.Assess, true), Judge(Given.Same(3 * Minute, 100, 8)));
        Assert.Equal((Verdict.Assess, false), Judge(Given.Same((3 * Minute) - 1, 100, 8)));
        Assert.Equal((Verdict.Assess, true), Judge(Given.Same((5 * Minute) - 1, 100, 8)));
        Assert.Equal((Verdict.RollBack, true), Judge(Given.Same(5 * Minute, 100, 8)));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    public void EverythingFails_ForTwentySeconds_IsASpikeAndNotAutomatic(int requests)
    {
        // Real traffic: an outage of twenty seconds in a service that was well.
        var cells = Given.Same(30 * Minute, requests, 0).Concat(Given.Same(2, requests, requests)).ToList();
        var decision = Given.Decide(Given.Live(cells));

        Assert.Equal((Verdict.Assess, false), (decision.Verdict, decision.IsAutomatic));
        Assert.Contains(decision.Reasons, reason => reason.StartsWith("spike", StringComparison.Ordinal));
        Assert.DoesNotContain(Looks([.. cells, .. Given.Same(30 * Minute, requests, 0)]), rule => rule.MayAct);
    }

    [Fact]
    public void TwentyPercentForNinetySeconds_ThenHealthy_IsAssessAndNeverAutomatic()
    {
        var looks = Looks([.. Given.Same(9, 100, 20), .. Given.Same(60 * Minute, 100, 0)]);

        Assert.Contains(looks, rule => rule.IsByErrors);
        Assert.DoesNotContain(looks, rule => rule.MayAct || rule.IsImmediate);
    }

    [Fact]
    public void ThreePercent_AtSixtyAMinute_IsAssessAndAPersonDecides()
    {
        var looks = Looks(Enumerable.Range(0, 60 * Minute).Select(cell => (10L, cell % 10 < 3 ? 1L : 0L)));

        Assert.Contains(looks, rule => rule.IsAssess);
        Assert.DoesNotContain(looks, rule => rule.MayAct || rule.IsImmediate);
    }

    [Fact]
    public void OneErrorInTen_AtTwoAMinute_IsInsufficientDataAndSaysSo()
    {
        var decision = Given.Decide(Given.Live(Enumerable.Range(0, 5 * Minute).Select(cell => (cell % 3 == 0 ? 1L : 0L, cell == 15 ? 1L : 0L))));

        Assert.Equal(Verdict.InsufficientData, decision.Verdict);
        Assert.Contains("1 of 10", decision.Reasons[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(58, Verdict.InsufficientData)]
    [InlineData(59, Verdict.Monitor)]
    [InlineData(148, Verdict.Monitor)]
    [InlineData(149, Verdict.FixForward)]
    public void NoErrors_InSoMany_IsWhatTheyCarry(int requests, Verdict verdict)
    {
        Assert.Equal(verdict, Given.Decide(Given.Live([.. Given.Same((5 * Minute) - 1, 0, 0), (requests, 0)])).Verdict);
    }

    [Fact]
    public void AllErrorsOfOneOfManyClients_IsFixForwardAndNamesIt()
    {
        var decision = Given.Decide(Given.Live(Given.Same(10 * Minute, 100, 8), hasOneClientsErrors: true));

        Assert.Equal((Verdict.FixForward, Severity.P4, false), (decision.Verdict, decision.Severity, decision.IsAutomatic));
        Assert.Contains("one client (client 0) has 480 of 480 errors", decision.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void AllErrorsOfOneClient_WithTooFewOthersToTell_StaysForAPerson()
    {
        var decision = Given.Decide(Given.Live(Given.Same(5 * Minute, 2, 1), hasOneClientsErrors: true));

        Assert.NotEqual(Verdict.FixForward, decision.Verdict);
        Assert.False(decision.IsAutomatic);
    }

    // decisions.md §6: 70 and 178 requests without an error.
    [Theory]
    [InlineData(5, 70)]
    [InlineData(2, 178)]
    public void Leaving_WithoutAnError_NeedsSoMany(double percent, long requests)
    {
        var leaving = new Leaving(percent / 100, least: 2, most: 1000);
        leaving.Look(1, holds: true, 10, 10, isNowBelow: false);
        leaving.Look(2, holds: false, requests - 1, 0, isNowBelow: true);
        leaving.Look(3, holds: false, 0, 0, isNowBelow: true);

        Assert.NotNull(leaving.Entered);
        Assert.Equal(requests, leaving.Needed);
        leaving.Look(4, holds: false, 1, 0, isNowBelow: true);
        Assert.Null(leaving.Entered);
        Assert.False(leaving.IsUncleared);
    }

    [Fact]
    public void Leaving_TooEarlyOrStillBad_StaysInTheTier()
    {
        var early = new Leaving(0.02, least: 12, most: 1000);
        early.Look(1, holds: true, 10, 10, isNowBelow: false);
        early.Look(12, holds: false, 1000, 0, isNowBelow: true);
        Assert.NotNull(early.Entered);
        early.Look(13, holds: false, 0, 0, isNowBelow: false);
        Assert.NotNull(early.Entered);
        early.Look(14, holds: false, 0, 0, isNowBelow: true);
        Assert.Null(early.Entered);
    }

    [Fact]
    public void Leaving_ThirtyMinutesWithTooFewRequests_IsNotCleared()
    {
        var decision = Given.Decide(Given.Live(
            [.. Given.Same(2 * Minute, 10, 5), .. Given.Same(40 * Minute, 0, 0)]));

        Assert.Contains(decision.Evidence, line => line.Contains("not cleared after 30 min: 0 of 178", StringComparison.Ordinal));
    }

    /// <summary>The rule's state after each look.</summary>
    private static List<LookState> Looks(IEnumerable<(long Requests, long Errors)> cells)
    {
        var series = new CellSeries();
        var inputs = Given.Live(cells);
        var clients = Given.Judged(inputs.Measurements[0]).Clients;
        var numbers = new TrafficNumbers(inputs.Policy, Given.Cell, baseline: null);
        var rule = new TrafficRule(numbers, series, isAnchored: true, clients);
        var looks = new List<LookState>();
        foreach (var cell in inputs.Measurements[0].Cells)
        {
            series.Add(cell.Requests, cell.Errors, cell.Slow);
            rule.Look();
            looks.Add(new LookState(rule.IsByErrors, rule.IsAssess, rule.IsImmediate, rule.MayAct));
        }

        return looks;
    }

    private static (Verdict Verdict, bool IsAutomatic) Judge(IEnumerable<(long Requests, long Errors)> cells)
    {
        var decision = Given.Decide(Given.Live(cells));
        return (decision.Verdict, decision.IsAutomatic);
    }

    private sealed record LookState(bool IsByErrors, bool IsAssess, bool IsImmediate, bool MayAct);
}
