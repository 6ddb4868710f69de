using RollbackOps.Adapters.Reports;
using RollbackOps.Incidents;

namespace RollbackOps.Adapters.Tests.Reports;

/// <summary>A template of the user's own sees the report and nothing else, and can neither hang nor fill the memory.</summary>
public sealed class TemplateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Render_TextTemplate_FillsItIn() =>
        Assert.Equal("Succeeded: 7 bad minutes, 6 steps, Pin promotion to r41", Render("""
            {{ status }}: {{ impact.error_minutes }} bad minutes, {{ steps.size }} steps{% for step in steps limit:1 %}, {{ step.description }}{% endfor %}
            """, new ReportSample().Succeeded()));

    [Theory]
    [InlineData("own.html.liquid", "&lt;script&gt;")]
    [InlineData("own.md.liquid", "&lt;script&gt;")]
    [InlineData("own.txt", "<script>")]
    public void Render_HostileText_IsEscapedForTheDocument(string name, string expected)
    {
        var written = Render("{{ title }}", HostileReport.Report, name);
        Assert.Contains(expected, written, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', written);
        Assert.DoesNotContain('\u202e', written);
        Assert.Contains("{{ title }}", written, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("own.html.liquid", ".html")]
    [InlineData("own.HTM", ".html")]
    [InlineData("own.md.liquid", ".md")]
    [InlineData("own.liquid", ".txt")]
    [InlineData("status-page.json.liquid", ".json")]
    public void Kind_OfAName_IsTheDocuments(string name, string expected) => Assert.Equal(expected, Own("x", name).Kind);

    [Theory]
    [InlineData("one\ntwo {{ title\nthree", 2, "terminated")]
    [InlineData("one\n{% nothing %}\n", 2, "nothing")]
    [InlineData("{% if title %}a{% endif %}\n\n{% if status %}\nb\n", 3, "never closed")]
    [InlineData("one\n\n{% include 'other' %}", 3, "include")]
    [InlineData("a\nb\n{{ title | divided_by: 0 }}", 3, "")]
    public void Render_TemplateThatIsWrong_NamesTheLine(string template, int line, string why)
    {
        var invalid = Assert.Throws<RollbackOpsException>(() => Render(template, new ReportSample().Refused()));
        Assert.Equal(ErrorId.TemplateInvalid, invalid.Id);
        Assert.Contains($"line {line}:", invalid.Message, StringComparison.Ordinal);
        Assert.Contains(why, invalid.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% for a in (1..100000) %}{% for b in (1..100000) %}{% for c in (1..100000) %}{% endfor %}{% endfor %}{% endfor %}")]
    [InlineData("{% for a in (1..100000) %}{{ summary }}{{ summary }}{{ summary }}{{ summary }}{{ summary }}{{ summary }}{{ summary }}{{ summary }}{{ summary }}{% endfor %}")]
    [InlineData("{% assign x = 'xxxxxxxxxxxxxxxx' %}{% for a in (1..40) %}{% assign x = x | append: x %}{% endfor %}{{ x }}")]
    [InlineData("{% assign x = 'xxxxxxxxxxxxxxxx' %}{% for a in (1..40) %}{% capture x %}{{ x }}{{ x }}{% endcapture %}{% endfor %}{{ x }}")]
    [InlineData("{% assign x = 'xxxxxxxxxxxxxxxx' %}{% for a in (1..40) %}{% assign x = x | replace: 'x', 'xxxx' %}{% endfor %}{{ x }}")]
    public void Render_TemplateThatNeverEnds_IsEnded(string template) =>
        Assert.Equal(ErrorId.TemplateInvalid, Assert.Throws<RollbackOpsException>(() => Render(template, new ReportSample().Refused())).Id);

    [Fact]
    public void Read_FileThatIsNotThere_SaysSo() =>
        Assert.Equal(ErrorId.TemplateInvalid, Assert.Throws<RollbackOpsException>(() => ReportTemplate.Read(_folder["none.md"])).Id);

    private string Render(string text, IncidentReport report, string name = "own.txt.liquid") =>
        new ReportRenderer().Render(report, Own(text, name));

    private ReportTemplate Own(string text, string name)
    {
        File.WriteAllText(_folder[name], text);
        return ReportTemplate.Read(_folder[name]);
    }
}
