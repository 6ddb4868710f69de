namespace RollbackOps.Incidents;

/// <summary>Renders a report for people; foreign text in it is inert (S43).</summary>
public interface IReportRenderer
{
    /// <summary>The report as Markdown that renders on GitHub.</summary>
    string RenderMarkdown(IncidentReport report);

    /// <summary>The report as one HTML page that refers to nothing outside itself.</summary>
    string RenderHtml(IncidentReport report);

    /// <summary>The report by a template of the user's own.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.TemplateInvalid"/>.</exception>
    string Render(IncidentReport report, ReportTemplate own);
}
