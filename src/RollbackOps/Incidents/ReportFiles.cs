using System.Text;
using System.Text.Json;
using RollbackOps.Rollbacks;

namespace RollbackOps.Incidents;

/// <summary>Writes a report: HTML and Markdown for people, JSON for tools, and the post-mortem's calendar file.</summary>
internal sealed class ReportFiles(RollbackContext context, IReportRenderer renderer, IMeetingCalendar calendar)
{
    private static readonly string[] s_kinds = [".html", ".md", ".json"];

    /// <summary>Writes it, and notes it in the journal.</summary>
    /// <param name="report">The report.</param>
    /// <param name="folder">The folder, or null for the configured one.</param>
    /// <param name="templates">Templates of the user's own; one that cannot be rendered leaves the module's own in its place.</param>
    /// <param name="isRefresh">Whether it replaces files written a moment ago for the same report.</param>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.ReportUnwritable"/>; <see cref="ErrorId.TemplateInvalid"/>, after everything else is written.
    /// </exception>
    public IncidentReport Write(IncidentReport report, string? folder, IReadOnlyList<ReportTemplate> templates, bool isRefresh)
    {
        var place = folder ?? context.Settings.Reports.Folder ?? Path.Combine(context.Store.Location, "reports");
        var kinds = s_kinds
            .Concat(report.PostMortem.ScheduledAt is null ? [] : [".ics"])
            .Concat(templates.Select(template => template.Kind))
            .Distinct(StringComparer.Ordinal);
        var whole = report with { Files = [.. kinds.Select(kind => Path.Combine(place, report.Id + kind))] };
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [".html"] = Encoding.UTF8.GetBytes(renderer.RenderHtml(whole)),
            [".md"] = Encoding.UTF8.GetBytes(renderer.RenderMarkdown(whole)),
            [".json"] = JsonSerializer.SerializeToUtf8Bytes(whole, RollbackJson.Indented.IncidentReport),
        };
        if (PostMortemMeeting.Of(whole) is { } meeting)
        {
            contents[".ics"] = calendar.Write(meeting);
        }

        var invalid = Apply(templates, whole, contents);
        whole = whole with { Files = [.. whole.Files.Where(file => contents.ContainsKey(Path.GetExtension(file)))] };
        var id = report.RollbackId ?? report.Database?.Last?.RestoreId;
        if (id is not null && !isRefresh)
        {
            context.Journal.Append(JournalKind.ReportWritten, id,
                new ReportWrittenData { Files = whole.Files, PostMortemAt = report.PostMortem.ScheduledAt },
                RollbackJson.Compact.ReportWrittenData);
        }

        Store(place, whole, contents);
        return invalid is null ? whole : throw invalid;
    }

    /// <summary>Puts what the templates make in its place; gives the first that cannot be rendered.</summary>
    private RollbackOpsException? Apply(
        IReadOnlyList<ReportTemplate> templates, IncidentReport report, Dictionary<string, byte[]> contents)
    {
        RollbackOpsException? first = null;
        foreach (var template in templates)
        {
            try
            {
                contents[template.Kind] = Encoding.UTF8.GetBytes(renderer.Render(report, template));
            }
            catch (RollbackOpsException invalid) when (invalid.Id == ErrorId.TemplateInvalid)
            {
                first ??= invalid;
            }
        }

        return first;
    }

    private static void Store(string place, IncidentReport report, Dictionary<string, byte[]> contents)
    {
        try
        {
            Directory.CreateDirectory(place);
            foreach (var (kind, content) in contents)
            {
                var path = Path.Combine(place, report.Id + kind);
                File.WriteAllBytes(path + ".next", content);
                File.Move(path + ".next", path, overwrite: true);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.ReportUnwritable,
                $"The report cannot be written to '{place}': {failure.Message}",
                "Name another folder: New-IncidentReport -OutFolder.", place, failure);
        }
    }
}
