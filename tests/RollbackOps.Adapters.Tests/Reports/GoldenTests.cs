using System.Text.RegularExpressions;
using RollbackOps.Adapters.Reports;

namespace RollbackOps.Adapters.Tests.Reports;

/// <summary>
/// Whole reports as they are to be, kept in files: a change of them is seen where it is reviewed. To write them anew, run the
/// tests with ROLLBACKOPS_GOLDEN=write and look at what changed.
/// </summary>
public partial class GoldenTests
{
    [Theory]
    [InlineData("succeeded")]
    [InlineData("failed")]
    public void RenderMarkdown_Sample_IsTheGoldenOne(string name) =>
        Compare(name + ".md", new ReportRenderer().RenderMarkdown(ReportOf(name)));

    [Theory]
    [InlineData("succeeded")]
    [InlineData("failed")]
    public void RenderHtml_Sample_HasTheGoldenStructure(string name) =>
        Compare(name + ".outline.txt", string.Concat(Structure().Matches(new ReportRenderer().RenderHtml(ReportOf(name)))
            .Select(match => $"{Attribute().Replace(match.Value, "").Trim()}\n")));

    private static Incidents.IncidentReport ReportOf(string name) =>
        name == "failed" ? new ReportSample().Failed() : new ReportSample().Succeeded();

    private static void Compare(string name, string written)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "RollbackOps.sln")))
        {
            folder = folder.Parent!;
        }

        var path = Path.Combine(folder.FullName, "tests", "RollbackOps.Adapters.Tests", "Reports", "Golden", name);
        if (Environment.GetEnvironmentVariable("ROLLBACKOPS_GOLDEN") == "write")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, written);
        }

        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), written);
    }

    [GeneratedRegex("<(?:h[1-6]|section|table|figure|ol|ul|dl|details|nav|main|header|footer|caption)[ >][^>]*>?(?:[^<]*)")]
    private static partial Regex Structure();

    [GeneratedRegex(" (?:class|tabindex|aria-label|aria-labelledby)=\"[^\"]*\"")]
    private static partial Regex Attribute();
}
