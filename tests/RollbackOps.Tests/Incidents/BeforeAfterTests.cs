using RollbackOps.Incidents;

namespace RollbackOps.Tests.Incidents;

/// <summary>Errors before and after a rollback, by the conditional binomial test at 95 % (S26).</summary>
public class BeforeAfterTests
{
    [Theory]
    // All errors end: P[Bin(50, 1/2) <= 0] is 1e-15.
    [InlineData(50, 1000, 0, 1000, nameof(Improvement.Improved))]
    // The same rate, and enough of it to see a halving.
    [InlineData(100, 1000, 100, 1000, nameof(Improvement.NoImprovement))]
    // It rose.
    [InlineData(50, 1000, 200, 1000, nameof(Improvement.NoImprovement))]
    // Halved, and enough to be sure.
    [InlineData(100, 1000, 50, 1000, nameof(Improvement.Improved))]
    // One error less of three says nothing.
    [InlineData(3, 30, 2, 30, nameof(Improvement.Unverified))]
    // None after, but hardly a request after either.
    [InlineData(10, 100, 0, 3, nameof(Improvement.Unverified))]
    // Five of five before: P[Bin(5, 1/2) <= 0] is 3 %.
    [InlineData(5, 5, 0, 5, nameof(Improvement.Improved))]
    // Four: 6 %.
    [InlineData(4, 4, 0, 4, nameof(Improvement.Unverified))]
    // No error at all has nothing to compare.
    [InlineData(0, 1000, 0, 1000, nameof(Improvement.Unverified))]
    [InlineData(0, 1000, 20, 1000, nameof(Improvement.Unverified))]
    public void Outcome_OfCounts_IsWhatTheTestSays(long before, long beforeRequests, long after, long afterRequests, string expected) =>
        Assert.Equal(expected, Of(before, beforeRequests, after, afterRequests).Outcome.ToString());

    [Fact]
    public void Chance_AgainstATable_IsTheBinomials()
    {
        // P[Bin(15, 1/2) <= 3] = 0.017578125.
        Assert.Equal(0.017578125, Of(12, 100, 3, 100).Chance!.Value, 1e-9);
        // P[Bin(5, 1/4) <= 0] = 0.2373046875: three times as many requests before.
        Assert.Equal(0.2373046875, Of(5, 300, 0, 100).Chance!.Value, 1e-9);
    }

    [Fact]
    public void Detail_WithoutImprovement_SaysPlainlyThatTheDeploymentIsLikelyNotTheCause()
    {
        var detail = Of(100, 1000, 100, 1000).Detail;
        Assert.Contains("There is no improvement: the deployment is likely not the cause.", detail, StringComparison.Ordinal);
        Assert.Contains("100 of 1000 requests failed before (10 %)", detail, StringComparison.Ordinal);
    }

    private static BeforeAfter Of(long before, long beforeRequests, long after, long afterRequests) => new()
    {
        BeforeFrom = DateTimeOffset.UnixEpoch,
        BeforeTo = DateTimeOffset.UnixEpoch.AddMinutes(5),
        BeforeRequests = beforeRequests,
        BeforeErrors = before,
        AfterFrom = DateTimeOffset.UnixEpoch.AddMinutes(6),
        AfterTo = DateTimeOffset.UnixEpoch.AddMinutes(11),
        AfterRequests = afterRequests,
        AfterErrors = after,
    };
}
