using RollbackOps.Rollbacks;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>The rollback log in the written template's layout.</summary>
public sealed class LogMarkdownTests
{
    private static readonly RollbackLogEntry s_entry = new()
    {
        Number = 1,
        Date = new DateOnly(2025, 11, 5),
        Time = new TimeOnly(15, 30),
        Duration = TimeSpan.FromMinutes(3),
        PreviousDeployment = "abc123def456",
        RollbackTarget = "def456abc123",
        Reason = "High error rate (5%)",
        Status = RollbackStatus.Succeeded,
        ActionsTaken = "Automatic Vercel rollback",
        PostMortem = "Nov 5 16:00 UTC",
        Owner = "Ann",
    };

    [Fact]
    public void Markdown_OfTheTemplatesOwnEntry_IsTheTemplate() => Assert.Equal(
        """
        ## Rollback #1

        Date: 2025-11-05
        Time: 15:30 UTC
        Duration: 3 minutes
        Previous Deployment: abc123def456
        Rollback Target: def456abc123
        Reason: High error rate (5%)
        Status: ✅ Successful
        Actions Taken: Automatic Vercel rollback
        Post-Mortem: Nov 5 16:00 UTC
        Owner: Ann

        """,
        RollbackLogMarkdown.Of(s_entry).Replace("  \n", "\n", StringComparison.Ordinal));

    [Theory]
    [InlineData(0, "0 seconds")]
    [InlineData(1, "1 second")]
    [InlineData(61, "1 minute 1 second")]
    [InlineData(7200, "2 hours")]
    public void Markdown_Durations_AreWords(int seconds, string words) => Assert.Contains(
        $"\nDuration: {words}  \n", RollbackLogMarkdown.Of(s_entry with { Duration = TimeSpan.FromSeconds(seconds) }), StringComparison.Ordinal);

    [Fact]
    public void Markdown_OfHostileText_IsInert()
    {
        var text = RollbackLogMarkdown.Of(s_entry with { Reason = "<script>x</script> [a](http://evil.example) @team ![i](x) `c`\n# head \u001b[31m" });

        Assert.Equal(13, text.Split('\n').Length);
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[a](", text, StringComparison.Ordinal);
        Assert.DoesNotContain("@team", text, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }
}
