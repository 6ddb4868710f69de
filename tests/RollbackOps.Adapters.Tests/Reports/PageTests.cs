using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using RollbackOps.Adapters.Reports;

namespace RollbackOps.Adapters.Tests.Reports;

/// <summary>The HTML report stands alone, lets nothing in, and holds foreign text as text.</summary>
public partial class PageTests
{
    private static readonly string s_page = new ReportRenderer().RenderHtml(new ReportSample().Succeeded());
    private static readonly string s_hostile = new ReportRenderer().RenderHtml(HostileReport.Report);

    [Fact]
    public void Render_AnyReport_RefersToNothingOutsideItself()
    {
        foreach (Match reference in Reference().Matches(Body(s_page)))
        {
            Assert.Matches("^(#|data:,)", reference.Groups[1].Value);
        }

        Assert.DoesNotMatch(@"@import|url\(", s_page);
    }

    [Fact]
    public void Render_Policy_ForbidsEverythingButItsOwnStyleAndScripts()
    {
        var policy = WebUtility.HtmlDecode(Policy().Match(s_page).Groups[1].Value);
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        var inline = Inline().Matches(s_page);
        Assert.Equal(3, inline.Count);
        foreach (Match one in inline)
        {
            Assert.Contains($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(one.Groups[2].Value)))}'", policy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Render_Library_ComesWithItsLicence() =>
        Assert.Contains("Copyright (c) 2022 Leon Sorokin", s_page, StringComparison.Ordinal);

    [Fact]
    public void Render_HostileText_StaysText()
    {
        Assert.Equal(Elements(s_hostile.Replace(WebUtility.HtmlEncode(HostileReport.Text), "", StringComparison.Ordinal)), Elements(s_hostile));
        Assert.DoesNotContain("<script>alert", s_hostile, StringComparison.Ordinal);
        Assert.DoesNotContain(s_hostile, character => character is '\u001b' or '\u202e' or '\u2066');
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", s_hostile, StringComparison.Ordinal);
        Assert.Contains("{{ title }}", s_hostile, StringComparison.Ordinal);
        // One style, one of data, two that run: what is foreign adds none.
        Assert.Equal(3, Regex.Count(s_hostile, "<script[ >]"));
        Assert.Single(Regex.Matches(s_hostile, "<style>"));
    }

    [Fact]
    public void Render_Headings_AreInOrderAndNoneIsEmpty()
    {
        var level = 0;
        var headings = Heading().Matches(Body(s_page));
        Assert.Equal(1, headings.Count(heading => heading.Groups[1].Value == "1"));
        foreach (Match heading in headings)
        {
            var next = int.Parse(heading.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(next <= level + 1, heading.Value);
            Assert.NotEqual("", heading.Groups[2].Value.Trim());
            level = next;
        }
    }

    [Theory]
    [InlineData("summary")]
    [InlineData("impact")]
    [InlineData("trigger")]
    [InlineData("detection")]
    [InlineData("root-cause")]
    [InlineData("resolution")]
    [InlineData("timeline")]
    [InlineData("lessons")]
    [InlineData("actions")]
    public void Render_Section_IsThereAndLinked(string id)
    {
        Assert.Single(Regex.Matches(s_page, $"<h2 id=\"{id}\">"));
        Assert.Single(Regex.Matches(s_page, $"<a href=\"#{id}\">"));
    }

    [Fact]
    public void Render_WhatWasMeasured_IsInTheChartsDataAndInTheTable()
    {
        var report = new ReportSample().Succeeded();
        Assert.Equal(3, Regex.Count(s_page, "data-chart=\""));
        var rows = Regex.Count(s_page[s_page.IndexOf("id=\"traffic-table\"", StringComparison.Ordinal)..s_page.IndexOf("</details>", StringComparison.Ordinal)], "<tr><th scope=\"row\"");
        Assert.Equal(report.Traffic!.Points.Count, rows);
        Assert.Equal(52, rows);
    }

    [Theory]
    [InlineData(nameof(ReportSample.Failed))]
    [InlineData(nameof(ReportSample.Refused))]
    public void Render_RollbackThatDidNotWork_IsAWholeReport(string outcome)
    {
        var report = outcome == nameof(ReportSample.Failed) ? new ReportSample().Failed() : new ReportSample().Refused();
        var page = new ReportRenderer().RenderHtml(report);
        Assert.Equal(9, Regex.Count(page, "<h2 "));
        Assert.EndsWith("</html>\n", page, StringComparison.Ordinal);
        Assert.Contains(WebUtility.HtmlEncode(report.Rollback!.Message!), page, StringComparison.Ordinal);
        Assert.Contains(WebUtility.HtmlEncode(report.Rollback.NextStep!), page, StringComparison.Ordinal);
        Assert.Equal(10, report.Checklist.Count);
    }

    [Fact]
    public void Render_NothingMeasured_SaysSoAndDrawsNothing()
    {
        var page = new ReportRenderer().RenderHtml(new ReportSample().Refused());
        Assert.Contains("<dd class=\"unmeasured\">not measured</dd>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-chart", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    private static int Elements(string page) => Regex.Count(Body(page), "<[a-z!/]", RegexOptions.IgnoreCase);

    /// <summary>The page without its style and its scripts.</summary>
    private static string Body(string page) => Inline().Replace(page, string.Empty);

    [GeneratedRegex("(?:href|src|action|data|srcset|poster)=\"([^\"]*)\"")]
    private static partial Regex Reference();

    [GeneratedRegex("Content-Security-Policy\" content=\"([^\"]*)\"")]
    private static partial Regex Policy();

    [GeneratedRegex("<(script|style)>(.*?)</\\1>", RegexOptions.Singleline)]
    private static partial Regex Inline();

    [GeneratedRegex("<h([1-6])[^>]*>(.*?)</h\\1>", RegexOptions.Singleline)]
    private static partial Regex Heading();
}
