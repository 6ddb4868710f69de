namespace RollbackOps.Tests.Configuration;

/// <summary>The readiness section.</summary>
public sealed class ReadinessSettingTests
{
    [Fact]
    public void Readiness_LeftOut_HasTheProceduresQuarter()
    {
        var settings = Configured.Read("{}").Settings.Readiness;

        Assert.Equal((TimeSpan.FromDays(90), TimeSpan.FromDays(90)), (settings.DrillAge, settings.ReviewAge));
        Assert.Null(settings.LastReview);
    }

    [Fact]
    public void Readiness_Set_IsRead()
    {
        var settings = Configured.Read("""{ "readiness": { "backupAge": "6h", "lastReview": "2028-02-29", "reviewedBy": "Bea", "freeSpace": 10 } }""").Settings.Readiness;

        Assert.Equal((TimeSpan.FromHours(6), "2028-02-29", "Bea", 10), (settings.BackupAge, settings.LastReview, settings.ReviewedBy, settings.FreeSpace));
    }

    [Theory]
    [InlineData("2027-02-29")]
    [InlineData("yesterday")]
    [InlineData("2027-13-01")]
    public void Readiness_LastReviewThatIsNoDay_IsRefused(string day) => Assert.Contains(
        "readiness.lastReview", Configured.Refused($$"""{ "readiness": { "lastReview": "{{day}}" } }""").Message, StringComparison.Ordinal);
}
