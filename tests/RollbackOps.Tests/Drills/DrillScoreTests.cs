using RollbackOps.Drills;

namespace RollbackOps.Tests.Drills;

/// <summary>The score of a drill, and what fails it at once.</summary>
public sealed class DrillScoreTests
{
    private static readonly DateTimeOffset s_onset = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(29.5, 30, true, DrillMarkStatus.Met)]
    [InlineData(30.0, 30, true, DrillMarkStatus.Met)]
    [InlineData(30.5, 30, true, DrillMarkStatus.Late)]
    [InlineData(30.5, 30, false, DrillMarkStatus.Reached)]
    [InlineData(30.5, null, true, DrillMarkStatus.Reached)]
    [InlineData(null, 30, true, DrillMarkStatus.Missed)]
    [InlineData(null, null, false, DrillMarkStatus.Missed)]
    public void Mark_AgainstItsLimit_StandsAsTheTimeSays(double? after, int? limit, bool isRealTime, DrillMarkStatus expected)
    {
        var mark = DrillScore.Mark(DrillMarkKind.Mitigated,
            after is { } seconds ? s_onset.AddSeconds(seconds) : null, s_onset, limit is { } by ? TimeSpan.FromSeconds(by) : null, isRealTime, "seen");

        Assert.Equal(expected, mark.Status);
        Assert.Equal(after, mark.After?.TotalSeconds);
    }

    [Fact]
    public void Mark_BeforeAnyUserNoticed_IsReachedAtOnce() =>
        Assert.Equal(TimeSpan.Zero, DrillScore.Mark(DrillMarkKind.Detected, s_onset.AddSeconds(-2), s_onset, TimeSpan.FromSeconds(10), true, null).After);

    [Fact]
    public void Mark_WhereNobodyGotABadAnswer_IsMissed() =>
        Assert.Equal(DrillMarkStatus.Missed, DrillScore.Mark(DrillMarkKind.Detected, s_onset, onset: null, TimeSpan.FromSeconds(10), true, null).Status);

    [Theory]
    [InlineData("Met Met Met Met Met Met", 100, DrillStatus.Passed)]
    [InlineData("Reached Reached Reached Reached Reached", 100, DrillStatus.Passed)]
    [InlineData("Met Met Late Met Met Met", 91, DrillStatus.Late)]
    [InlineData("Met Met Met Missed Met Met", 83, DrillStatus.Failed)]
    [InlineData("Missed Missed Missed Missed Missed", 0, DrillStatus.Failed)]
    [InlineData("", 0, DrillStatus.Failed)]
    public void Score_OfMarks_CountsEachTheSameAndALateOneHalf(string marks, int score, DrillStatus status)
    {
        var given = Marks(marks);

        Assert.Equal((score, status), (DrillScore.Of(given, [], []), DrillScore.StatusOf(given, [], [])));
    }

    [Theory]
    [InlineData(DrillFailureKind.WrongTarget)]
    [InlineData(DrillFailureKind.FalseSuccess)]
    [InlineData(DrillFailureKind.LostData)]
    [InlineData(DrillFailureKind.NotRecovered)]
    public void Score_WithAnyFailure_IsNothingWhateverTheMarks(DrillFailureKind kind)
    {
        var marks = Marks("Met Met Met Met Met Met");
        DrillFailure[] failures = [new DrillFailure { Kind = kind, Detail = "seen" }];

        Assert.Equal((0, DrillStatus.Failed), (DrillScore.Of(marks, failures, []), DrillScore.StatusOf(marks, failures, [])));
    }

    [Fact]
    public void Score_WithChaos_CountsWhatWasGotOverAndFailsOtherwise()
    {
        var marks = Marks("Met Met Met");
        var over = new DrillChaos { Kind = DrillChaosKind.RateLimited, IsRecovered = true, Detail = "resumed" };

        Assert.Equal((100, DrillStatus.Passed), (DrillScore.Of(marks, [], [over]), DrillScore.StatusOf(marks, [], [over])));
        DrillChaos[] half = [over with { IsRecovered = false }];
        Assert.Equal((75, DrillStatus.Failed), (DrillScore.Of(marks, [], half), DrillScore.StatusOf(marks, [], half)));
    }

    private static List<DrillMark> Marks(string statuses) =>
    [
        .. statuses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((status, i) => new DrillMark
        {
            Kind = (DrillMarkKind)i,
            Status = Enum.Parse<DrillMarkStatus>(status),
        }),
    ];
}
