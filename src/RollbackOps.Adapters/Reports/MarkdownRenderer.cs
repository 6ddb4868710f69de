using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using DotLiquid;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;

namespace RollbackOps.Adapters.Reports;

/// <summary>Renders an incident report as Markdown, from a Liquid template that comes with the module.</summary>
internal sealed partial class MarkdownRenderer : IReportRenderer
{
    private const string Resource = "RollbackOps.Adapters.Reports.IncidentReport.md.liquid";
    private static readonly Lazy<Template> s_template = new(ReadTemplate);

    public string RenderMarkdown(IncidentReport report) => s_template.Value.Render(
        new RenderParameters(CultureInfo.InvariantCulture) { LocalVariables = Hash.FromDictionary(Model(report)) });

    /// <summary>What the template sees: plain texts, every one of them escaped (S43).</summary>
    private static Dictionary<string, object?> Model(IncidentReport report) => new()
    {
        ["title"] = Escape(report.Title),
        ["summary"] = Escape(report.Summary),
        ["written"] = Time(report.WrittenAt),
        ["project"] = Escape(report.Project),
        ["environment"] = Escape(report.Environment),
        ["status"] = report.Status?.ToString(),
        ["verdict"] = report.Verdict?.ToString(),
        ["trusted"] = report.IsJournalTrusted,
        ["rollback"] = report.Rollback is { } rollback ? Rollback(rollback) : null,
        ["timeline"] = report.Timeline.Select(entry => new Dictionary<string, object?>
        {
            ["at"] = Time(entry.At),
            ["what"] = Escape(entry.What),
            ["record"] = entry.Record,
        }).ToList(),
        ["steps"] = report.Steps.Select(step => new Dictionary<string, object?>
        {
            ["number"] = step.Number,
            ["description"] = Escape(step.Description),
            ["status"] = step.Status.ToString(),
            ["duration"] = step.Duration is { } duration ? Seconds(duration) : string.Empty,
            ["detail"] = Escape(step.Detail),
        }).ToList(),
        ["commits"] = report.Difference?.Commits?.Select(Escape).ToList(),
        ["not_taken_back"] = report.Difference?.NotTakenBack.Select(Escape).ToList(),
        ["verifications"] = report.Verifications.Select(verification => new Dictionary<string, object?>
        {
            ["window"] = verification.Window.ToString(),
            ["status"] = verification.Status.ToString(),
            ["identity"] = verification.Identity.ToString(),
            ["duration"] = Seconds(verification.Duration),
            ["checks"] = verification.Checks.Select(Check).ToList(),
        }).ToList(),
        ["checklist"] = report.Checklist.Select(Check).ToList(),
        ["database"] = report.Database is { } database ? DatabaseModel.Of(database, Escape) : null,
        ["overrides"] = report.Overrides.Select(one => new Dictionary<string, object?>
        {
            ["name"] = Escape(one.Name),
            ["reason"] = Escape(one.Reason),
        }).ToList(),
    };

    private static Dictionary<string, object?> Rollback(RollbackResult rollback) => new()
    {
        ["number"] = rollback.Number,
        ["kind"] = rollback.Kind.ToString(),
        ["from"] = Escape(rollback.From?.Id ?? "(unknown)"),
        ["target"] = Escape(rollback.Target?.Id ?? "(none)"),
        ["reason"] = Escape(rollback.Reason),
        ["owner"] = Escape(rollback.Owner),
        ["started"] = Time(rollback.StartedAt),
        ["duration"] = Seconds(rollback.Duration),
        ["message"] = rollback.Message is null ? null : Escape(rollback.Message),
        ["next"] = rollback.NextStep is null ? null : Escape(rollback.NextStep),
    };

    private static Dictionary<string, object?> Check(VerificationCheck check) => new()
    {
        ["name"] = Escape(check.Name),
        ["status"] = check.Status.ToString(),
        ["mark"] = check.Status is VerificationStatus.Passed or VerificationStatus.PassedAsBefore ? "x" : " ",
        ["detail"] = Escape(check.Detail),
    };

    /// <summary>Every character that Markdown or HTML gives a meaning is escaped; a line break becomes a space.</summary>
    private static string Escape(string? foreign)
    {
        var escaped = new StringBuilder();
        var text = Inert.Text(foreign).TrimStart();
        var markerAt = BlockMarker().Match(text).Length - 1;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            _ = character switch
            {
                _ when i == markerAt => escaped.Append('\\').Append(character),
                '\n' or '\t' => escaped.Append(' '),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '#' or '~' or '!' => escaped.Append('\\').Append(character),
                _ => escaped.Append(character),
            };
        }

        return escaped.ToString();
    }

    private static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan duration) =>
        string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.000} s");

    private static Template ReadTemplate()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return Template.Parse(reader.ReadToEnd());
    }

    /// <summary>What at the start of a line makes a list, a rule or a heading of it.</summary>
    [GeneratedRegex(@"^(?:[-+=]|[0-9]+[.)])")]
    private static partial Regex BlockMarker();
}
