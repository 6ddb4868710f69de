using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Approvals;

/// <summary>Where nobody can answer, nothing prompts (S38).</summary>
public sealed class ApprovalTests : IDisposable
{
    private readonly ReleaseFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", false)]
    [InlineData("", true)]
    [InlineData("\n", false)]
    [InlineData("y\n", false)]
    [InlineData("A\n", false)]
    public async Task RedirectedInput_WhateverItHolds_ApprovesNothing(string input, bool isClosed)
    {
        var before = Production();
        string[] arguments = ["approval", Checkout.Manifest, _folder.Root, "ConsoleHost", "Invoke-Rollback -Reason r"];

        var facts = isClosed
            ? await ChildProcess.RunWithClosedInputAsync(arguments)
            : await ChildProcess.RunAsync(input, arguments);

        Assert.Equal(0, facts.GetProperty("Prompts").GetInt32());
        var error = Assert.Single(facts.GetProperty("Errors").EnumerateArray()).GetString();
        Assert.StartsWith("ApprovalMissing,", error, StringComparison.Ordinal);
        Assert.Contains("-Confirm:$false", facts.GetProperty("Messages")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(before, Production());
    }

    [Fact]
    public async Task RedirectedInput_ApprovedInAdvance_GoesOn()
    {
        var facts = await ChildProcess.RunAsync(
            string.Empty, "approval", Checkout.Manifest, _folder.Root, "ConsoleHost", "Invoke-Rollback -Reason r -Confirm:$false");

        Assert.Equal(0, facts.GetProperty("Errors").GetArrayLength());
        Assert.Equal(_folder.Previous, _folder.LiveId);
    }

    [Theory]
    [InlineData("Invoke-Rollback -Reason r")]
    [InlineData("Invoke-Rollback -Reason r -Confirm")]
    [InlineData("$ConfirmPreference = 'Low'; Invoke-Rollback -Reason r")]
    [InlineData("Resume-Rollback")]
    [InlineData("Undo-Rollback -Reason r")]
    public void HostWithoutAnybody_ThatWouldAskToRollBack_ChangesNothingButTheLog(string script)
    {
        // The default host of a runspace cannot prompt.
        using var session = new Session(_folder.Root);
        var before = Production();

        var outcome = session.Run(script);

        Assert.Equal("ApprovalMissing", outcome.ErrorId());
        Assert.Contains("-Confirm:$false", outcome.Told, StringComparison.Ordinal);
        Assert.Equal(before, Production());
    }

    [Theory]
    [InlineData("Block-Deployment $oldest -Reason r -Confirm")]
    [InlineData("$ConfirmPreference = 'Medium'; Unblock-Deployment $oldest -Reason r")]
    [InlineData("New-RollbackPlan -Reason r -OutFile plan.json -Confirm")]
    [InlineData("Get-RollbackLog | Where-Object { $false }; Test-RollbackNeeded -Signal ServiceDown | New-IncidentReport -Confirm")]
    public void HostWithoutAnybody_ThatWouldAsk_IsToldHowToApprove(string script)
    {
        using var session = new Session(_folder.Root);
        session.Set("oldest", _folder.Oldest);
        var before = _folder.Contents();

        var outcome = session.Run(script);

        Assert.Equal("ApprovalMissing", outcome.ErrorId());
        Assert.Contains("-Confirm:$false", outcome.Told, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Contents());
    }

    [Theory]
    [InlineData("Invoke-Rollback -Reason r -WhatIf")]
    [InlineData("$ConfirmPreference = 'None'; Invoke-Rollback -Reason r")]
    [InlineData("New-RollbackPlan -Reason r -OutFile plan.json")]
    [InlineData("Block-Deployment $oldest -Reason r")]
    public void HostWithoutAnybody_ThatWouldNotAsk_GoesOn(string script)
    {
        using var session = new Session(_folder.Root);
        session.Set("oldest", _folder.Oldest);

        Assert.Single(session.Run(script).Clean().Output);
    }

    /// <summary>Everything but the rollback log, in which the refusal stands (S35).</summary>
    private List<string> Production() =>
        [.. _folder.Contents().Where(entry => !entry.StartsWith(_folder.State, StringComparison.Ordinal))];
}
