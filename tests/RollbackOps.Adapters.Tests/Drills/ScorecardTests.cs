using System.Diagnostics;
using RollbackOps.Adapters.Drills;
using RollbackOps.Adapters.Tests.Reports;
using RollbackOps.Drills;

namespace RollbackOps.Adapters.Tests.Drills;

/// <summary>The scorecard of drills as a page.</summary>
public sealed class ScorecardTests
{
    private static readonly DateTimeOffset s_at = new(2026, 11, 20, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Page_OfADrill_ShowsMarksFailuresAndTrend()
    {
        var page = Render(Failed());

        Assert.Contains("<h1>Drill HighErrorRate</h1>", page, StringComparison.Ordinal);
        Assert.Contains("3 min 20 s", page, StringComparison.Ordinal);
        Assert.Contains("<strong>Lost data:</strong> 2 of 9", page, StringComparison.Ordinal);
        Assert.Contains("Rate limited", page, StringComparison.Ordinal);
        Assert.Contains("<polyline points=\"0,0 220,40\"", page, StringComparison.Ordinal);
        Assert.Contains("0 of 1 passed", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "Real time")]
    [InlineData(false, "Not in real time: its seconds prove nothing, and are not judged")]
    public void Page_OfADrill_SaysWhichClockItWas(bool isRealTime, string said) => Assert.Contains(
        said, Render(Failed() with { IsRealTime = isRealTime, TimeScale = isRealTime ? 1 : 60 }), StringComparison.Ordinal);

    [Fact]
    public void Page_OfForeignText_HoldsNoMarkupOfIt()
    {
        const string Hostile = "<script>alert(1)</script>\"' {{ id }}";
        var page = Render(Failed() with
        {
            Scenario = Hostile,
            Situation = Hostile,
            Owner = Hostile,
            Deployed = Hostile,
            Failures = [new DrillFailure { Kind = DrillFailureKind.LostData, Detail = Hostile }],
            Chaos = [new DrillChaos { Kind = DrillChaosKind.Conflict, IsRecovered = true, Detail = Hostile }],
            Marks = [new DrillMark { Kind = DrillMarkKind.Decided, Status = DrillMarkStatus.Met, Detail = Hostile }],
        });

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; {{ id }}", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_Anywhere_LoadsNothing()
    {
        var page = Render(Failed());

        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page.Replace("http-equiv", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Page_InABrowser_IsLaidOutWithItsStyle()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["page.html"], Render(Failed()));
        var start = new ProcessStartInfo(BrowserFactAttribute.Browser!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["--headless", "--no-sandbox", "--disable-gpu", $"--user-data-dir={folder["profile"]}", "--dump-dom", $"file://{folder["page.html"]}"])
        {
            start.ArgumentList.Add(argument);
        }

        using var browser = Process.Start(start)!;
        var errors = browser.StandardError.ReadToEndAsync();
        var page = await browser.StandardOutput.ReadToEndAsync();
        await browser.WaitForExitAsync();

        Assert.Contains("<polyline", page, StringComparison.Ordinal);
        // What the page's own policy turns away is told there.
        Assert.DoesNotContain("Content Security Policy", await errors, StringComparison.Ordinal);
    }

    private static string Render(DrillResult drill) => new DrillScorecard().RenderHtml(
        [drill], [drill, drill with { Id = "before", StartedAt = s_at.AddDays(-90), Score = 100, Failures = [], Status = DrillStatus.Passed }]);

    private static DrillResult Failed() => new()
    {
        Id = "drill-1",
        Scenario = "HighErrorRate",
        Situation = "6 % of the requests fail",
        Status = DrillStatus.Failed,
        Score = 0,
        IsRealTime = true,
        TimeScale = 1,
        StartedAt = s_at,
        Duration = TimeSpan.FromMinutes(5),
        Owner = "Ada",
        Marks =
        [
            new DrillMark { Kind = DrillMarkKind.Mitigated, Status = DrillMarkStatus.Met, After = TimeSpan.FromSeconds(200), Limit = TimeSpan.FromMinutes(5) },
            new DrillMark { Kind = DrillMarkKind.Verified, Status = DrillMarkStatus.Missed, Limit = TimeSpan.FromMinutes(10) },
        ],
        Failures = [new DrillFailure { Kind = DrillFailureKind.LostData, Detail = "2 of 9" }],
        Chaos = [new DrillChaos { Kind = DrillChaosKind.RateLimited, IsRecovered = true, Recovery = TimeSpan.FromSeconds(12), Detail = "resumed" }],
        Requests = 1200,
        BadAnswers = 72,
    };
}
