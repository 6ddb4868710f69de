using RollbackOps.Drills;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Drills;

/// <summary>Drills through the module, faster than real time: what they do and how they judge, and no claim in seconds.</summary>
public sealed class DrillTests : IDisposable
{
    private const string Fast = "-TimeScale 30 -Confirm:$false";

    private readonly ReleaseFolder _folder = new();
    private readonly Session _session;

    public DrillTests() => _session = new Session(_folder.Root);

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("HighErrorRate")]
    [InlineData("DataCorruption")]
    [InlineData("PerformanceDegradation")]
    public void Drill_OfEachScenario_GoesByTheProductsOwnWayToItsEnd(string scenario)
    {
        var production = _folder.LiveId;

        var drill = _session.Run($"Start-RollbackDrill {scenario} {Fast}").Clean().Single<DrillResult>();

        Assert.Equal((DrillStatus.Passed, 100), (drill.Status, drill.Score));
        Assert.All(drill.Marks, mark => Assert.Equal((mark.Kind, DrillMarkStatus.Reached), (mark.Kind, mark.Status)));
        Assert.Equal(Enum.GetValues<DrillMarkKind>(), drill.Marks.Select(mark => mark.Kind));
        Assert.Equal((false, 30.0), (drill.IsRealTime, drill.TimeScale));
        Assert.Equal(drill.ExpectedTarget, drill.Served);
        Assert.NotEqual(drill.Deployed, drill.Served);
        Assert.True(drill.BadAnswers > 0 && drill.BadAnswers < drill.Requests, $"{drill.BadAnswers} of {drill.Requests}");
        Assert.Equal(scenario == "DataCorruption", drill.RestoreId is not null);
        Assert.Equal(scenario == "DataCorruption", drill.KeptWrites > 0);
        // What it was called beside is as it was: it has a history more, and nothing else.
        Assert.Equal(production, _folder.LiveId);
        Assert.Equal(["drills"], Directory.EnumerateFileSystemEntries(_folder.State).Select(Path.GetFileName));
        Assert.All(drill.Files, file => Assert.True(File.Exists(file), file));
        Assert.Empty(Directory.EnumerateDirectories(Path.GetTempPath(), $"rollback-drill-{drill.Id}"));
        ReportOf(drill);
    }

    [Fact]
    public void Drill_WithChaos_GetsOverEachFaultByItsOwnNextStep()
    {
        var outcome = _session.Run($"Start-RollbackDrill ServiceOutage -Chaos -TimeScale 20 -Confirm:$false").Clean();

        var drill = outcome.Single<DrillResult>();
        Assert.Equal((DrillStatus.Passed, 100), (drill.Status, drill.Score));
        Assert.Equal(
            [
                DrillChaosKind.NewDeployment, DrillChaosKind.ClockJump, DrillChaosKind.Conflict, DrillChaosKind.RateLimited, DrillChaosKind.ServerError,
                DrillChaosKind.TimedOut, DrillChaosKind.HalfMoved,
            ],
            drill.Chaos.Select(one => one.Kind));
        Assert.All(drill.Chaos, one => Assert.True(one is { IsRecovered: true, Recovery: not null }, one.ToString()));
        // A process can only be killed that keeps the same time.
        Assert.Contains("No process is killed", Assert.Single(outcome.Warnings, text => text.Contains("killed", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Drill_WhoseVerdictNeverCarries_IsFailedWithOneError()
    {
        // p95 alone is never automatic (decisions.md §5), so that nobody decides here.
        Write("slow.json", """
            {
              "name": "NobodyDecides", "situation": "slow, and nobody decides", "signal": "traffic", "warmUp": "10s", "timeLimit": "150s",
              "traffic": { "requestsPerMinute": 300 }, "fault": { "slowPercent": 50 }
            }
            """);

        var outcome = _session.Run($"Start-RollbackDrill -All -Path drills-of-ours -TimeScale 100 -Confirm:$false");

        Assert.Equal("DrillFailed", outcome.ErrorId());
        var drill = outcome.Single<DrillResult>();
        Assert.Equal((DrillStatus.Failed, 0), (drill.Status, drill.Score));
        Assert.Equal(DrillFailureKind.NotRecovered, Assert.Single(drill.Failures).Kind);
        Assert.Equal(DrillMarkStatus.Reached, drill.Marks.Single(mark => mark.Kind == DrillMarkKind.Detected).Status);
        Assert.Equal(DrillMarkStatus.Missed, drill.Marks.Single(mark => mark.Kind == DrillMarkKind.Mitigated).Status);
        Assert.Equal(drill.Deployed, drill.Served);
    }

    [Fact]
    public void Drill_PointedAtAReleaseDirectory_RefusesAndTouchesNothing()
    {
        var before = _folder.Contents();

        var outcome = _session.Run($"Start-RollbackDrill ServiceOutage -Folder . {Fast}");

        Assert.Equal("DrillRefused", outcome.ErrorId());
        Assert.Equal(before, _folder.Contents());
    }

    [Theory]
    [InlineData("Start-RollbackDrill ServiceOutag", "ScenarioNotFound")]
    [InlineData("Start-RollbackDrill -All -Path none", "ScenarioNotFound")]
    [InlineData("Start-RollbackDrill ServiceOutage -Interactive -TimeScale 2", "InvalidArgument")]
    public void Drill_ThatCannotBeRun_SaysWhyAndWritesNothing(string call, string error)
    {
        var before = _folder.Contents();

        Assert.Equal(error, _session.Run(call + " -Confirm:$false").ErrorId());
        Assert.Equal(before, _folder.Contents());
    }

    [Fact]
    public void History_WithoutAnyDrill_IsEmpty() => Assert.Empty(_session.Run("Start-RollbackDrill -History").Clean().Output);

    [Fact]
    public void WhatIf_OfAll_GivesTheFourScenarios()
    {
        var scenarios = _session.Run("Start-RollbackDrill -All -WhatIf").Clean().Output.Select(one => ((DrillScenario)one.BaseObject).Name);

        Assert.Equal(["ServiceOutage", "HighErrorRate", "DataCorruption", "PerformanceDegradation"], scenarios);
    }

    /// <summary>A person in another session; only the confirming reads are made shorter, as a setting of that session's.</summary>
    [Fact]
    public async Task Interactive_DoneByAPerson_IsTimedByTheJournalAndTheUsers()
    {
        Write("down.json", """{ "name": "Down", "situation": "down", "signal": "probes", "warmUp": "0s", "timeLimit": "2m", "traffic": { "requestsPerMinute": 1200 }, "fault": { "isDown": true } }""");
        var place = Path.Combine(_folder.Root, "practice");
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = AnsweringHost.Yes;
        host.Written = line =>
        {
            if (line.Contains("was deployed", StringComparison.Ordinal))
            {
                told.TrySetResult();
            }
        };
        using var drilled = new Session(_folder.Root, host);
        var drilling = Task.Run(() => drilled.Run($"Start-RollbackDrill Down -Path drills-of-ours -Interactive -Folder practice -Confirm:$false"));
        await Task.WhenAny(told.Task, drilling);

        using var person = new Session(place);
        person.Run("Invoke-Rollback -Reason 'it is down' -Setting @{ 'policy.confirmingTime' = '200ms' } -Confirm:$false | New-IncidentReport").Clean();
        var drill = (await drilling).Clean().Single<DrillResult>();

        Assert.Equal((DrillStatus.Passed, true, true), (drill.Status, drill.IsInteractive, drill.IsRealTime));
        Assert.Equal(
            [DrillMarkKind.Detected, DrillMarkKind.Decided, DrillMarkKind.Mitigated, DrillMarkKind.Verified, DrillMarkKind.Reported],
            drill.Marks.Select(mark => mark.Kind));
        Assert.True(drill.TimeOf(DrillMarkKind.Decided) <= drill.TimeOf(DrillMarkKind.Mitigated), $"{string.Join(", ", drill.Marks.Select(mark => $"{mark}: {mark.After}"))}");
        Assert.Equal(place, drill.Folder);
        Assert.True(Directory.Exists(place));
    }

    /// <summary>The report of the drill's own incident: from the result, and from the history, which the journal in use knows nothing of.</summary>
    private void ReportOf(DrillResult drill)
    {
        _session.Set("drill", drill);
        var report = _session.Run("$drill | New-IncidentReport -OutFolder reports-of-ours").Clean().Single<IncidentReport>();

        Assert.Equal((RollbackStatus.Succeeded, "drill", drill.RollbackId), (report.Status, report.Project, report.RollbackId));
        Assert.All(report.Files, file => Assert.Equal(Path.Combine(_folder.Root, "reports-of-ours"), Path.GetDirectoryName(file)));
        Assert.All(report.Files, file => Assert.True(File.Exists(file), file));
        Assert.Empty(_session.Run("Get-RollbackLog").Clean().Output);
        Assert.Equal(report.Id, _session.Run("(Start-RollbackDrill -History).Newest | New-IncidentReport -OutFolder again").Clean().Single<IncidentReport>().Id);
    }

    private void Write(string name, string json)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Root, "drills-of-ours"));
        File.WriteAllText(Path.Combine(_folder.Root, "drills-of-ours", name), json);
    }
}
