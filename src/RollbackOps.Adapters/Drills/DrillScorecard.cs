using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using DotLiquid;
using RollbackOps.Adapters.Reports;
using RollbackOps.Drills;
using Model = System.Collections.Generic.Dictionary<string, object?>;

namespace RollbackOps.Adapters.Drills;

/// <summary>Renders drills as an HTML page of the incident reports' looks; no script, and nothing from outside.</summary>
internal sealed class DrillScorecard : IDrillScorecard
{
    private const string Resource = "RollbackOps.Adapters.Drills.scorecard.html.liquid";
    private const int MostShown = 20;
    private const int PlotWidth = 220;
    private const int PlotHeight = 40;

    private static readonly Lazy<Template> s_page = new(() => Template.Parse(Read()));
    private static readonly Lazy<string> s_style = new(() => Resources.Read("report.css"));

    public string RenderHtml(IReadOnlyList<DrillResult> drills, IReadOnlyList<DrillResult> history)
    {
        var style = s_style.Value;
        var model = new Model
        {
            ["style"] = style,
            ["csp"] = $"default-src 'none'; img-src data:; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'; base-uri 'none'; form-action 'none'",
            ["title"] = drills.Count == 1 ? $"Drill {HtmlText.Escape(drills[0].Scenario)}" : $"{drills.Count} drills",
            ["tone"] = drills.Any(one => one.Status is DrillStatus.Failed or DrillStatus.Stopped) ? "bad" : drills.Any(one => one.Status == DrillStatus.Late) ? "warn" : "good",
            ["passed"] = drills.Count(one => one.Status == DrillStatus.Passed),
            ["count"] = drills.Count,
            ["real"] = drills.All(one => one.IsRealTime),
            ["drills"] = drills.Select(Drill).ToList(),
            ["trends"] = DrillTrend.Of(history).Select(trend => Trend(trend, history)).ToList(),
            ["history"] = history.Take(MostShown).Select(Line).ToList(),
            ["history_count"] = history.Count,
        };
        return s_page.Value.Render(new RenderParameters(CultureInfo.InvariantCulture)
        {
            LocalVariables = Hash.FromDictionary(model),
            ErrorsOutputMode = ErrorsOutputMode.Rethrow,
        });
    }

    private static Model Drill(DrillResult drill)
    {
        var model = Line(drill);
        model["situation"] = HtmlText.Escape(drill.Situation);
        model["owner"] = HtmlText.Escape(drill.Owner);
        model["message"] = HtmlText.Escape(drill.Message ?? string.Empty);
        model["real"] = drill.IsRealTime;
        model["deployed"] = HtmlText.Escape(drill.Deployed ?? "none");
        model["expected"] = HtmlText.Escape(drill.ExpectedTarget ?? "none");
        model["served"] = HtmlText.Escape(drill.Served ?? "none, or several");
        model["requests"] = ReportFormat.Number(drill.Requests);
        model["bad"] = ReportFormat.Number(drill.BadAnswers);
        model["writes"] = ReportFormat.Number(drill.Writes);
        model["kept"] = ReportFormat.Number(drill.KeptWrites);
        model["failures"] = drill.Failures.Select(failure => new Model
        {
            ["kind"] = ReportFormat.Words(failure.Kind),
            ["detail"] = HtmlText.Escape(failure.Detail),
        }).ToList();
        model["chaos"] = drill.Chaos.Select(chaos => new Model
        {
            ["kind"] = ReportFormat.Words(chaos.Kind),
            ["tone"] = chaos.IsRecovered ? "good" : "bad",
            ["status"] = chaos.IsRecovered ? "Recovered" : "Not recovered",
            ["recovery"] = chaos.Recovery is { } took ? ReportFormat.Length(took) : "-",
            ["detail"] = HtmlText.Escape(chaos.Detail),
        }).ToList();
        model["marks"] = drill.Marks.Select(mark => new Model
        {
            ["kind"] = ReportFormat.Words(mark.Kind),
            ["status"] = ReportFormat.Words(mark.Status),
            ["tone"] = mark.Status switch
            {
                DrillMarkStatus.Met => "good",
                DrillMarkStatus.Late => "warn",
                DrillMarkStatus.Missed => "bad",
                _ => "neutral",
            },
            ["after"] = mark.After is { } after ? ReportFormat.Length(after) : "not reached",
            ["limit"] = mark.Limit is { } limit ? ReportFormat.Length(limit) : "none named",
            ["detail"] = HtmlText.Escape(mark.Detail ?? string.Empty),
        }).ToList();
        return model;
    }

    private static Model Line(DrillResult drill) => new()
    {
        ["id"] = HtmlText.Escape(drill.Id),
        ["scenario"] = HtmlText.Escape(drill.Scenario),
        ["status"] = ReportFormat.Words(drill.Status),
        ["tone"] = drill.Status switch
        {
            DrillStatus.Passed => "good",
            DrillStatus.Late => "warn",
            _ => "bad",
        },
        ["score"] = drill.Score,
        ["clock"] = drill.IsRealTime ? "real time" : string.Create(CultureInfo.InvariantCulture, $"{drill.TimeScale:0.##} times faster"),
        ["hands"] = drill.IsInteractive ? "a person" : "by itself",
        ["at"] = ReportFormat.Time(drill.StartedAt),
        ["took"] = ReportFormat.Length(drill.Duration),
        ["mitigated"] = drill.Marks.FirstOrDefault(mark => mark.Kind == DrillMarkKind.Mitigated)?.After is { } after ? ReportFormat.Length(after) : "not reached",
    };

    private static Model Trend(DrillTrend trend, IReadOnlyList<DrillResult> history)
    {
        var line = history.Where(one => one.Scenario.Equals(trend.Scenario, StringComparison.OrdinalIgnoreCase) && one.TimeScale == trend.Newest.TimeScale
            && one.IsInteractive == trend.Newest.IsInteractive).OrderBy(one => one.StartedAt).TakeLast(MostShown).ToList();
        return new Model
        {
            ["scenario"] = HtmlText.Escape(trend.Scenario),
            ["direction"] = ReportFormat.Words(trend.Direction),
            ["tone"] = trend.Direction switch
            {
                DrillDirection.Better => "good",
                DrillDirection.Worse => "bad",
                _ => "neutral",
            },
            ["count"] = trend.Count,
            ["score"] = trend.Newest.Score,
            ["before"] = trend.ScoreBefore is { } before ? before.ToString("0.#", CultureInfo.InvariantCulture) : "-",
            ["mitigated"] = trend.Newest.Marks.FirstOrDefault(mark => mark.Kind == DrillMarkKind.Mitigated)?.After is { } after ? ReportFormat.Length(after) : "not reached",
            ["mitigated_before"] = trend.MitigatedBefore is { } was ? ReportFormat.Length(was) : "-",
            ["points"] = line.Count > 1 ? string.Join(' ', line.Select((one, i) => string.Create(CultureInfo.InvariantCulture,
                $"{(double)PlotWidth * i / (line.Count - 1):0.#},{PlotHeight - (PlotHeight * one.Score / 100.0):0.#}"))) : null,
        };
    }

    private static string Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException("The scorecard's template is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
