using RollbackOps.Decisions;
using RollbackOps.Rollbacks;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>What a verdict lets Invoke-Rollback do (cmdlets.md, Verdicts).</summary>
public sealed class VerdictTests : IDisposable
{
    private const string Assess = "Test-RollbackNeeded -ErrorRatePercent 3 -Duration 3m";
    private const string Monitor = "Test-RollbackNeeded -ErrorRatePercent 1 -Duration 3m";
    private const string FixForward = "Test-RollbackNeeded -ErrorRatePercent 0.1 -Duration 3m";
    private const string RollBack = "Test-RollbackNeeded -ErrorRatePercent 6.2 -Duration 6m";

    private readonly ReleaseFolder _folder = new();
    private readonly AnsweringHost _host = AnsweringHost.Yes;
    private readonly Session _session;

    public VerdictTests() => _session = new Session(_folder.Root, _host);

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Verdict_RollBack_GoesOn()
    {
        var result = _session.Run(RollBack + " | Invoke-Rollback -Confirm:$false").Clean().Single<RollbackResult>();

        Assert.Equal((RollbackStatus.Succeeded, _folder.Previous), (result.Status, _folder.LiveId));
    }

    [Theory]
    [InlineData(Assess, "Assess", "3 %")]
    [InlineData(Monitor, "Monitor", "1 %")]
    public void Verdict_ForAPersonToDecide_ShowsItsNumbersAndGoesOnWhenApproved(string judge, string verdict, string number)
    {
        var result = _session.Run(judge + " | Invoke-Rollback").Clean().Single<RollbackResult>();

        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        var question = Assert.Single(_host.Questions);
        Assert.Contains(verdict, question, StringComparison.Ordinal);
        Assert.Contains(number, question, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Assess)]
    [InlineData(Monitor)]
    [InlineData("Test-RollbackNeeded")]
    public void Verdict_NotCarrying_IsRefusedWhenOnlyApprovedInAdvance(string judge)
    {
        var outcome = _session.Run(judge + " | Invoke-Rollback -Confirm:$false");

        Assert.Equal("Refused", outcome.ErrorId());
        Assert.Equal(RollbackStatus.Refused, outcome.Single<RollbackResult>().Status);
        Assert.Equal(_folder.Current, _folder.LiveId);
    }

