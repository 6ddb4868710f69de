using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.ReleaseDirectory;

/// <summary>The target, started at an address of its own before anything is switched (S6).</summary>
public sealed class TargetProbeTests : IDisposable
{
    private readonly SampleRoot _root = new(FreePort.Find());

    [Fact]
    public async Task Plan_ProbeCommandDiesAtOnce_RefusesTheTargetQuickly()
    {
        var refused = await Assert.ThrowsAsync<RollbackOpsException>(
            () => PlanAsync(["sh", "-c", "echo no such module >&2; exit 3"]));
        Assert.Equal(ErrorId.TargetUnhealthy, refused.Id);
        Assert.Contains("exit code 3", refused.Message, StringComparison.Ordinal);
        Assert.Contains("no such module", refused.Message, StringComparison.Ordinal);
        Assert.Equal(SampleRoot.Live, _root.Target);
        Assert.False(Directory.Exists(_root[".rollback"]));
    }

    [Fact]
    public async Task Plan_ProbeCommandNeverListens_IsStopped()
    {
        var refused = await Assert.ThrowsAsync<RollbackOpsException>(
            () => PlanAsync(["sh", "-c", $"sleep 60 # {_root.Path}"], TimeSpan.FromMilliseconds(200)));
        Assert.Equal(ErrorId.TargetUnhealthy, refused.Id);
        Assert.Contains("nothing listens", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_root.Processes());
    }

    [Fact]
    public async Task Plan_ProbeServesAnotherRelease_RefusesTheTarget()
    {
        // The sample service states what current leads to: the live release, not the one probed.
        var refused = await Assert.ThrowsAsync<RollbackOpsException>(
            () => PlanAsync([SampleSettings.Dotnet, SampleSettings.Assembly, "serve", _root.Path, "{port}"]));
        Assert.Equal(ErrorId.TargetUnhealthy, refused.Id);
        Assert.Contains($"states version {SampleRoot.Live}", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_root.Processes());
    }

    [Fact]
    public async Task Plan_ProbeServesTheTarget_PassesAndLeavesNoProcess()
    {
        using var own = new SampleRoot();
        own.Link($"releases/{SampleRoot.Previous}");
        var plan = await PlanAsync([SampleSettings.Dotnet, SampleSettings.Assembly, "serve", own.Path, "{port}"]);
        Assert.Equal(RollbackOps.Signals.CheckStatus.Passed, plan.TargetProbe.Status);
        Assert.Empty(own.Processes());
    }

    public void Dispose() => _root.Dispose();

    private Task<RollbackPlan> PlanAsync(string[] command, TimeSpan? timeout = null)
    {
        var settings = _root.Settings;
        var context = SampleSettings.Open(settings with
        {
            Platform = settings.Platform with
            {
                Probe = new CommandSettings { Command = command, Timeout = timeout ?? TimeSpan.FromSeconds(20) },
            },
        });
        return new RollbackPlanner(context, _ => { }).PlanAsync(new PlanRequest { Reason = "slow" }, CancellationToken.None);
    }
}
