using System.Text.Json.Nodes;
using RollbackOps.Decisions;
using RollbackOps.Escalations;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>How people are called at the prompt.</summary>
public sealed class EscalationTests : IDisposable
{
    private const string AtOnce = "-Setting @{ 'escalation.automatic' = '0s' }";

    private readonly ReleaseFolder _folder = new();
    private readonly HookServer _hook = new();

    public EscalationTests() => _folder.AddContact("hook", _hook.Address);

    public void Dispose()
    {
        _folder.Dispose();
        _hook.Dispose();
    }

    [Fact]
    public void Start_WhatIf_ShowsWhoWouldBeCalledWhenAndWritesNothing()
    {
        _folder.Change(configuration => configuration["escalation"]!["contacts"]!.AsArray().Add(
            new JsonObject { ["name"] = "Cleo", ["level"] = "manager", ["phone"] = "+49 30 1234567" }));
        using var session = new Session(_folder.Root);

        var plan = session.Run("Start-Escalation -Severity P1 -Reason 'Checkout is down' -WhatIf").Clean().Single<EscalationPlan>();

        Assert.Equal(("Checkout is down", Severity.P1), (plan.Reason, plan.Severity));
        Assert.Equal([0, 30, 90, 150], plan.Steps.Select(step => (int)Math.Round((step.At - plan.Steps[0].At).TotalSeconds)));
        Assert.Equal(["Ann", "Cleo"], plan.Steps.Where(step => step.Kind == EscalationStepKind.Called).Select(step => step.Contact));
        Assert.Equal("+49 30 1234567", plan.Steps[2].Phone);
        Assert.Empty(_hook.Bodies);
        Assert.False(Directory.Exists(_folder.State));
    }

    [Fact]
    public async Task Start_RunsUntilASecondTerminalResolvesIt()
    {
        using var first = new Session(_folder.Root);
        using var second = new Session(_folder.Root);
        var running = Task.Run(() => first.Run($"Start-Escalation INC-1 -Severity P2 -Reason 'Checkout is down' {AtOnce}"));
        // The call is the sign that it runs.
        while (_hook.Bodies.IsEmpty && !running.IsCompleted)
        {
            await Task.Delay(20);
        }

        var acknowledged = second.Run("Confirm-Escalation -Contact ann -Note 'on my way'").Clean().Single<EscalationStep>();
        var progress = second.Run("Confirm-Escalation INC-1 -Progress 'Restarting the cache'").Clean().Single<EscalationStep>();
        var resolved = second.Run("Confirm-Escalation INC-1 -Resolve").Clean().Single<EscalationStep>();
        var steps = (await running).Clean().Output.Select(one => (EscalationStep)one.BaseObject).ToList();

        Assert.Equal(("Ann", "on my way", "Restarting the cache"), (acknowledged.Contact, acknowledged.Detail, progress.Detail));
        Assert.Equal(
            [EscalationStepKind.Started, EscalationStepKind.Called, EscalationStepKind.Acknowledged, EscalationStepKind.Progress, EscalationStepKind.Resolved],
            steps.Select(step => step.Kind).Where(kind => kind != EscalationStepKind.Reached));
        Assert.All(steps, step => Assert.Equal("INC-1", step.IncidentId));
        Assert.Equal(resolved.Record, steps.Single(step => step.Kind == EscalationStepKind.Resolved).Record);
        var told = _hook.Bodies.Select(body => JsonNode.Parse(body)!["notification"]!).ToList();
        Assert.Equal("P2 shop/production: Checkout is down", (string?)told[0]["title"]);
        Assert.Equal(["Alert", "Acknowledge", "Resolve"], told.Select(one => (string?)one["signal"]).Distinct());
        Assert.True(second.Run("Test-RollbackLog -Quiet").Clean().Single<bool>());
    }

    [Fact]
    public void Start_RollbackThatFailed_CallsAtOnceAndStandsInTheReport()
    {
        _folder.Activate("false");
        _folder.AddContact("hook", _hook.Address);
        using var session = new Session(_folder.Root);

        var steps = session.Run("Invoke-Rollback -Reason 'Checkout fails' -Confirm:$false -ErrorAction Ignore | Start-Escalation -NoWait")
            .Output.Select(one => (EscalationStep)one.BaseObject).ToList();

        Assert.Equal([EscalationStepKind.Started, EscalationStepKind.Called, EscalationStepKind.Reached], steps.Select(step => step.Kind));
        Assert.Equal(steps[0].IncidentId, steps[0].RollbackId);
        Assert.StartsWith("Rollback ", steps[0].Reason, StringComparison.Ordinal);
        var report = session.Run("(New-IncidentReport -Confirm:$false -WarningAction Ignore).Files | Where-Object { $_ -like '*.md' } | ForEach-Object { [IO.File]::ReadAllText($_) }");
        Assert.Contains("Called Ann (primary)", string.Concat(report.Output), StringComparison.Ordinal);
    }

