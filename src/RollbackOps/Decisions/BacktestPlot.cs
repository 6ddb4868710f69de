using System.Globalization;
using System.Net;
using System.Text;

namespace RollbackOps.Decisions;

/// <summary>
/// A backtest as a drawing: the rate by minute, the thresholds, the onset and what fired. One SVG without script or
/// anything from outside; an HTML page is the same within a page.
/// </summary>
internal static class BacktestPlot
{
    private const double Width = 960;
    private const double Height = 360;
    private const double Margin = 56;

    /// <summary>Draws it.</summary>
    /// <param name="result">The backtest.</param>
    /// <param name="policy">The thresholds.</param>
    /// <param name="isPage">Whether to draw it into an HTML page.</param>
    public static string Draw(BacktestResult result, Configuration.PolicySettings policy, bool isPage)
    {
        var svg = Svg(result, policy);
        if (!isPage)
        {
            return svg;
        }

        var rows = new StringBuilder();
        foreach (var one in result.Events)
        {
            rows.Append(CultureInfo.InvariantCulture,
                $"<tr><td>{one.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}</td><td>{one.Kind}</td><td>{(one.IsFalse == true ? "false" : $"{one.SinceOnset?.TotalMinutes:0.0} min after the onset")}</td><td>{WebUtility.HtmlEncode(one.Why)}</td></tr>\n");
        }

        return $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Backtest of {WebUtility.HtmlEncode(result.Source)}</title>
            <style>body{"{"}font:14px sans-serif{"}"} td{"{"}padding:2px 12px 2px 0{"}"}</style></head><body>
            {svg}
            <table>{rows}</table>
            </body></html>

            """;
    }

    private static string Svg(BacktestResult result, Configuration.PolicySettings policy)
    {
        var (cells, numbers) = (result.Series.Cells, result.Series.Numbers);
        var minutes = Minutes(cells, numbers.CellsPerMinute);
        var top = Math.Max(2 * policy.ImmediateErrorRatePercent, minutes.Select(minute => minute.Percent).DefaultIfEmpty(0).Max());
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="sans-serif" font-size="12">
            <title>Backtest of {WebUtility.HtmlEncode(result.Source)}</title>
            <rect width="{Width}" height="{Height}" fill="white"/>

            """);
        foreach (var percent in (double[])[policy.ImmediateErrorRatePercent, policy.AssessErrorRatePercent, policy.MonitorErrorRatePercent])
        {
            svg.Append(CultureInfo.InvariantCulture, $"""
                <line x1="{Margin}" x2="{Width - Margin}" y1="{Y(percent):0.#}" y2="{Y(percent):0.#}" stroke="#bbb" stroke-dasharray="4 4"/>
                <text x="4" y="{Y(percent) + 4:0.#}" fill="#666">{percent:0.##} %</text>

                """);
        }

        svg.Append("<polyline fill=\"none\" stroke=\"#246\" points=\"");
        foreach (var (at, percent) in minutes)
        {
            svg.Append(CultureInfo.InvariantCulture, $"{X(at):0.#},{Y(percent):0.#} ");
        }

        svg.Append("\"/>\n");
        if (result.Onset is { } onset)
        {
            Mark(onset, "#999", result.IsOnsetEstimated ? "onset (estimated)" : "onset", 14);
        }

        foreach (var one in result.Events)
        {
            var (colour, row) = one.Kind switch
            {
                BacktestEventKind.Assess => ("#b80", 28),
                BacktestEventKind.Immediate => ("#d40", 42),
                _ => ("#c00", 56),
            };
            Mark(one.At, colour, one.IsFalse == true ? $"{one.Kind} (false)" : one.Kind.ToString(), row);
        }

        svg.Append(CultureInfo.InvariantCulture, $"""
            <text x="{Margin}" y="{Height - 8}" fill="#666">{result.From.UtcDateTime:yyyy-MM-dd HH:mm} UTC</text>
            <text x="{Width - Margin}" y="{Height - 8}" fill="#666" text-anchor="end">{result.To.UtcDateTime:yyyy-MM-dd HH:mm} UTC</text>
            </svg>

            """);
        return svg.ToString();

        double X(double cell) => Margin + ((Width - (2 * Margin)) * cell / Math.Max(1, cells.Count));
        double Y(double percent) => Height - 28 - ((Height - 100) * Math.Min(percent, top) / top);
        void Mark(DateTimeOffset at, string colour, string text, int row)
        {
            var x = X((at - result.From) / numbers.Cell);
            svg.Append(CultureInfo.InvariantCulture, $"""
                <line x1="{x:0.#}" x2="{x:0.#}" y1="{row + 2}" y2="{Height - 28}" stroke="{colour}"/>
                <text x="{x + 3:0.#}" y="{row}" fill="{colour}">{text}</text>

                """);
        }
    }

    private static List<(int At, double Percent)> Minutes(CellSeries cells, int cellsPerMinute)
    {
        var minutes = new List<(int, double)>();
        for (var at = 0; at + cellsPerMinute <= cells.Count; at += cellsPerMinute)
        {
            if (cells.Requests(at, at + cellsPerMinute) is var requests and > 0)
            {
                minutes.Add((at + (cellsPerMinute / 2), 100.0 * cells.Errors(at, at + cellsPerMinute) / requests));
            }
        }

        return minutes;
    }
}
