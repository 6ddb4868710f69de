using System.Text.Json.Nodes;
using RollbackOps.Notifications;
using RollbackOps.Rollbacks;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>How people are told at the prompt.</summary>
public sealed class NotificationTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();
    private readonly HookServer _hook = new();

    public NotificationTests() => _folder.AddChannel("hook", _hook.Address);

    public void Dispose()
    {
        _folder.Dispose();
        _hook.Dispose();
    }

    [Fact]
    public void InvokeRollback_WithAChannel_TellsHowItCameOut()
    {
        using var session = new Session(_folder.Root);

        var outcome = session.Run("Invoke-Rollback -Reason 'Checkout fails' -Confirm:$false").Clean();

        Assert.Empty(outcome.Warnings);
        Assert.Equal(RollbackStatus.Succeeded, outcome.Single<RollbackResult>().Status);
        var told = _hook.Bodies.Select(body => JsonNode.Parse(body)!).ToList();
        Assert.Contains($"Succeeded: rollback of shop/production, {_folder.Current} to {_folder.Previous}",
            (string)told[^1]["notification"]!["title"]!, StringComparison.Ordinal);
        // The begin is told by itself, or the end stands for it.
        Assert.True(told.Count == 2 || told[0]["standsFor"]!.AsArray().Count == 1);

        // Nobody has to be asked whether the team knows.
        var report = session.Run("New-IncidentReport").Clean().Single<RollbackOps.Incidents.IncidentReport>();
        var item = report.Checklist.Single(one => one.Name == "Team notified");
        Assert.Equal((VerificationStatus.Passed, "told over hook"), (item.Status, item.Detail));

        // The result was told: it is not told twice.
        var result = session.Run("$r = Get-RollbackLog; Send-RollbackNotification").Clean().Single<NotificationResult>();
        Assert.Equal(NotificationStatus.NotApplicable, result.Status);
        Assert.Equal(told.Count, _hook.Bodies.Count);
    }

    [Fact]
    public void InvokeRollback_PipedOn_IsNotToldTwice()
    {
        using var session = new Session(_folder.Root);

        var outcome = session.Run("Invoke-Rollback -Reason r -Confirm:$false | Send-RollbackNotification").Clean();

        var result = outcome.Single<NotificationResult>();
        Assert.Equal(NotificationStatus.Delivered, result.Status);
        Assert.StartsWith("Told before: J", result.Message, StringComparison.Ordinal);
        Assert.Single(_hook.Bodies, body => body.Contains("Succeeded: ", StringComparison.Ordinal));
    }

    [Fact]
    public void InvokeRollback_Refused_IsTold()
    {
        using var session = new Session(_folder.Root);

        var outcome = session.Run("Invoke-Rollback -Target nothing -Reason r -Confirm:$false");

        Assert.Equal("DeploymentNotFound", outcome.ErrorId());
        Assert.Contains("Refused: rollback", Assert.Single(_hook.Bodies), StringComparison.Ordinal);
    }

    [Fact]
    public void InvokeRollback_ChannelDown_SucceedsWarnsAndIsToldByTheNextCommand()
    {
        _hook.Status = 503;
        _folder.Configure(configuration => configuration["notifications"] = new JsonObject { ["budget"] = "300ms", ["channels"] = new JsonArray() });
        _folder.AddChannel("hook", _hook.Address);
        using var session = new Session(_folder.Root);

        var outcome = session.Run("Invoke-Rollback -Reason r -Confirm:$false").Clean();

        Assert.Equal(RollbackStatus.Succeeded, outcome.Single<RollbackResult>().Status);
        Assert.Contains("Not told: hook", Assert.Single(outcome.Warnings), StringComparison.Ordinal);

        _hook.Status = 200;
        var result = session.Run("Send-RollbackNotification -Setting @{ 'notifications.budget' = '20s' }").Clean().Single<NotificationResult>();
        Assert.Equal(NotificationStatus.Delivered, result.Status);
        Assert.Contains("Succeeded: ", _hook.Bodies.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Send_WhatIf_ShowsWhatWouldBeSentWhereMaskedAndSendsNothing()
    {
        using var session = new Session(_folder.Root);

        var result = session.Run("Send-RollbackNotification 'Down: postgres://app:hunter2-planted@db/shop' -WhatIf").Clean().Single<NotificationResult>();

        Assert.Equal((NotificationStatus.WouldSend, "hook"), (result.Status, result.Channel));
        Assert.Contains("Down: postgres://app:[redacted]@db/shop", result.Message, StringComparison.Ordinal);
        Assert.Empty(_hook.Bodies);
        Assert.False(Directory.Exists(Path.Combine(_folder.State, "outbox")));
    }

    [Fact]
    public void Send_Decision_IsTold()
    {
        using var session = new Session(_folder.Root);

        var result = session.Run(
            "Get-DeploymentHistory | Test-RollbackNeeded -ErrorRatePercent 6.2 -Duration 6m | Send-RollbackNotification -Channel HOOK").Clean().Single<NotificationResult>();

        Assert.Equal(NotificationStatus.Delivered, result.Status);
        Assert.Contains("RollBack (P1)", Assert.Single(_hook.Bodies), StringComparison.Ordinal);
    }

    [Fact]
    public void Send_UnknownChannel_IsRefusedAndNamesTheNearest()
    {
        using var session = new Session(_folder.Root);

        var outcome = session.Run("Send-RollbackNotification x -Channel hok");

        Assert.Equal("ChannelNotFound", outcome.ErrorId());
        Assert.Contains("did you mean 'hook'?", outcome.Told, StringComparison.Ordinal);
        Assert.Empty(_hook.Bodies);
    }

    [Fact]
    public void Send_NoChannelConfigured_SaysHow()
    {
        _folder.Configure();
        using var session = new Session(_folder.Root);

        Assert.Equal("NotificationsNotConfigured", session.Run("Send-RollbackNotification x").ErrorId());
    }

    [Fact]
    public void Send_NotDelivered_IsAnErrorAndStaysQueued()
    {
        _hook.Status = 500;
        using var session = new Session(_folder.Root);

        var outcome = session.Run("Send-RollbackNotification x -Setting @{ 'notifications.budget' = '200ms' }");

        Assert.Equal("NotificationUndelivered", outcome.ErrorId());
        Assert.Equal(NotificationStatus.Queued, outcome.Single<NotificationResult>().Status);
    }

    [Theory]
    [InlineData("'a text' | Send-RollbackNotification")]
    [InlineData("1 | Send-RollbackNotification x")]
    public void Send_UnusableInput_IsNotIgnored(string script)
    {
        using var session = new Session(_folder.Root);

        Assert.Equal("InvalidArgument", session.Run(script).ErrorId());
    }
}
