using System.Globalization;
using DotLiquid;
using RollbackOps.Incidents;

namespace RollbackOps.Adapters.Reports;

/// <summary>Renders an incident report from Liquid templates that come with the module.</summary>
internal sealed class ReportRenderer : IReportRenderer
{
    private static readonly Lazy<Template> s_markdown = new(() => Template.Parse(Resources.Read("IncidentReport.md.liquid")));
    private static readonly Lazy<Template> s_html = new(() => Template.Parse(Resources.Read("report.html.liquid")));

    public string RenderMarkdown(IncidentReport report) => Render(s_markdown.Value, new ReportModel(report, MarkdownText.Escape).Make());

    public string RenderHtml(IncidentReport report) => Render(s_html.Value, PageModel(report));

    public string Render(IncidentReport report, ReportTemplate own) => LiquidSandbox.Render(own.Text, own.Path, own.Kind switch
    {
        ".html" => PageModel(report),
        ".md" => new ReportModel(report, MarkdownText.Escape).Make(),
        _ => new ReportModel(report, Inert.Text).Make(),
    });

    private static Dictionary<string, object?> PageModel(IncidentReport report)
    {
        var model = new ReportModel(report, HtmlText.Escape).Make();
        ReportPage.AddTo(model, report);
        return model;
    }

    private static string Render(Template template, Dictionary<string, object?> model) =>
        template.Render(new RenderParameters(CultureInfo.InvariantCulture)
        {
            LocalVariables = Hash.FromDictionary(model),
            ErrorsOutputMode = ErrorsOutputMode.Rethrow,
        });
}
