using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RollbackOps.Incidents;
using Model = System.Collections.Generic.Dictionary<string, object?>;

namespace RollbackOps.Adapters.Reports;

/// <summary>
/// What the HTML page has beyond the model: style and scripts within it, the charts, and a policy that lets it load
/// nothing and run only those scripts.
/// </summary>
internal static class ReportPage
{
    private static readonly Lazy<string> s_style = new(() => Resources.Read("uPlot.min.css") + Resources.Read("report.css"));
    private static readonly Lazy<string> s_script = new(() => Resources.Read("report.js"));

    // The licence travels with the library, as it asks.
    private static readonly Lazy<string> s_plotting = new(() =>
        $"/*!\n{Resources.Read("uPlot.LICENSE.txt").Trim()}\n*/\n{Resources.Read("uPlot.iife.min.js")}");

    private static readonly Lazy<string> s_policy = new(() =>
        $"default-src 'none'; img-src data:; style-src {HashOf(s_style.Value)}; script-src {HashOf(s_plotting.Value)} {HashOf(s_script.Value)}; base-uri 'none'; form-action 'none'");

    private static readonly TimelineKind[] s_marked =
        [TimelineKind.Deployed, TimelineKind.Began, TimelineKind.Decided, TimelineKind.Switched, TimelineKind.Verified, TimelineKind.Recovered];

    /// <summary>Adds it to the model.</summary>
    public static void AddTo(Model model, IncidentReport report)
    {
        var marked = report.Timeline.Where(entry => s_marked.Contains(entry.Kind)).ToList();
        model["style"] = s_style.Value;
        model["script"] = s_script.Value;
        model["plotting"] = s_plotting.Value;
        model["csp"] = s_policy.Value;
        model["chart_data"] = report.Traffic is { } traffic ? ChartData.Of(traffic, marked).ToJson() : null;
        model["charts"] = report.Traffic is { } series ? Charts(series) : [];
        model["markers"] = marked.Select(entry => new Model
        {
            ["kind"] = entry.Kind.ToString().ToLowerInvariant(),
            ["label"] = HtmlText.Escape(entry.What),
            ["at"] = entry.At.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        }).ToList();
        ((Model)model["impact"]!)["bar"] = Bar(report.Impact);
    }

    private static List<Model> Charts(TrafficSeries series)
    {
        var charts = new List<Model>
        {
            Chart("rate", "Error rate", string.Create(CultureInfo.InvariantCulture,
                $"Peak {ReportFormat.Percent(series.Points.Max(point => point.ErrorRatePercent))}; dashed: {string.Join(" and ", series.ErrorThresholdsPercent.Skip(1).Select(percent => ReportFormat.Percent(percent)))}")),
        };
        if (series.Points.Max(point => point.P95) is { } slowest)
        {
            charts.Add(Chart("p95", "p95 of answer times",
                $"Peak {ReportFormat.Length(slowest)}{(series.SlowLimit is { } limit ? $"; dashed: {ReportFormat.Length(limit)}" : "")}"));
        }

        charts.Add(Chart("rps", "Request rate", $"Peak {ReportFormat.Number(series.Points.Max(point => point.RequestsPerSecond))} requests/s"));
        return charts;
    }

    private static Model Chart(string key, string title, string inShort) =>
        new() { ["key"] = key, ["title"] = title, ["short"] = inShort };

    /// <summary>The measured phases side by side, as lengths of a bar; null where fewer than two were measured.</summary>
    private static List<Model>? Bar(IncidentImpact impact)
    {
        var phases = impact.Phases.SkipLast(1).Select((phase, i) => (phase.Duration, Number: i + 1)).Where(one => one.Duration > TimeSpan.Zero).ToList();
        var whole = phases.Sum(one => one.Duration!.Value.TotalSeconds);
        if (phases.Count < 2)
        {
            return null;
        }

        var pieces = new List<Model>();
        var x = 0.0;
        foreach (var (duration, number) in phases)
        {
            // A second within an hour is still to be seen.
            var width = Math.Max(6, 1000 * duration!.Value.TotalSeconds / whole);
            pieces.Add(new Model
            {
                ["number"] = number,
                ["x"] = x.ToString("0.#", CultureInfo.InvariantCulture),
                ["width"] = Math.Min(width, 1000 - x).ToString("0.#", CultureInfo.InvariantCulture),
            });
            x = Math.Min(1000, x + width);
        }

        return pieces;
    }

    private static string HashOf(string content) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}'";
}
