using RollbackOps.Drills;
using RollbackOps.Tests.Configuration;

namespace RollbackOps.Tests.Drills;

/// <summary>What is kept of drills, and where they are going.</summary>
public sealed class DrillHistoryTests : IDisposable
{
    private static readonly DateTimeOffset s_first = new(2026, 8, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void History_OfWhatWasKept_ComesBackWholeAndNewestFirst()
    {
        var history = new DrillHistory(_folder.Path);
        var older = Result(day: 0, score: 50) with
        {
            Failures = [new DrillFailure { Kind = DrillFailureKind.LostData, Detail = "2 of 9" }],
            Chaos = [new DrillChaos { Kind = DrillChaosKind.Killed, IsRecovered = true, Recovery = TimeSpan.FromSeconds(3), Detail = "resumed" }],
            Files = ["a.html"],
        };
        history.Keep(older);
        history.Keep(Result(day: 1, score: 100));

        var read = history.Read();

        Assert.Equal([1, 0], read.Select(one => (one.StartedAt - s_first).Days));
        Assert.Equal((older.Marks[0], older.Failures[0], older.Chaos[0], "a.html"), (read[1].Marks[0], read[1].Failures[0], read[1].Chaos[0], read[1].Files[0]));
        Assert.Equal(read[0].Id, history.Newest()!.Id);
    }

    [Fact]
    public void History_WhereNothingIs_IsEmpty()
    {
        var history = new DrillHistory(Path.Combine(_folder.Path, "none"));

        Assert.Empty(history.Read());
        Assert.Null(history.Newest());
    }

    [Fact]
    public void History_OfWhatCannotBeRead_SaysSoAndGivesTheRest()
    {
        var history = new DrillHistory(_folder.Path);
        history.Keep(Result(day: 0, score: 100));
        Directory.CreateDirectory(history.FolderOf("broken"));
        File.WriteAllText(Path.Combine(history.FolderOf("broken"), "drill.json"), "{");
        var told = new List<string>();

        Assert.Single(history.Read(told.Add));
        Assert.Contains("broken", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public void Newest_WhereTheLastWasStopped_IsTheOneThatCameToAnEnd()
    {
        var history = new DrillHistory(_folder.Path);
        history.Keep(Result(day: 0, score: 100));
        history.Keep(Result(day: 1, score: 0) with { Status = DrillStatus.Stopped });

        Assert.Equal(s_first, history.Newest()!.StartedAt);
        Assert.Equal(s_first, Assert.Single(history.NewestOfEach()).StartedAt);
    }

    [Theory]
    [InlineData("100", DrillDirection.First)]
    [InlineData("80 100", DrillDirection.Better)]
    [InlineData("100 100 80", DrillDirection.Worse)]
    [InlineData("100@20 100@19", DrillDirection.Same)]
    [InlineData("100@20 100@10", DrillDirection.Better)]
    [InlineData("100@20 100@40", DrillDirection.Worse)]
    [InlineData("100@20 100@20 100@500 100@21", DrillDirection.Same)]
    public void Trend_OfScoresAndTimes_ComparesWithTheMedianBefore(string drills, DrillDirection expected)
    {
        var results = drills.Split(' ').Select((drill, day) => drill.Split('@') is [var score, var seconds]
            ? Result(day, int.Parse(score, null), double.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture))
            : Result(day, int.Parse(drill, null)));

        var trend = Assert.Single(DrillTrend.Of(results));

        Assert.Equal(expected, trend.Direction);
    }

    [Fact]
    public void Trend_OfOtherClocksAndHands_IsNotCompared()
    {
        var trend = Assert.Single(DrillTrend.Of(
        [
            Result(day: 0, score: 10) with { TimeScale = 60, IsRealTime = false },
            Result(day: 1, score: 20) with { IsInteractive = true },
            Result(day: 2, score: 100),
        ]));

        Assert.Equal((DrillDirection.First, 1, 3), (trend.Direction, trend.Count, trend.Results.Count));
    }

    private static DrillResult Result(int day, int score, double mitigated = 20) => new()
    {
        Id = $"drill-{day}",
        Scenario = "ServiceOutage",
        Situation = "down",
        Status = score == 100 ? DrillStatus.Passed : DrillStatus.Failed,
        Score = score,
        IsRealTime = true,
        TimeScale = 1,
        StartedAt = s_first.AddDays(day),
        Duration = TimeSpan.FromMinutes(1),
        Owner = "Ada",
        Marks =
        [
            new DrillMark
            {
                Kind = DrillMarkKind.Mitigated, Status = DrillMarkStatus.Met, After = TimeSpan.FromSeconds(mitigated), Limit = TimeSpan.FromSeconds(30), Detail = "seen",
            },
        ],
    };
}
