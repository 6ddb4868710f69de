using System.Diagnostics;
using System.Management.Automation;
using RollbackOps.Rollbacks;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Mutating;

/// <summary>The same five for every cmdlet that changes something (style.md).</summary>
public sealed class SameFiveTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private readonly ReleaseFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(MutatingCmdlet.Names), MemberType = typeof(MutatingCmdlet))]
    public void Cmdlet_Approved_Works(string name)
    {
        var cmdlet = MutatingCmdlet.Find(name);
        using var session = new Session(_folder.Root);
        cmdlet.Prepare(_folder, session);
        var before = _folder.Contents();

        var outcome = session.Run(cmdlet.Call + " -Confirm:$false").Clean();

        Assert.Single(outcome.Output);
        Assert.NotEqual(before, _folder.Contents());
        Assert.True(session.Run("Test-RollbackLog -Quiet").Clean().Single<bool>());
    }

    [Theory]
    [MemberData(nameof(MutatingCmdlet.Names), MemberType = typeof(MutatingCmdlet))]
    public void Cmdlet_WhatIf_WritesNothing(string name)
    {
        var cmdlet = MutatingCmdlet.Find(name);
        var host = AnsweringHost.Yes;
        using var session = new Session(_folder.Root, host);
        cmdlet.Prepare(_folder, session);
        var before = _folder.Contents();

        var outcome = session.Run(cmdlet.Call + " -WhatIf").Clean();

        Assert.Equal(before, _folder.Contents());
        Assert.Empty(host.Questions);
        Assert.Single(host.Lines);
        Assert.Equal(cmdlet.Preview is { } preview ? [preview] : [], outcome.Output.Select(one => one.BaseObject.GetType()));
    }

    [Theory]
    [MemberData(nameof(MutatingCmdlet.Names), MemberType = typeof(MutatingCmdlet))]
    public void Cmdlet_ConfirmationRefused_WritesNothing(string name)
    {
        var cmdlet = MutatingCmdlet.Find(name);
        var host = AnsweringHost.No;
        using var session = new Session(_folder.Root, host);
        cmdlet.Prepare(_folder, session);
        var before = _folder.Contents();

        session.Run(cmdlet.Call + " -Confirm").Clean();

        Assert.Single(host.Questions);
        Assert.Equal(before, _folder.Contents());
    }

    [Theory]
    [MemberData(nameof(MutatingCmdlet.NamesOfSteps), MemberType = typeof(MutatingCmdlet))]
    public void Steps_StoppedInTheMidst_AreResumable(string name)
    {
        var cmdlet = MutatingCmdlet.Find(name);
        var host = AnsweringHost.Yes;
        using var session = new Session(_folder.Root, host);
        cmdlet.Prepare(_folder, session);
        // The service goes on answering as before, so that nothing but the stop ends the wait for it.
        _folder.Served = _folder.Oldest;
        using var shell = session.NewShell(cmdlet.Call + " -Confirm:$false");
        IAsyncResult? stop = null;
        using (new Boundaries(reached => stop ??= reached == cmdlet.Boundary ? shell.BeginStop(null, null) : null))
        {
            var begun = Stopwatch.GetTimestamp();
            Session.Run(shell);
            shell.EndStop(stop ?? throw new InvalidOperationException($"{cmdlet.Boundary} was never reached."));
            Assert.True(Stopwatch.GetElapsedTime(begun) < s_patience);
        }

        Assert.Contains(host.Lines, line => line.Contains("Resume-Rollback", StringComparison.Ordinal));
        _folder.Served = null;
        Assert.True(session.Run("Test-RollbackLog -Quiet").Clean().Single<bool>());
        var result = session.Run("Resume-Rollback -Confirm:$false").Clean().Single<RollbackResult>();
        Assert.Equal((RollbackStatus.Succeeded, result.Target!.Id), (result.Status, _folder.LiveId));
    }

    [Theory]
    [MemberData(nameof(MutatingCmdlet.NamesOfRecords), MemberType = typeof(MutatingCmdlet))]
    public void Record_StoppedInTheMidst_LeavesAJournalToGoOnWith(string name)
    {
        var cmdlet = MutatingCmdlet.Find(name);
        using var session = new Session(_folder.Root);
        cmdlet.Prepare(_folder, session);
        using var shell = session.NewShell(cmdlet.Call + " -Confirm:$false");
        IAsyncResult? stop = null;
        using (new Boundaries(reached => stop ??= reached == cmdlet.Boundary ? shell.BeginStop(null, null) : null))
        {
            Session.Run(shell);
            shell.EndStop(stop ?? throw new InvalidOperationException($"{cmdlet.Boundary} was never reached."));
        }

        Assert.True(session.Run("Test-RollbackLog -Quiet").Clean().Single<bool>());
        session.Run(cmdlet.Call + " -Confirm:$false").Clean();
    }

    [Fact]
    public void NewRollbackPlan_StoppedWhileItReads_WritesNoFile()
    {
        using var session = new Session(_folder.Root);
        var decision = session.Run("Test-RollbackNeeded -ErrorRatePercent 6 -Duration 6m").Clean().Single<RollbackOps.Decisions.RollbackDecision>();
        session.Set("old", decision with { DecidedAt = decision.DecidedAt.AddMinutes(-6) });
        var before = _folder.Contents();
        using var shell = session.NewShell("$old | New-RollbackPlan -OutFile plan.json");
        using var stopped = new ManualResetEventSlim();
        _folder.Server.Arrived = () =>
        {
            shell.BeginStop(_ => stopped.Set(), null);
            stopped.Wait(s_patience);
        };

        Session.Run(shell);

        Assert.True(stopped.Wait(s_patience));
        Assert.Equal(before, _folder.Contents());
    }

    [Fact]
    public void NewRollbackConfiguration_StoppedAtItsQuestion_WritesNoFile()
    {
        var host = AnsweringHost.Yes;
        using var session = new Session(_folder.Root, host);
        var before = _folder.Contents();
        using var shell = session.NewShell("New-RollbackConfiguration -Overwrite -Confirm");
        IAsyncResult? stop = null;
        // As a host does at whose question Ctrl+C is pressed.
        host.Asked = () =>
        {
            stop = shell.BeginStop(null, null);
            throw new PipelineStoppedException();
        };

        Session.Run(shell);

        shell.EndStop(stop ?? throw new InvalidOperationException("Nothing was asked."));
        Assert.Equal(before, _folder.Contents());
        session.Run("New-RollbackConfiguration -Overwrite -Confirm:$false").Clean();
    }

    [Theory]
    [MemberData(nameof(MutatingCmdlet.Names), MemberType = typeof(MutatingCmdlet))]
    public void Cmdlet_FailingUnderErrorActionStop_LeavesNoWorkerBehind(string name)
    {
        var cmdlet = MutatingCmdlet.Find(name);
        using var session = new Session(_folder.Root);
        cmdlet.Prepare(_folder, session);
        if (cmdlet.Failing is null)
        {
            _folder.Activate("false");
            _folder.Served = _folder.Oldest;
        }

        using var boundaries = new Boundaries();
        var begun = Stopwatch.GetTimestamp();
        var outcome = session.Run("$ErrorActionPreference = 'Stop'; " + (cmdlet.Failing ?? cmdlet.Call) + " -Confirm:$false -ErrorAction Stop");

        Assert.NotNull(outcome.Thrown);
        Assert.True(Stopwatch.GetElapsedTime(begun) < s_patience);
        var seen = boundaries.Seen.Count;
        var contents = _folder.Contents();
        // The runspace is free and the lease given back: what comes next meets nobody.
        var next = session.Run("Get-RollbackLog; Resume-Rollback -Confirm:$false -WhatIf");
        Assert.DoesNotContain("LeaseHeld", next.ErrorIds);
        Assert.Equal(seen, boundaries.Seen.Count);
        Assert.Equal(contents, _folder.Contents());
    }
}
