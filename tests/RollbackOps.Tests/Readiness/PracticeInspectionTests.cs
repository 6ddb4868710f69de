using System.Globalization;
using RollbackOps.Configuration;
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

    private void Review(int? daysAgo) => _world.Change = settings => settings with
    {
        Readiness = new ReadinessSettings
        {
            LastReview = daysAgo is { } days ? (_world.Now - TimeSpan.FromDays(days)).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
            ReviewedBy = "Bea",
        },
    };
}
