using RollbackOps.Rollbacks;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>What comes out, and in which order (cmdlets.md, Output).</summary>
public sealed class OutputTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly AnsweringHost _host = AnsweringHost.Yes;
    private readonly Session _session;

    public OutputTests() => _session = new Session(_folder.Root, _host);

    private string Reports => Path.Combine(_folder.State, "reports");

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Confirm_False_AsksNobody()
    {
        _session.Run("Invoke-Rollback -Reason r -Confirm:$false").Clean();

        Assert.Empty(_host.Questions);
        Assert.Equal(_folder.Previous, _folder.LiveId);
    }

    [Fact]
    public void Cmdlets_All_HaveNoForce() =>
        Assert.Empty(_session.Run("Get-Command -Module RollbackTools | Where-Object { $_.Parameters.ContainsKey('Force') }").Clean().Output);

    [Fact]
    public void WhatIf_OfThePipeline_GivesNoReportAndSaysSo()
    {
        var before = _folder.Contents();

        var outcome = _session.Run(
            "Get-DeploymentHistory | Test-RollbackNeeded -Signal ServiceDown | Invoke-Rollback -WhatIf | New-IncidentReport").Clean();

        Assert.Empty(outcome.Output);
        Assert.Contains("no report is written", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
        Assert.Equal(before, _folder.Contents());
    }

    [Fact]
    public void WhatIfPreference_Set_WorksLikeTheSwitch()
    {
        var before = _folder.Contents();

        _session.Run("$WhatIfPreference = $true; Invoke-Rollback -Reason r").Clean().Single<RollbackPlan>();

        Assert.Equal(before, _folder.Contents());
    }

    [Fact]
    public void Plan_RunLater_IsWhatWasApproved()
    {
        var result = _session.Run(
            "$plan = New-RollbackPlan -Reason r; $plan | Invoke-Rollback -Confirm:$false").Clean().Single<RollbackResult>();

        Assert.Equal(((RollbackPlan)_session.Get("plan")!).Id, result.RollbackId);
        Assert.Equal(_folder.Previous, _folder.LiveId);
    }

    [Theory]
    [InlineData("\"reason\": \"r\"", "\"reason\": \"another\"", "PlanTampered")]
    [InlineData("{", "", "PlanUnreadable")]
    public void PlanFile_Changed_IsNotRun(string old, string changed, string expected)
    {
        _session.Run("$null = New-RollbackPlan -Reason r -OutFile plan.json").Clean();
        var path = Path.Combine(_folder.Root, "plan.json");
        var text = File.ReadAllText(path);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(old, changed, StringComparison.Ordinal));

        Assert.Contains(expected, _session.Run("Invoke-Rollback -PlanFile plan.json -Confirm:$false").ErrorIds);
        Assert.Equal(_folder.Current, _folder.LiveId);
    }

    [Fact]
    public void Plan_Expired_IsNotRun()
    {
        var plan = _session.Run("New-RollbackPlan -Reason r").Clean().Single<RollbackPlan>();
        var old = plan with { CreatedAt = plan.CreatedAt.AddHours(-1), ExpiresAt = plan.ExpiresAt.AddHours(-1) };
        _session.Set("old", old with { Hash = old.ComputeHash() });

        Assert.Equal("PlanExpired", _session.Run("$old | Invoke-Rollback -Confirm:$false").ErrorId());
        Assert.Equal(_folder.Current, _folder.LiveId);
    }

    [Fact]
    public void PlanFile_OfAWorldThatChanged_IsNotRun()
    {
        _session.Run("$null = New-RollbackPlan -Reason r -OutFile plan.json").Clean();
        _folder.Link(_folder.Older);

        Assert.Equal("WorldChanged", _session.Run("Invoke-Rollback -PlanFile plan.json -Confirm:$false").ErrorId());
        Assert.Equal(_folder.Older, _folder.LiveId);
    }

    [Theory]
    [InlineData("Invoke-Rollback -Target nothing", "DeploymentNotFound", "Refused")]
    [InlineData("Invoke-Rollback -Target $failed", "TargetNotEligible", "Refused")]
    [InlineData("Invoke-Rollback", "ActivationFailed", "NotServed")]
    public void Result_NotGood_ComesFirstThenOneError(string call, string expected, string status)
    {
        _folder.Activate("false");
        _session.Set("failed", _folder.Failed);

        // One stream for both shows the order.
        var outcome = _session.Run($"{call} -Reason r -Confirm:$false 2>&1");

        Assert.Equal(2, outcome.Output.Count);
        Assert.Equal(status, Assert.IsType<RollbackResult>(outcome.Output[0].BaseObject).Status.ToString());
        var error = Assert.IsType<System.Management.Automation.ErrorRecord>(outcome.Output[1].BaseObject);
        Assert.StartsWith(expected + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void Report_OfAFailedRollbackUnderErrorActionStop_IsWholeOnDisk()
    {
        _folder.Activate("false");

        var outcome = _session.Run(
            "$ErrorActionPreference = 'Stop'; Get-DeploymentHistory | Test-RollbackNeeded -Signal ServiceDown | Invoke-Rollback -Confirm:$false | New-IncidentReport");

        Assert.NotNull(outcome.Thrown);
        var json = File.ReadAllText(Assert.Single(Directory.GetFiles(Reports, "*.json")));
        using var report = System.Text.Json.JsonDocument.Parse(json);
        Assert.Equal("notServed", report.RootElement.GetProperty("status").GetString(), ignoreCase: true);
        Assert.NotEmpty(report.RootElement.GetProperty("timeline").EnumerateArray());
        Assert.Contains("false", File.ReadAllText(Assert.Single(Directory.GetFiles(Reports, "*.md"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfAResultNotApproved_IsAskedForOnce()
    {
        var host = AnsweringHost.No;
        using var session = new Session(_folder.Root, host);

        session.Run("Invoke-Rollback -Reason r -Confirm:$false | New-IncidentReport -Confirm").Clean();

        Assert.Single(host.Questions);
        Assert.False(Directory.Exists(Reports));
    }

    [Fact]
    public void Refusal_Any_StandsInTheLog()
    {
        _session.Run("Invoke-Rollback -Target nothing -Reason r -Confirm:$false");

        Assert.Single(_session.Run("Get-RollbackLog").Clean().Output);
    }

    [Fact]
    public void SecondRollback_Untargeted_SaysWhoRolledBack_AndFurtherGoesFurtherBack()
    {
        _session.Run("Invoke-Rollback -Reason r -Confirm:$false").Clean();

        Assert.Equal("RecentlyRolledBack", _session.Run("Invoke-Rollback -Reason r -Confirm:$false").ErrorId());
        _session.Run("Invoke-Rollback -Reason r -Further -Confirm:$false").Clean();
        Assert.Equal(_folder.Older, _folder.LiveId);
    }

    [Fact]
    public void Target_CurrentAlready_IsVerifiedAndNothingChanged()
    {
        var result = _session.Run($"Invoke-Rollback {_folder.Current} -Reason r -Confirm:$false").Clean().Single<RollbackResult>();

        Assert.Equal(RollbackStatus.AlreadyCurrent, result.Status);
        Assert.NotNull(result.Verification);
        Assert.Equal(_folder.Current, _folder.LiveId);
    }

    [Fact]
    public void Verification_WithoutTimeBetweenItsReads_MakesThemAll()
    {
        _folder.Configure(configuration => configuration["policy"]!["confirmingTime"] = "0s");

        var result = _session.Run("Invoke-Rollback -Reason r -Confirm:$false").Clean().Single<RollbackResult>();

        Assert.Equal(RollbackStatus.Succeeded, result.Status);
    }

    [Theory]
    [InlineData("Test-RollbackLog -Quiet")]
    [InlineData("Test-DeploymentHealth -Quiet")]
    public void Quiet_GivesATruthValueAlone(string call) => Assert.True(_session.Run(call).Clean().Single<bool>());
}
