using System.Text;
using System.Text.Json;
using RollbackOps.Rollbacks;

namespace RollbackOps.Incidents;

/// <summary>Writes a report: HTML and Markdown for people, JSON for tools.</summary>
internal sealed class ReportFiles(RollbackContext context, IReportRenderer renderer)
{
    private static readonly string[] s_kinds = [".html", ".md", ".json"];

    /// <summary>Writes it, and notes it in the journal.</summary>
    /// <param name="report">The report.</param>
    /// <param name="folder">The folder, or null for the configured one.</param>
    /// <param name="isRefresh">Whether it replaces files written a moment ago for the same report.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.ReportUnwritable"/>.</exception>
    public IncidentReport Write(IncidentReport report, string? folder, bool isRefresh)
    {
        var place = folder ?? context.Settings.Reports.Folder ?? Path.Combine(context.Store.Location, "reports");
        var whole = report with { Files = [.. s_kinds.Select(end => Path.Combine(place, report.Id + end))] };
        var contents = new[]
        {
            Encoding.UTF8.GetBytes(renderer.RenderHtml(whole)),
            Encoding.UTF8.GetBytes(renderer.RenderMarkdown(whole)),
            JsonSerializer.SerializeToUtf8Bytes(whole, RollbackJson.Indented.IncidentReport),
        };
        var id = report.RollbackId ?? report.Database?.Last?.RestoreId;
        if (id is not null && !isRefresh)
        {
            context.Journal.Append(JournalKind.ReportWritten, id,
                new ReportWrittenData { Files = whole.Files }, RollbackJson.Compact.ReportWrittenData);
        }

        try
        {
            Directory.CreateDirectory(place);
            for (var i = 0; i < contents.Length; i++)
            {
                Replace(whole.Files[i], contents[i]);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.ReportUnwritable,
                $"The report cannot be written to '{place}': {failure.Message}",
                "Name another folder: New-IncidentReport -OutFolder.", place, failure);
        }

        return whole;
    }

    private static void Replace(string path, byte[] content)
    {
        File.WriteAllBytes(path + ".next", content);
        File.Move(path + ".next", path, overwrite: true);
    }
}
