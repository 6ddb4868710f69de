using System.Globalization;
using System.Text.Json.Nodes;
using RollbackOps.Decisions;
using RollbackOps.Signals;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>Where Measure-ErrorRate and Test-RollbackNeeded get their numbers from.</summary>
public sealed class SourceTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly MetricsServer _metrics = new();
    private readonly Session _session;

    public SourceTests()
    {
        _folder.Configure(configuration => configuration["prometheus"] = new JsonObject { ["address"] = _metrics.Address });
        _session = new Session(_folder.Root, AnsweringHost.Yes);
    }

    public void Dispose()
    {
        _session.Dispose();
        _metrics.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Measure_Prometheus_GivesTheWindowInCells()
    {
        var measurement = _session.Run("Measure-ErrorRate -Source Prometheus").Clean().Single<Measurement>();

        Assert.Equal((30, 3000L, 600L), (measurement.Cells.Count, measurement.Requests, measurement.Errors));
        Assert.Equal(TimeSpan.FromMinutes(5), measurement.Length);
    }

    [Theory]
    [InlineData("Test-RollbackNeeded")]
    [InlineData("Test-RollbackNeeded -Source Prometheus")]
    [InlineData("Measure-ErrorRate -Source Prometheus | Test-RollbackNeeded")]
    [InlineData("Test-RollbackNeeded -Source { Measure-ErrorRate -Source Prometheus -Last 10m }, Prometheus")]
    public void Judge_Prometheus_IsReadAndJudged(string command)
    {
        var decision = _session.Run(command).Clean().Single<RollbackDecision>();

        Assert.Equal(Verdict.RollBack, decision.Verdict);
        Assert.Equal(20, Math.Round(decision.Traffic!.RatePercent));
        // The service answers well, and the traffic tells no clients apart: no automatic act.
        Assert.Equal((false, true), (decision.IsAutomatic, decision.Inputs.Probes.Count > 0));
        Assert.NotNull(decision.Inputs.TargetProbe);
    }

    [Fact]
    public void Judge_PrometheusIsAway_IsNoHealthAndMeasuringIsAnError()
    {
        _metrics.Dispose();

        var decision = _session.Run("Test-RollbackNeeded").Clean().Single<RollbackDecision>();

        Assert.Equal(Verdict.InsufficientData, decision.Verdict);
        Assert.Contains(decision.Reasons, reason => reason.StartsWith("Prometheus cannot be read", StringComparison.Ordinal));
        Assert.Equal("MetricsUnavailable", _session.Run("Measure-ErrorRate -Source Prometheus").ErrorId());
    }

    [Fact]
    public void Measure_Probes_CountsRoundsForTheTimeGiven()
    {
        var measurement = _session.Run("Measure-ErrorRate -Source Probes -For 1s").Clean().Single<Measurement>();

        Assert.InRange(measurement.Requests!.Value, 3, 11);
        Assert.Equal(0, measurement.Errors);
        Assert.NotNull(measurement.P95);
    }

    [Fact]
    public void Measure_HealthChecksOfThePipeline_AreOneSeries()
    {
        _session.Set("server", _folder.Server);
        _session.Set("current", _folder.Current);

        var measurement = _session.Run(
            "1, 2, 3 | ForEach-Object { if ($_ -eq 3) { [void]$server.Broken.Add($current) }; Test-DeploymentHealth } | Measure-ErrorRate")
            .Clean().Single<Measurement>();

        Assert.Equal((3, 1), (measurement.Requests, measurement.Errors));
    }

    [Fact]
    public void Judge_ALiveSourceInOneLook_SaysThatItHasToBeWatched() => Assert.Equal("InvalidArgument",
        _session.Run("Test-RollbackNeeded -Source Probes").ErrorId());

    [Fact]
    public void Watch_Probes_TheServiceIsDown_IsAHardSignal()
    {
        _folder.Server.Broken.Add(_folder.Current);

        var decision = _session.Run("Test-RollbackNeeded -Source Probes -For 2s").Clean().Single<RollbackDecision>();

        Assert.Equal((Verdict.RollBack, true), (decision.Verdict, decision.IsAutomatic));
    }

    [Theory]
    [InlineData("Measure-ErrorRate -Source RuntimeLog -For 1s")]
    [InlineData("Test-RollbackNeeded -Source Nonsense")]
    [InlineData("Test-RollbackNeeded -Source 1")]
    [InlineData("Measure-ErrorRate -Source Prometheus -Last 0s")]
    public void Source_ThatIsNone_IsRefused(string command) => Assert.Equal("InvalidArgument", _session.Run(command).ErrorId());

    [Fact]
    public void KillSwitch_AFileInTheStateFolder_IsSeen()
    {
        Directory.CreateDirectory(_folder.State);
        File.WriteAllText(Path.Combine(_folder.State, "STOP"), "");
        _folder.Server.Broken.Add(_folder.Current);

        var decision = _session.Run("Test-RollbackNeeded").Clean().Single<RollbackDecision>();

        Assert.Equal((Verdict.RollBack, false), (decision.Verdict, decision.IsAutomatic));
        Assert.Contains("switched off", decision.Automatic, StringComparison.Ordinal);
    }

    [Fact]
    public void Log_ItsLastMinutes_CarryTheWholeRow()
    {
        var begin = DateTimeOffset.UtcNow.AddMinutes(-7);
        File.WriteAllLines(Path.Combine(_folder.Root, "app.log"), Enumerable.Range(0, 4200).Select(tenth => string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"time\":\"{begin.AddSeconds(tenth / 10.0):O}\",\"status\":{(tenth % 5 == 0 ? 500 : 200)},\"duration\":12,\"path\":\"/\",\"client\":\"10.0.0.{tenth % 50}\"}}")));

        // A default window, a default lag, and the five minutes of the written row: they have to fit.
        var decision = _session.Run("Measure-ErrorRate -Path app.log | Test-RollbackNeeded").Clean().Single<RollbackDecision>();

        Assert.Equal(Verdict.RollBack, decision.Verdict);
    }

    [Theory]
    [InlineData("[pscustomobject]@{ ErrorRatePercent = '6.2'; RequestCount = '48000'; Duration = '6m' }", nameof(Verdict.RollBack))]
    [InlineData("[pscustomobject]@{ Requests = 48000; Errors = 3000; From = [DateTimeOffset]::UtcNow.AddMinutes(-6); To = [DateTimeOffset]::UtcNow }", nameof(Verdict.RollBack))]
    [InlineData("[pscustomobject]@{ P95 = '2500ms'; Duration = [TimeSpan]'00:03:00'; RequestCount = '' }", nameof(Verdict.Assess))]
    [InlineData("@{ ResourcePercent = 95; Duration = '3m' } | ForEach-Object { [pscustomobject]$_ }", nameof(Verdict.Assess))]
    [InlineData("[pscustomobject]@{ ErrorRatePercent = '1'; Duration = '5m'; P95 = '' }", nameof(Verdict.Monitor))]
    public void Numbers_UnderTheParametersNames_AreTakenFromAnyObject(string given, string verdict) =>
        Assert.Equal(verdict, _session.Run($"{given} | Test-RollbackNeeded").Clean().Single<RollbackDecision>().Verdict.ToString());

    [Theory]
    [InlineData("[pscustomobject]@{ ErrorRatePercent = 6.2 }")]
    [InlineData("[pscustomobject]@{ ErrorRatePercent = 6.2; Duration = 5 }")]
    [InlineData("[pscustomobject]@{ ErrorRatePercent = 620; Duration = '5m' }")]
    [InlineData("[pscustomobject]@{ ErrorRatePercent = 'many'; Duration = '5m' }")]
    [InlineData("[pscustomobject]@{ Errors = 5; Duration = '5m' }")]
    [InlineData("[pscustomobject]@{ Name = 'x' }")]
    [InlineData("42")]
    public void Numbers_ThatSayNothing_AreRefused(string given) =>
        Assert.Equal("InvalidArgument", _session.Run($"{given} | Test-RollbackNeeded").ErrorId());
}
