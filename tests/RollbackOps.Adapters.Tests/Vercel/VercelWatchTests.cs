using RollbackOps.Rollbacks;
using RollbackOps.Watching;

namespace RollbackOps.Adapters.Tests.Vercel;

/// <summary>The document's own case: a build or a deployment on Vercel fails, and the previous version is active again.</summary>
public sealed class VercelWatchTests
{
    private readonly VercelWorld _world = new();

    [Fact]
    public async Task Watch_ABuildThatFails_VerifiesWhatIsLive()
    {
        _world.Fake.Deployments.Add(new FakeDeployment("dpl_four", _world.Clock.Now)
        {
            State = "ERROR",
            Substate = null,
            IsCandidate = false,
            Error = "Command \"npm run build\" exited with 1",
        });

        var states = await WatchAsync();

        Assert.Equal([WatchPhase.Failed, WatchPhase.Unharmed], states.Select(state => state.Phase));
        Assert.Contains("npm run build", states[0].Detail, StringComparison.Ordinal);
        Assert.Equal(0, _world.Fake.Switches);
        Assert.True(_world.IsAllAt("dpl_three"));
    }

    [Fact]
    public async Task Watch_WhatIsLiveIsDown_TakesEveryAliasBack()
    {
        _world.Fake.Deploy("dpl_four", _world.Clock.Now);
        _world.Fake["dpl_three"].IsCandidate = true;
        _world.Prober.Sick.Add("dpl_four");

        var states = await WatchAsync();

        Assert.Equal(WatchPhase.RolledBack, states[^1].Phase);
        Assert.Equal((RollbackStatus.Succeeded, true), (states[^1].Result!.Status, states[^1].Result!.IsAutomatic));
        Assert.Equal(1, _world.Fake.Switches);
        Assert.True(_world.IsAllAt("dpl_three"));
    }

    private async Task<List<WatchState>> WatchAsync()
    {
        var states = new List<WatchState>();
        await foreach (var state in new DeploymentWatch(_world.Context, keeper: null, _ => { })
            .WatchAsync(new WatchRequest { RollbackOnFailure = true }, CancellationToken.None))
        {
            states.Add(state);
        }

        return states;
    }
}