    [Fact]
    public void Start_Verdict_TakesItsSeverityAndReasonAndOneOfNoUrgencyCallsNobody()
    {
        using var session = new Session(_folder.Root);

        var begun = session.Run("Get-DeploymentHistory | Test-RollbackNeeded -ErrorRatePercent 6.2 -Duration 6m | Start-Escalation -NoWait")
            .Clean().Single<EscalationStep>();
        var again = session.Run("Get-DeploymentHistory | Test-RollbackNeeded -ErrorRatePercent 6.2 -Duration 6m | Start-Escalation -NoWait")
            .Clean().Single<EscalationStep>();
        var corrupt = session.Run("Test-RollbackNeeded -Signal DataCorruption | Start-Escalation INC-2 -NoWait").Clean().Output;
        var none = session.Run("Test-RollbackNeeded -ErrorRatePercent 0.1 -Duration 6m | Start-Escalation INC-3 -NoWait").Clean().Output;

        Assert.Equal((EscalationStepKind.Started, Severity.P1), (begun.Kind, begun.Severity));
        Assert.NotEmpty(begun.Reason!);
        Assert.Equal((EscalationStepKind.Continued, begun.IncidentId), (again.Kind, again.IncidentId));
        Assert.Contains(corrupt, step => ((EscalationStep)step.BaseObject).Kind == EscalationStepKind.Called);
        Assert.Empty(none);
    }

    [Fact]
    public void Start_TelephoneAndNobodyAtThePrompt_SaysSoAndAsksNothing()
    {
        _folder.Change(configuration => configuration["escalation"] = new JsonObject
        {
            ["contacts"] = new JsonArray(new JsonObject { ["name"] = "Ann", ["level"] = "primary", ["phone"] = "+49 30 1234567" }),
        });
        var host = AnsweringHost.Yes;
        using var session = new Session(_folder.Root, host);

        var outcome = session.Run($"Start-Escalation INC-1 -Severity P1 -Reason r -NoWait {AtOnce}").Clean();

        Assert.Contains(outcome.Warnings, warning => warning.Contains("No contact is reached by a channel that can ring", StringComparison.Ordinal));
        Assert.Contains(outcome.Warnings, warning => warning.Contains("+49 30 1234567", StringComparison.Ordinal) && warning.Contains("Confirm-Escalation INC-1 -CallResult", StringComparison.Ordinal));
        Assert.Empty(host.Questions);
        var answered = session.Run("Confirm-Escalation -CallResult NoAnswer").Clean().Single<EscalationStep>();
        Assert.Equal((EscalationStepKind.NoAnswer, "Ann", "primary"), (answered.Kind, answered.Contact, answered.Level));
    }

    [Fact]
    public void Start_Stopped_SaysHowItGoesOnAndGoesOn()
    {
        var host = AnsweringHost.Yes;
        using var session = new Session(_folder.Root, host);
        using var shell = session.NewShell($"Start-Escalation INC-1 -Severity P1 -Reason r {AtOnce}");
        IAsyncResult? stop = null;
        using (new Boundaries(reached => stop ??= reached == "Journal.After EscalationStep" ? shell.BeginStop(null, null) : null))
        {
            Session.Run(shell);
            shell.EndStop(stop ?? throw new InvalidOperationException("Nothing was recorded."));
        }

        Assert.Contains(host.Lines, line => line.Contains("Start-Escalation INC-1 goes on", StringComparison.Ordinal));
        var steps = session.Run($"Start-Escalation -NoWait {AtOnce}").Clean().Output.Select(one => ((EscalationStep)one.BaseObject).Kind).ToList();
        Assert.Equal(EscalationStepKind.Continued, steps[0]);
        session.Run("Confirm-Escalation -Resolve").Clean();
        Assert.Equal("EscalationEnded", session.Run("Start-Escalation INC-1").ErrorId());
    }

    [Theory]
    [InlineData("'a text' | Start-Escalation -Severity P1 -Reason r -NoWait", "InvalidArgument")]
    [InlineData("Start-Escalation -Severity P1 -NoWait", "ReasonRequired")]
    [InlineData("Start-Escalation -NoWait", "EscalationNotFound")]
    [InlineData("@() | Start-Escalation -Severity P1 -Reason r", "NoInput")]
    [InlineData("Confirm-Escalation", "EscalationNotFound")]
    [InlineData("Start-Escalation -Severity P1 -Reason r -NoWait -Setting @{ 'escalation.contacts' = @() }", "EscalationNotConfigured")]
    public void Escalation_Unusable_IsRefused(string script, string error)
    {
        using var session = new Session(_folder.Root);

        Assert.Equal(error, session.Run(script).ErrorId());
        Assert.Empty(_hook.Bodies);
    }
}
