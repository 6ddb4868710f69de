using System.Globalization;
using RollbackOps.Decisions;
using RollbackOps.Signals;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>Measure-ErrorRate at the prompt, and numbers on the pipeline.</summary>
public sealed class MeasureTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly Session _session;

    public MeasureTests()
    {
        _session = new Session(_folder.Root);
        // Ten requests a second for ten minutes, up to where cells count as whole; every fifth failed.
        Write("app.log", Enumerable.Range(0, 6000).Select(i => Line(610 - (i * 0.1), i % 5 == 0 ? 500 : 200, i % 50)));
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Measured_OnThePipeline_IsJudged()
    {
        var decision = _session.Run("Measure-ErrorRate -Path app.log -Last 8m | Test-RollbackNeeded").Clean().Single<RollbackDecision>();

        Assert.Equal(Verdict.RollBack, decision.Verdict);
        Assert.Contains(decision.Reasons, reason => reason.Contains("20", StringComparison.Ordinal));
    }

    [Fact]
    public void Measure_Last_IsTheWindow()
    {
        var measured = _session.Run("Measure-ErrorRate app.log -Last 5m").Clean().Single<Measurement>();

        Assert.InRange(measured.Requests!.Value, 2800, 3000);
        Assert.InRange(measured.ErrorRatePercent!.Value, 19.9, 20.1);
        Assert.Equal(TimeSpan.FromMinutes(5), measured.Length);
        Assert.Equal((30, 5, 50), (measured.Cells.Count, measured.Minutes.Count, measured.Clients.Count));
    }

    [Theory]
    [InlineData("Measure-ErrorRate a*.log -Last 1h", 6001)]
    [InlineData("Measure-ErrorRate -LiteralPath 'a[1].log' -Last 1h", 1)]
    [InlineData("[IO.FileInfo]::new(\"$PWD/app.log\"), [IO.FileInfo]::new(\"$PWD/a[1].log\") | Measure-ErrorRate -Last 1h", 6001)]
    [InlineData("[IO.File]::ReadAllLines(\"$PWD/app.log\") | Measure-ErrorRate -Last 1h", 6000)]
    public void Measure_Paths_AreWhatPowerShellMeans(string script, int requests)
    {
        Write("a[1].log", [Line(30, 500, 1)]);

        Assert.Equal(requests, _session.Run(script).Clean().Single<Measurement>().Requests);
    }

    [Theory]
    [InlineData("Measure-ErrorRate", "NoInput")]
    [InlineData("@() | Measure-ErrorRate", "NoInput")]
    [InlineData("Measure-ErrorRate missing.log", "LogNotFound")]
    [InlineData("Measure-ErrorRate *.missing", "LogNotFound")]
    [InlineData("Measure-ErrorRate rollback.json", "LogUnreadable")]
    [InlineData("Measure-ErrorRate app.log -Format Common", "LogUnreadable")]
    [InlineData("Measure-ErrorRate app.log -StatusField code", "LogUnreadable")]
    [InlineData("Measure-ErrorRate app.log -Last 0s", "InvalidArgument")]
    [InlineData("Measure-ErrorRate app.log -Format Common -TimeField x", "InvalidArgument")]
    [InlineData("Measure-ErrorRate variable:app", "InvalidArgument")]
    [InlineData("5 | Measure-ErrorRate", "InvalidArgument")]
    [InlineData("Measure-ErrorRate app.log -Last 5", "ParameterArgumentTransformationError")]
    public void Measure_Wrong_HasAStableId(string script, string id)
    {
        var outcome = _session.Run(script);

        Assert.Equal(id, outcome.ErrorId());
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public void Measure_Verbose_TellsWhatWasRead()
    {
        File.WriteAllText(Path.Combine(_folder.Root, "app.log"), Line(30, 200, 1) + "\n" + Line(20, 500, 1) + "\n" + Line(10, 500, 1)[..20]);

        var told = Assert.Single(_session.Run("Measure-ErrorRate app.log -Verbose").Clean().Verbose);

        Assert.Contains("app.log: 2 requests", told, StringComparison.Ordinal);
        Assert.Contains("3 lines", told, StringComparison.Ordinal);
        Assert.Contains("1 torn at the begin or end", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[pscustomobject]@{ ErrorRatePercent = 6.2; Requests = 48000; Duration = '6m' } | Test-RollbackNeeded", "RollBack")]
    [InlineData("[pscustomobject]@{ ErrorRatePercent = '3' } | Test-RollbackNeeded -Duration 3m", "Assess")]
    [InlineData("[pscustomobject]@{ P95 = [timespan]::FromSeconds(3); Duration = [timespan]'0:3' } | Test-RollbackNeeded", "Assess")]
    public void Numbers_OfAnyObject_AreJudged(string script, string verdict) =>
        Assert.Equal(verdict, _session.Run(script).Clean().Single<RollbackDecision>().Verdict.ToString());

    [Theory]
    [InlineData("[pscustomobject]@{ ErrorRatePercent = 'many'; Duration = '6m' } | Test-RollbackNeeded", "InvalidArgument")]
    [InlineData("[pscustomobject]@{ ErrorRatePercent = 120; Duration = '6m' } | Test-RollbackNeeded", "InvalidArgument")]
    [InlineData("[pscustomobject]@{ ErrorRatePercent = 6 } | Test-RollbackNeeded", "InvalidArgument")]
    [InlineData("[pscustomobject]@{ Color = 'red' } | Test-RollbackNeeded", "InvalidArgument")]
    public void Numbers_ThatSayNothing_AreRefused(string script, string id) => Assert.Equal(id, _session.Run(script).ErrorId());

    private static string Line(double age, int status, int client) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"time":"{{DateTimeOffset.UtcNow.AddSeconds(-age):yyyy-MM-ddTHH:mm:ss.fff}}Z","status":{{status}},"duration":12.5,"path":"/api","client":"10.0.0.{{client}}"}""");

    private void Write(string name, IEnumerable<string> lines) => File.WriteAllLines(Path.Combine(_folder.Root, name), lines);
}
