using System.Text.RegularExpressions;
using RollbackOps.Adapters.Reports;

namespace RollbackOps.Adapters.Tests.Reports;

/// <summary>Foreign text in a Markdown report is text: it builds no markup, breaks no table, calls nobody (S43).</summary>
public partial class MarkdownTests
{
    private static readonly string s_markdown = new ReportRenderer().RenderMarkdown(HostileReport.Report);

    [Fact]
    public void Render_HostileText_HoldsNoMarkupOfItsOwn()
    {
        Assert.DoesNotContain("<", OwnElements().Replace(s_markdown, string.Empty), StringComparison.Ordinal);
        var unescaped = Escape().Replace(Tree().Replace(s_markdown, string.Empty), string.Empty);
        Assert.DoesNotContain("](", unescaped, StringComparison.Ordinal);
        Assert.DoesNotContain("`", unescaped, StringComparison.Ordinal);
        Assert.DoesNotContain("~~~", unescaped, StringComparison.Ordinal);
        Assert.DoesNotContain(s_markdown, character => character is '\u001b' or '\r' or '\u202e' or '\u2066');
        Assert.Contains("&lt;script&gt;", s_markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_HostileText_MakesNoHeadingOfItsOwn()
    {
        var headings = s_markdown.Split('\n').Where(line => line.StartsWith('#')).ToList();
        Assert.Single(headings, line => line.StartsWith("# ", StringComparison.Ordinal));
        Assert.DoesNotContain(headings, line => line.StartsWith("## Injected", StringComparison.Ordinal));
    }

    [Fact]
    public void Render_HostileText_LeavesEveryTableWhole()
    {
        var tables = 0;
        var columns = 0;
        foreach (var line in s_markdown.Split('\n'))
        {
            if (!line.StartsWith('|'))
            {
                columns = 0;
                continue;
            }

            var pipes = Escape().Replace(line, string.Empty).Count(character => character == '|');
            tables += columns == 0 ? 1 : 0;
            columns = columns == 0 ? pipes : columns;
            Assert.Equal(columns, pipes);
            Assert.EndsWith("|", line.TrimEnd(), StringComparison.Ordinal);
        }

        Assert.Equal(7, tables);
    }

    [Fact]
    public void Render_TemplateSyntaxInText_StaysText()
    {
        Assert.Contains("{{ title }}", s_markdown, StringComparison.Ordinal);
        Assert.Contains("{% raw %}", s_markdown, StringComparison.Ordinal);
    }

    // On GitHub a name would be told, a number linked, and an address a link.
    [Fact]
    public void Render_NamesNumbersAndAddressesInText_CallNobodyAndLinkNothing()
    {
        var outside = Tree().Replace(s_markdown, string.Empty);
        Assert.DoesNotContain("@octocat", outside, StringComparison.Ordinal);
        Assert.DoesNotContain("#12", outside, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", outside, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("- item")]
    [InlineData("+ item")]
    [InlineData("1. item")]
    [InlineData("2) item")]
    [InlineData("---")]
    [InlineData("===")]
    [InlineData("    code")]
    [InlineData("> quote")]
    public void Render_TextThatBeginsLikeABlock_IsAParagraph(string text)
    {
        var markdown = new ReportRenderer().RenderMarkdown(HostileReport.Report with { Summary = text });
        var line = markdown.Split('\n')[2];
        Assert.DoesNotMatch(@"^( {4}|\s*([-+>=]|\d+[.)]))", line);
    }

    [GeneratedRegex(@"\\.")]
    private static partial Regex Escape();

    [GeneratedRegex("</?(?:details|summary|pre)>")]
    private static partial Regex OwnElements();

    [GeneratedRegex("<pre>.*?</pre>", RegexOptions.Singleline)]
    private static partial Regex Tree();
}