    [Theory]
    [InlineData(Assess)]
    [InlineData(Monitor)]
    [InlineData(FixForward)]
    [InlineData("Test-RollbackNeeded")]
    public void Verdict_Overridden_GoesOnAndStandsInTheReport(string judge)
    {
        _session.Run(judge + " | Invoke-Rollback -OverrideVerdict -Reason 'we know better' -Confirm:$false | New-IncidentReport").Clean();

        Assert.Equal(_folder.Previous, _folder.LiveId);
        var report = Directory.GetFiles(Path.Combine(_folder.State, "reports"), "*.md").Select(File.ReadAllText).Single();
        Assert.Contains("OverrideVerdict", report, StringComparison.Ordinal);
        Assert.Contains("we know better", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-OverrideVerdict")]
    [InlineData("-AllowUnhealthyTarget")]
    [InlineData("-AllowSchemaMismatch")]
    [InlineData("-AllowInFlight")]
    [InlineData("-AllowFailedChecks")]
    [InlineData("-ResetDevelopmentBranch")]
    public void Override_WithoutAReason_IsRefused(string gate)
    {
        Assert.Equal("ReasonRequired", _session.Run($"{Assess} | Invoke-Rollback {gate} -Confirm:$false").ErrorId());
        Assert.Equal(_folder.Current, _folder.LiveId);
    }

    [Fact]
    public void Verdict_FixForward_IsNotNeededWithoutErrorOrReport()
    {
        var outcome = _session.Run(FixForward + " | Invoke-Rollback -OutVariable results | New-IncidentReport").Clean();

        Assert.Empty(outcome.Output);
        Assert.Empty(_host.Questions);
        var log = _session.Run("$results; Get-RollbackLog").Clean().Output;
        Assert.Equal(RollbackStatus.NotNeeded, ((RollbackResult)log[0].BaseObject).Status);
        Assert.IsType<RollbackLogEntry>(log[1].BaseObject);
        Assert.False(Directory.Exists(Path.Combine(_folder.State, "reports")));
        Assert.Equal(_folder.Current, _folder.LiveId);
    }

    [Fact]
    public void Invoke_WithoutInput_NeedsAReason()
    {
        Assert.Equal("ReasonRequired", _session.Run("Invoke-Rollback -Confirm:$false").ErrorId());
        Assert.Equal(_folder.Current, _folder.LiveId);
    }

    [Fact]
    public void Invoke_WithATargetNamed_GoesThere()
    {
        _session.Run($"Invoke-Rollback {_folder.Oldest} -Reason r -Confirm:$false").Clean();

        Assert.Equal(_folder.Oldest, _folder.LiveId);
    }

    [Fact]
    public void Decision_OlderThanFiveMinutes_IsJudgedAgain()
    {
        Stale(RollBack);

        var outcome = _session.Run("$decision | Invoke-Rollback -Confirm:$false");

        // What was measured then says nothing now; the probes are healthy.
        Assert.Equal("Refused", outcome.ErrorId());
        Assert.Contains(outcome.Warnings, warning => warning.Contains("judging again", StringComparison.Ordinal));
        Assert.Equal(_folder.Current, _folder.LiveId);
    }

    [Fact]
    public void Decision_OldWhileTheServiceIsDownNow_GoesOnByTheNewVerdict()
    {
        Stale(Monitor);
        _folder.Server.Broken.Add(_folder.Current);

        var result = _session.Run("$decision | Invoke-Rollback -Confirm:$false").Clean().Single<RollbackResult>();

        Assert.Equal(RollbackStatus.Succeeded, result.Status);
    }

    [Fact]
    public void Decision_Quiet_IsTrueForRollBackAlone()
    {
        Assert.True(_session.Run(RollBack + " -Quiet").Clean().Single<bool>());
        foreach (var judge in (string[])[Assess, Monitor, FixForward, "Test-RollbackNeeded"])
        {
            Assert.False(_session.Run(judge + " -Quiet").Clean().Single<bool>());
        }
    }

    [Fact]
    public void Decision_InAnIf_IsTrueWhateverItSays() =>
        Assert.Equal("true", _session.Run($"if ({FixForward}) {{ 'true' }} else {{ 'false' }}").Clean().Single<string>());

    [Fact]
    public void Service_DownInEveryRound_IsAHardSignal()
    {
        _folder.Server.Broken.Add(_folder.Current);

        var decision = _session.Run("Get-DeploymentHistory | Test-RollbackNeeded").Clean().Single<RollbackDecision>();

        Assert.Equal((Verdict.RollBack, true), (decision.Verdict, decision.IsAutomatic));
        Assert.Equal(_folder.Previous, decision.Target!.Id);
    }

    [Fact]
    public void Service_FailingOnce_IsNoOutage()
    {
        _folder.Server.Broken.Add(_folder.Current);
        _folder.Server.Arrived = () =>
        {
            if (_folder.Server.Requests > 1)
            {
                _folder.Server.Broken.Clear();
            }
        };

        Assert.Equal(Verdict.InsufficientData, _session.Run("Test-RollbackNeeded").Clean().Single<RollbackDecision>().Verdict);
    }

    [Fact]
    public void DataCorruption_Stated_NamesTheRestoreAsTheNextStep()
    {
        var decision = _session.Run("Test-RollbackNeeded -Signal DataCorruption").Clean().Single<RollbackDecision>();

        Assert.Contains(decision.NextSteps, step => step.Contains("Restore-Database", StringComparison.Ordinal));
    }

    private void Stale(string judge)
    {
        var decision = _session.Run(judge).Clean().Single<RollbackDecision>();
        _session.Set("decision", decision with { DecidedAt = decision.DecidedAt.AddMinutes(-6) });
    }
}
