using System.Diagnostics;
using System.Text.Json;
using RollbackOps.Adapters.Reports;
using RollbackOps.Adapters.Tests.Peers;

namespace RollbackOps.Adapters.Tests.Reports;

/// <summary>The HTML report in a real browser: one visit, looked at from several sides.</summary>
public sealed class BrowserTests : IClassFixture<BrowserTests.Visit>
{
    private static readonly string[] s_sections =
        ["Summary", "Impact", "Trigger", "Detection", "Root cause", "Resolution", "Timeline", "Lessons", "Action items"];

    private readonly Visit _visit;

    public BrowserTests(Visit visit) => _visit = visit;

    [BrowserFact]
    public async Task Page_Opened_AsksForNothingAndFailsNowhere()
    {
        var seen = await _visit.SeenAsync();
        Assert.Empty(Texts(seen, "requests"));
        Assert.Empty(Texts(seen, "errors"));
        Assert.Empty(Texts(seen, "dialogs"));
    }

    [BrowserFact]
    public async Task Charts_AreDrawn_InLightAndDark()
    {
        var seen = await _visit.SeenAsync();
        foreach (var name in new[] { "painted", "darkPainted" })
        {
            var colors = seen.GetProperty(name).EnumerateArray().Select(one => one.GetInt32()).ToList();
            Assert.Equal(3, colors.Count);
            Assert.All(colors, count => Assert.True(count > 5, $"{name}: {count} colours"));
        }
    }

    [BrowserFact]
    public async Task Chart_Hovered_ShowsTheValueInAllCharts()
    {
        var seen = await _visit.SeenAsync();
        Assert.NotEqual(Text(seen, "idle"), Text(seen, "hover"));
        Assert.Matches(@"^14:0\d:00 UTC: [0-9.]+ % \(\d+ of \d+ requests\)$", Text(seen, "hover"));
        Assert.Matches(@"^14:0\d:00 UTC: [0-9.]+/s$", Text(seen, "hoverElsewhere"));
    }

    [BrowserFact]
    public async Task Chart_ByKeyboard_TellsItsValues()
    {
        var seen = await _visit.SeenAsync();
        Assert.StartsWith("13:40:00 UTC: ", Text(seen, "home"), StringComparison.Ordinal);
        Assert.StartsWith("13:41:00 UTC: ", Text(seen, "right"), StringComparison.Ordinal);
        Assert.NotEqual("none", Text(seen, "outline"));
        Assert.Equal("skip", Text(seen, "firstStop"));
        var stops = Texts(seen, "stops");
        Assert.Contains("chart-rate", stops);
        Assert.Contains("chart-p95", stops);
        Assert.Contains("#actions", stops);
        Assert.Contains("SUMMARY", stops);
    }

    [BrowserFact]
    public async Task Chart_ValuesAsATable_OpensTheTableOfAllOfThem()
    {
        var seen = await _visit.SeenAsync();
        Assert.True(seen.GetProperty("tableOpens").GetBoolean());
        Assert.Equal(52, seen.GetProperty("rows").GetInt32());
        // Without scripts the table is there all the same, and says why there are no charts.
        Assert.Equal(53, seen.GetProperty("scriptless").GetInt32());
    }

    [BrowserFact]
    public async Task Page_InEveryForm_HasNoBarrier()
    {
        var seen = await _visit.SeenAsync();
        foreach (var form in new[] { "light", "dark", "phone", "failed", "refused", "hostile" })
        {
            Assert.True(Texts(seen, form).Count == 0, $"{form}: {string.Join("; ", Texts(seen, form))}");
        }
    }

    [BrowserFact]
    public async Task Page_OnAPhone_IsNoWiderThanIt() =>
        Assert.Equal(0, (await _visit.SeenAsync()).GetProperty("phoneOverflow").GetInt32());

    [BrowserFact]
    public async Task Page_Printed_IsDarkOnWhite()
    {
        var seen = await _visit.SeenAsync();
        Assert.Equal("rgb(18, 23, 29)", Text(seen, "darkGround"));
        Assert.Equal("rgb(255, 255, 255)", Text(seen, "printGround"));
        Assert.True(seen.GetProperty("pdf").GetInt32() > 20_000);
    }

    [BrowserFact]
    public async Task Page_OfAHostileAFailedAndARefusedRollback_HasItsSectionsAndNoOther()
    {
        var seen = await _visit.SeenAsync();
        foreach (var name in new[] { "hostile", "failed", "refused" })
        {
            Assert.Equal(s_sections, Texts(seen, name + "Headings"));
        }
    }

    private static string Text(JsonElement seen, string name) => seen.GetProperty(name).GetString()!;

    private static List<string> Texts(JsonElement seen, string name) => [.. seen.GetProperty(name).EnumerateArray().Select(one => one.GetString()!)];

    /// <summary>One visit of the browser, made when the first test asks for it.</summary>
    public sealed class Visit : IDisposable
    {
        private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

        private readonly TemporaryFolder _folder = new();
        private readonly Lazy<Task<JsonElement>> _seen;

        public Visit() => _seen = new(MakeAsync);

        public Task<JsonElement> SeenAsync() => _seen.Value;

        public void Dispose() => _folder.Dispose();

        private async Task<JsonElement> MakeAsync()
        {
            var renderer = new ReportRenderer();
            var reports = new[]
            {
                ("whole", new ReportSample().Succeeded()),
                ("failed", new ReportSample().Failed()),
                ("refused", new ReportSample().Refused()),
                ("hostile", HostileReport.Report),
            };
            foreach (var (name, report) in reports)
            {
                await File.WriteAllTextAsync(_folder[name + ".html"], renderer.RenderHtml(report));
            }

            var start = new ProcessStartInfo("node",
                [Path.Combine(AppContext.BaseDirectory, "Reports", "report-checks.cjs"), OutsiderFactAttribute.Folder!, BrowserFactAttribute.Browser!, _folder.Path])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = _folder.Path,
            };
            using var process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            using var patience = new CancellationTokenSource(s_patience);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }

            Assert.True(process.HasExited && process.ExitCode == 0, await errors);
            using var document = JsonDocument.Parse(await output);
            return document.RootElement.Clone();
        }
    }
}
