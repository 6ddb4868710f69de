using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Drills;
using RollbackOps.Readiness;
using RollbackOps.Readiness.Inspections;

namespace RollbackOps.Tests.Readiness;

/// <summary>What is said of reviews and drills, in each status.</summary>
public sealed class PracticeInspectionTests
{
    private readonly ReadinessWorld _world = new();

    [Theory]
    [InlineData(null, ReadinessStatus.Failed, "none is on record")]
    [InlineData(0, ReadinessStatus.Ready, "by Bea")]
    [InlineData(89, ReadinessStatus.Ready, "by Bea")]
    [InlineData(91, ReadinessStatus.Failed, "by Bea, 9")]
    [InlineData(-3, ReadinessStatus.Failed, "lies in the future")]
    public async Task Review_ByItsDay_IsReadyOrFailed(int? daysAgo, object status, string observed)
    {
        Review(daysAgo);

        var found = await _world.LookAsync(scope => new ReviewInspection(scope));

        Assert.Equal(status, found.Status);
        Assert.Contains(observed, found.Observed, StringComparison.Ordinal);
        Assert.Equal(found.Status != ReadinessStatus.Ready, found.NextStep?.Contains("readiness.lastReview", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Review_OfBeforeTheLastIncident_IsAWarning()
    {
        Review(daysAgo: 5);
        var before = await _world.LookAsync(scope => new ReviewInspection(scope));
        await _world.World.RollBackAsync();
        var after = await _world.LookAsync(scope => new ReviewInspection(scope));

        Assert.Equal((ReadinessStatus.Ready, ReadinessStatus.Warning), (before.Status, after.Status));
        Assert.Contains("since then there was rollback 1", after.Observed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, DrillStatus.Passed, true, ReadinessStatus.Failed, "none is on record")]
    [InlineData(89, DrillStatus.Passed, true, ReadinessStatus.Ready, "ServiceOutage of ")]
    [InlineData(89, DrillStatus.Late, true, ReadinessStatus.Ready, "Late, 90 of 100")]
    [InlineData(91, DrillStatus.Passed, true, ReadinessStatus.Failed, "9")]
    [InlineData(5, DrillStatus.Failed, true, ReadinessStatus.Warning, "the newest of ServiceOutage is failed")]
    [InlineData(5, DrillStatus.Stopped, true, ReadinessStatus.Failed, "none is on record")]
    [InlineData(5, DrillStatus.Passed, false, ReadinessStatus.Warning, "60 times faster than real time")]
    public async Task Drill_ByItsAgeAndEnd_IsReadyOrNot(int? daysAgo, DrillStatus status, bool isRealTime, object expected, string observed)
    {
        _world.Drills = daysAgo is { } days ? [Drill(days, status, isRealTime)] : [];

        var found = await _world.LookAsync(scope => new DrillInspection(scope));

        Assert.Equal(expected, found.Status);
        Assert.Contains(observed, found.Observed, StringComparison.Ordinal);
        Assert.Equal(found.Status != ReadinessStatus.Ready, found.NextStep is not null);
    }

    [Fact]
    public async Task Drill_OfBeforeTheLastIncident_IsAWarning()
    {
        _world.Drills = [Drill(daysAgo: 5, DrillStatus.Passed, isRealTime: true)];
        await _world.World.RollBackAsync();

        var found = await _world.LookAsync(scope => new DrillInspection(scope));

        Assert.Equal(ReadinessStatus.Warning, found.Status);
        Assert.Contains("since then there was rollback 1", found.Observed, StringComparison.Ordinal);
    }

    private DrillResult Drill(int daysAgo, DrillStatus status, bool isRealTime) => new()
    {
        Id = "drill-1",
        Scenario = "ServiceOutage",
        Situation = "down",
        Status = status,
        Score = 90,
        IsRealTime = isRealTime,
        TimeScale = isRealTime ? 1 : 60,
        StartedAt = _world.Now - TimeSpan.FromDays(daysAgo),
        Duration = TimeSpan.FromMinutes(1),
        Owner = "Ann",
        Marks = [],
    };

    private void Review(int? daysAgo) => _world.Change = settings => settings with
    {
        Readiness = new ReadinessSettings
        {
            LastReview = daysAgo is { } days ? (_world.Now - TimeSpan.FromDays(days)).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
            ReviewedBy = "Bea",
        },
    };
}
