using System.Diagnostics;
using System.IO.Compression;
using RollbackOps.Rollbacks;
using RollbackOps.Watching;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Statements;

/// <summary>Watch-Deployment at the prompt, on a real release directory.</summary>
public sealed class WatchDeploymentTests : IDisposable
{
    private const string Call = "Watch-Deployment -RollbackOnFailure -Confirm:$false";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly ReleaseFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Watch_ABadDeployment_IsTakenBackTheLogsKeptAndPeopleTold()
    {
        using var hook = new HookServer();
        _folder.AddChannel("hook", hook.Address);
        var bad = DeployBad();
        using var session = new Session(_folder.Root);

        var states = States(session.Run(Call).Clean());

        Assert.Equal([WatchPhase.Baking, WatchPhase.Condemned, WatchPhase.RollingBack, WatchPhase.RolledBack, WatchPhase.Kept],
            states.Select(state => state.Phase));
        Assert.Equal(_folder.Current, _folder.LiveId);
        var entry = session.Run("Get-RollbackLog").Clean().Single<RollbackLogEntry>();
        Assert.StartsWith("Automatic rollback by ReleaseDirectory", entry.ActionsTaken, StringComparison.Ordinal);
        using (var archive = ZipFile.OpenRead(states[^1].Evidence!.Location))
        {
            Assert.Contains(archive.Entries, file => file.FullName == $"logs/deployments/{bad}.log");
        }

        Assert.All(states[^1].Report!.Files, file => Assert.True(File.Exists(file)));
        Assert.Contains(hook.Bodies, body => body.Contains("RollBack (P1)", StringComparison.Ordinal));
        Assert.Contains(hook.Bodies, body => body.Contains("Succeeded: rollback", StringComparison.Ordinal));
        Assert.True(session.Run("Test-RollbackLog -Quiet").Clean().Single<bool>());
    }

    [Fact]
    public void Watch_ABuildThatFailed_LeavesWhatIsLiveAndKeepsItsLog()
    {
        var failed = _folder.Add(DateTimeOffset.UtcNow, "failed");
        using var session = new Session(_folder.Root);

        var states = States(session.Run(Call).Clean());

        Assert.Equal([WatchPhase.Failed, WatchPhase.Unharmed, WatchPhase.Kept], states.Select(state => state.Phase));
        Assert.Equal(_folder.Current, _folder.LiveId);
        using var archive = ZipFile.OpenRead(states[^1].Evidence!.Location);
        Assert.Contains(archive.Entries, file => file.FullName == $"logs/deployments/{failed}.log");
    }

    [Fact]
    public void Watch_KillSwitch_EndsInAnErrorAndChangesNothing()
    {
        // Its deploy script says that it failed: nothing is waited for.
        var bad = DeployBad();
        _folder.Declare(bad, "state", "failed");
        Directory.CreateDirectory(_folder.State);
        File.WriteAllText(Path.Combine(_folder.State, "STOP"), string.Empty);
        using var session = new Session(_folder.Root);

        var outcome = session.Run("$ErrorActionPreference = 'Stop'; $states = @(); Watch-Deployment -RollbackOnFailure -Confirm:$false | ForEach-Object { $states += $_; $_ }");

        Assert.Equal("Refused", outcome.ErrorId());
        Assert.Equal(WatchPhase.NotRolledBack, States(outcome)[^1].Phase);
        Assert.Contains("switched off", States(outcome)[^1].Detail, StringComparison.Ordinal);
        Assert.Equal(bad, _folder.LiveId);
    }

    [Fact]
    public void Watch_WhatIf_ShowsThePlanAndWritesNothing()
    {
        DeployBad();
        using var session = new Session(_folder.Root, AnsweringHost.Yes);
        var before = _folder.Contents();

        var states = States(session.Run("Watch-Deployment -RollbackOnFailure -WhatIf").Clean());

        Assert.Equal(_folder.Current, states[^1].Plan!.Target.Id);
        Assert.Equal(before, _folder.Contents());
    }

    [Fact]
    public void Watch_ConfirmationRefused_WatchesNothing()
    {
        DeployBad();
        var host = AnsweringHost.No;
        using var session = new Session(_folder.Root, host);
        var before = _folder.Contents();

        Assert.Empty(session.Run("Watch-Deployment -RollbackOnFailure -Confirm").Clean().Output);

        Assert.Single(host.Questions);
        Assert.Equal(before, _folder.Contents());
    }

    [Fact]
    public void Watch_StoppedInTheMidstOfARollback_IsGoneOnWithByTheSameCommand()
    {
        var bad = DeployBad();
        var host = AnsweringHost.Yes;
        using var session = new Session(_folder.Root, host);
        _folder.Served = bad;
        using var shell = session.NewShell(Call);
        IAsyncResult? stop = null;
        using (new Boundaries(reached => stop ??= reached == "Effect.After Switch" ? shell.BeginStop(null, null) : null))
        {
            var begun = Stopwatch.GetTimestamp();
            Session.Run(shell);
            shell.EndStop(stop ?? throw new InvalidOperationException("The switch was never reached."));
            Assert.True(Stopwatch.GetElapsedTime(begun) < s_patience);
        }

        Assert.Contains("goes on with it", Assert.Single(host.Lines), StringComparison.Ordinal);
        _folder.Served = null;
        var states = States(session.Run(Call).Clean());
        Assert.Equal([WatchPhase.RollingBack, WatchPhase.RolledBack], states.Take(2).Select(state => state.Phase));
        Assert.Equal(RollbackStatus.Succeeded, session.Run("Get-RollbackLog").Clean().Single<RollbackLogEntry>().Status);
    }

    [Fact]
    public void Watch_Stopped_EndsAtOnceWithOneHostLine()
    {
        var host = AnsweringHost.Yes;
        using var session = new Session(_folder.Root, host);
        using var shell = session.NewShell("Watch-Deployment -Continuous");
        IAsyncResult? stop = null;
        shell.Streams.Progress.DataAdded += (_, _) => stop ??= shell.BeginStop(null, null);

        Session.Run(shell);

        Assert.Contains("Stopped watching", Assert.Single(host.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Watch_DownstreamHasEnough_EndsAndLeavesNothingHeld()
    {
        DeployBad();
        using var session = new Session(_folder.Root);

        var outcome = session.Run("$ErrorActionPreference = 'Stop'; Watch-Deployment -Continuous | ForEach-Object { throw 'enough' }");

        Assert.NotNull(outcome.Thrown);
        session.Run("Invoke-Rollback -Reason r -Confirm:$false").Clean();
    }

    [Fact]
    public void Watch_IdBesideContinuous_IsRefused() =>
        Assert.Equal("InvalidArgument", new Session(_folder.Root).Run("Watch-Deployment 1 -Continuous").ErrorId());

    private string DeployBad()
    {
        var bad = _folder.Add(DateTimeOffset.UtcNow);
        _folder.Link(bad);
        _folder.Server.Broken.Add(bad);
        return bad;
    }

    private static List<WatchState> States(Outcome outcome) => [.. outcome.Output.Select(one => Assert.IsType<WatchState>(one.BaseObject))];
}
